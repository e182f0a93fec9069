"""The e-mails that providers send when a delivery is exhausted."""

from __future__ import annotations

from emulator.document import Field, text
from emulator.server.answer import Answer, list_answer, to_text
from emulator.server.api.finding import check_kept
from emulator.server.call import Call
from emulator.server.parameters import page_of

FILTERS = {"run": Field(text("the id of a run"), "Those of this run.")}


async def notifications(call: Call) -> Answer:
    """Notifications in order."""
    run = call.query.get("run")
    await check_kept(call.context, run)
    page = await call.context.emulator.journal.notifications(run, page_of(call.query))
    return list_answer((to_text(each.to_json()) for each in page.items), page.next)
