"""What this server is."""

from __future__ import annotations

from emulator import __version__
from emulator.journal.seam import AttemptFilter
from emulator.server.answer import Answer, json_answer
from emulator.server.call import Call


async def info(call: Call) -> Answer:
    """Version, settings in force, providers, counts."""
    context = call.context
    attempts = await context.emulator.journal.count(AttemptFilter())
    return json_answer(
        {
            "version": __version__,
            "settings": context.settings.to_json(),
            "providers": context.catalog.providers(),
            "counts": {
                "running": context.emulator.running,
                "attempts": attempts,
                "endpoints": len(context.emulator.endpoints.all()),
            },
        }
    )
