"""The calls that the application made to the provider's API."""

from __future__ import annotations

from emulator.document import Field, integer, text
from emulator.journal import RequestFilter
from emulator.server.answer import Answer, json_answer, list_answer, to_text
from emulator.server.api.finding import check_kept, run_of, unknown
from emulator.server.call import Call
from emulator.server.parameters import page_of

FILTERS = {
    "run": Field(text("the id of a run"), "Those that this run took."),
    "provider": Field(text("a provider"), "Those to this provider."),
    "method": Field(text("a method such as POST"), "Those with this method."),
    "path": Field(text("a path"), "Those with this path, as it stands below the provider's."),
    "status": Field(integer(100, 999), "Those that were answered with this status."),
    "route": Field(text("a route"), "Those that this route answered, as `route` names it."),
}


async def requests(call: Call) -> Answer:
    """A page of them, in the order of their coming."""
    given = {name: call.query[name] for name in FILTERS if name in call.query}
    await check_kept(call.context, given.get("run"))
    where = RequestFilter(**given, labels=call.labels)
    page = await call.context.emulator.journal.requests(where, page_of(call.query))
    return list_answer((to_text(each.to_json()) for each in page.items), page.next)


async def request(call: Call) -> Answer:
    """One of them."""
    id = call.path["id"]
    record = await call.context.emulator.journal.request(id)
    if record is None:
        await check_kept(call.context, run_of(id))
        raise unknown("req", id)
    return json_answer(record.to_json())
