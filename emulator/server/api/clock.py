"""The clock of a manual run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.document import Field, Invalid, Place, Shape, narrowed, record
from emulator.document.shape import wrong
from emulator.duration import WANTED_MOMENT, parse_moment
from emulator.errors import ClockError
from emulator.scenario.timing import duration_shape, moment_shape
from emulator.server.answer import Answer, json_answer
from emulator.server.api.finding import find_run
from emulator.server.api.starting import arrived, durable
from emulator.server.call import Call
from emulator.server.limits import LONGEST_WAIT

_WANTED = f"next, end, or {WANTED_MOMENT}"


async def move(call: Call) -> Answer:
    """Let its time go on, and answer when all that is due by then has settled."""
    context, id, body = call.context, call.path["id"], call.body
    running = context.emulator.find(id)
    if running is None:
        record = await find_run(context, id)
        raise ClockError(f"this run is {record.state.value}; its clock stands")
    with context.waiting.place():
        match body.get("to"):
            case int(moment):
                running.advance(to_us=moment - running.record().start)
            case str(word):
                running.advance(to=word)
            case _:
                running.advance(by_us=body["advance"])
        await arrived(context, running, call.query.get("wait", LONGEST_WAIT))
    return json_answer((await durable(context, running)).to_json())


def _to() -> Shape[str | int]:
    moment = moment_shape()

    def reader(place: Place) -> str | int | Invalid:
        value = place.node.value
        if value in ("next", "end"):
            return str(value)
        try:
            return parse_moment(value)
        except ValueError:
            return wrong(place, _WANTED)

    return Shape(reader, {"anyOf": [{"enum": ["next", "end"]}, moment.schema]}, _WANTED)


def _one(place: Place, values: dict[str, Any]) -> Mapping[str, Any] | Invalid:
    if len(place.node.value) != 1:
        told = "found both" if place.node.value else "found neither"
        return place.problem(f'expected either "advance" or "to", {told}')
    return values


MOVE: Shape[Mapping[str, Any]] = narrowed(
    record(
        _one,
        {
            "advance": Field(duration_shape(), "How far, from where the clock stands."),
            "to": Field(_to(), "A moment of the run, `next` (the next due moment) or `end`."),
        },
        wanted='a mapping such as {"advance": "3m"} or {"to": "next"}',
    ),
    minProperties=1,
    maxProperties=1,
)
