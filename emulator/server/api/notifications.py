"""The e-mails that providers send when a delivery is exhausted."""

from __future__ import annotations

from emulator.document import Field, text
from emulator.journal import NotificationFilter
from emulator.server.answer import Answer, list_answer, to_text
from emulator.server.api.finding import check_kept, run_of
from emulator.server.call import Call
from emulator.server.parameters import page_of

FILTERS = {
    "run": Field(text("the id of a run"), "Those of this run."),
    "delivery": Field(text("the id of a delivery"), "Those about this delivery."),
}


async def notifications(call: Call) -> Answer:
    """Notifications in order."""
    given = {name: call.query[name] for name in FILTERS if name in call.query}
    where = NotificationFilter(**given, labels=call.labels)
    for of in (where.run, where.delivery and run_of(where.delivery)):
        await check_kept(call.context, of)
    page = await call.context.emulator.journal.notifications(where, page_of(call.query))
    return list_answer((to_text(each.to_json()) for each in page.items), page.next)
