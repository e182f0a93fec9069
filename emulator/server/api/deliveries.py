"""Deliveries, each with its explanation."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.record import DeliveryRecord
from emulator.server.answer import Answer, json_answer, list_answer, to_text
from emulator.server.api.finding import check_kept, find_delivery, find_run
from emulator.server.call import Call
from emulator.server.context import Context
from emulator.server.parameters import page_of


async def of_run(call: Call) -> Answer:
    """Those of a run, in the order in which they began."""
    context, run = call.context, call.path["id"]
    await find_run(context, run)
    await check_kept(context, run)
    page = await context.emulator.journal.deliveries(run, page_of(call.query))
    lines = await _explanations(context, page.items)
    return list_answer((to_text(each.to_json(lines[each.id])) for each in page.items), page.next)


async def delivery(call: Call) -> Answer:
    """One."""
    record = await find_delivery(call.context, call.path["id"])
    lines = await _explanations(call.context, [record])
    return json_answer(record.to_json(lines[record.id]))


async def redeliver(call: Call) -> Answer:
    """One more attempt of a delivery that has ended."""
    context, id = call.context, call.path["id"]
    await find_delivery(context, id)
    attempt = await context.emulator.redeliver(id)
    return json_answer(attempt.to_json(), 201, {"Location": f"/api/v1/attempts/{attempt.id}"})


async def _explanations(context: Context, deliveries: Sequence[DeliveryRecord]) -> dict[str, list[str]]:
    return await context.emulator.journal.explanations([each.id for each in deliveries])
