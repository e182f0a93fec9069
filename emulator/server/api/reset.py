"""Forgetting: everything, one run, or the runs of some labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.document import Field, Invalid, Place, Shape, narrowed, record, text
from emulator.server.answer import Answer, json_answer
from emulator.server.api.finding import find_run
from emulator.server.call import Call
from emulator.server.parameters import labels_shape


async def reset(call: Call) -> Answer:
    """Cancel runs, and remove them with all their records; if all of them, then the endpoints made by API, too."""
    context, body = call.context, call.body
    if "run" in body:
        await find_run(context, body["run"])
        await context.waiting.through(context.emulator.remove(body["run"]))
        return json_answer({"runs": 1})
    labels = tuple(body.get("labels", {}).items())
    return json_answer({"runs": await context.waiting.through(context.emulator.reset(labels))})


def _which(place: Place, values: dict[str, Any]) -> Mapping[str, Any] | Invalid:
    if len(values) > 1:
        return place.problem('expected "run" or "labels", found both')
    if values.get("labels") == {}:
        told = "expected at least one label, found none; {} alone as the body resets everything"
        return place.child("labels").problem(told)
    return values


RESET: Shape[Mapping[str, Any]] = narrowed(
    record(
        _which,
        {
            "run": Field(text("the id of a run"), "This run alone."),
            "labels": Field(
                narrowed(labels_shape(), minProperties=1), "The runs that have all these labels."
            ),
        },
        wanted='a mapping such as {}, {"run": ID} or {"labels": {"suite": "billing"}}',
    ),
    maxProperties=1,
)
