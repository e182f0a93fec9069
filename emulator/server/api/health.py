"""Is the server alive, and is it ready?"""

from __future__ import annotations

from emulator.server.answer import Answer, json_answer
from emulator.server.call import Call
from emulator.server.errors import ApiError


async def livez(_: Call) -> Answer:
    """The event loop turns."""
    return json_answer({"status": "alive"})


async def readyz(call: Call) -> Answer:
    """Scenarios are loaded, and the journal can store and read."""
    context = call.context
    if context.closing.is_set():
        raise ApiError(503, "the server is stopping")
    if not context.catalog.loaded:
        raise ApiError(503, "the scenarios are not loaded yet")
    await context.emulator.journal.check()
    return json_answer({"status": "ready"})
