"""Attempts, and the exact bytes of them."""

from __future__ import annotations

from emulator.document import Field, choice, integer, text
from emulator.journal.seam import AttemptFilter
from emulator.record import Result
from emulator.scenario.timing import moment_shape
from emulator.server.answer import Answer, bytes_answer, list_answer, text_answer
from emulator.server.api.finding import check_kept, find_attempt, no_attempt, run_of
from emulator.server.call import Call
from emulator.server.errors import ApiError
from emulator.server.parameters import PAGING, page_of

FILTERS = {
    "run": Field(text("the id of a run"), "Those of this run."),
    "delivery": Field(text("the id of a delivery"), "Those of this delivery."),
    "event": Field(text("the id of an event"), "Those of this occurrence of an event."),
    "event_name": Field(text("the name of an event"), "Those of events of this name."),
    "provider": Field(text("a provider"), "Those of this provider."),
    "type": Field(text("an event type"), "Those of events of this type."),
    "url": Field(text("a URL"), "Those that went to exactly this URL."),
    "status": Field(integer(100, 999), "Those that were answered with this status."),
    "result": Field(choice(*(each.value for each in Result)), "Those that came to this."),
    "trigger": Field(
        choice("schedule", "fault", "redeliver"),
        "Those that the schedule, a fault or a redelivery brought about.",
    ),
    "number": Field(integer(1, 1_000_000), "Those of this number within their delivery, from 1."),
    "since": Field(moment_shape(), "Those sent at this moment of the real clock or later."),
    "until": Field(moment_shape(), "Those sent at this moment of the real clock or earlier."),
}


async def attempts(call: Call) -> Answer:
    """Attempts in the order in which they ended."""
    wanted = {name: value for name, value in call.query.items() if name not in PAGING}
    where = AttemptFilter(**wanted, labels=call.labels)
    for of in (where.run, where.delivery and run_of(where.delivery), where.event and run_of(where.event)):
        await check_kept(call.context, of)
    page = await call.context.emulator.journal.attempt_texts(where, page_of(call.query))
    return list_answer(page.items, page.next)


async def attempt(call: Call) -> Answer:
    """One."""
    context, id = call.context, call.path["id"]
    text = await context.emulator.journal.attempt_text(id)
    if text is None:
        raise await no_attempt(context, id)
    return text_answer(text)


async def request_body(call: Call) -> Answer:
    """The bytes that were sent."""
    return bytes_answer((await find_attempt(call.context, call.path["id"])).request.body)


async def response_body(call: Call) -> Answer:
    """The bytes that came back."""
    record = await find_attempt(call.context, call.path["id"])
    if record.response is None:
        raise ApiError(404, f"the attempt {record.id} has no whole answer: {record.explanation}")
    return bytes_answer(record.response.body)
