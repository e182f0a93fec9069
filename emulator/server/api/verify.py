"""Verifying: one question, answered as soon as it can be."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from emulator.document import (
    INVALID,
    Field,
    Invalid,
    Place,
    Shape,
    boolean,
    choice,
    list_of,
    narrowed,
    record,
)
from emulator.journal import Match
from emulator.scenario.expecting import range_shape
from emulator.server.answer import Answer, json_answer
from emulator.server.api.matching import MATCHES
from emulator.server.call import Call
from emulator.server.parameters import wait_shape, whole
from emulator.verifying import Part, Question
from emulator.verifying.decision import Bounds

MOST_PARTS = 100

_EITHER = {"not": {"required": ["count", "never"]}}
_OFTEN = 'either "count" or "never"'


async def verify(call: Call) -> Answer:
    """The verdict as soon as it is certain, or when the time is over."""
    context, question, within_us = call.context, call.body["question"], call.body["within"]
    place = context.waiting.place() if within_us else nullcontext()
    with place, context.emulator.verifying(question) as verification:
        await context.waiting.until(verification.decided, within_us)
        return json_answer(await verification.answer())


def _part(place: Place, values: dict[str, Any], of: str) -> Part | Invalid:
    match = MATCHES[values.get("of", of)].read(place.child("match"))
    if isinstance(match, Match) and match.empty:
        match = place.child("match").problem("expected at least one key: what fits everything asks nothing")
    bounds = _bounds(place, values)
    if isinstance(match, Invalid) or isinstance(bounds, Invalid):
        return INVALID
    return Part(match, bounds)


def _bounds(place: Place, values: dict[str, Any]) -> Bounds | Invalid:
    if "count" in values and "never" in values:
        return place.problem(f"expected {_OFTEN}, found both")
    if "never" in values:
        return (
            (0, 0)
            if values["never"]
            else place.child("never").problem("expected true; leave it out otherwise")
        )
    bounds: Bounds = values.get("count", (1, None))
    if bounds == (0, None):
        return place.child("count").problem("expected min of at least 1, or max: this asks nothing")
    return bounds


def _any_match() -> Shape[Any]:
    """Read later, when it is known what it is of."""
    schemas = [each.schema for each in MATCHES.values()]
    return Shape(whole().read, {"anyOf": schemas, "minProperties": 1}, "a mapping")


_OF = Field(
    choice(*MATCHES), "What is looked through: `attempts` (where left out), `requests` or `notifications`."
)
_COUNT = Field(
    range_shape(least=0), "How many are expected: 3, or `{min, max}`; at least one where left out."
)
_NEVER = Field(narrowed(boolean(), const=True), "`true`: none is expected.")


def _parts(of: str) -> Shape[tuple[Part, ...]]:
    def build(place: Place, values: dict[str, Any]) -> Part | Invalid:
        return _part(place, values, of)

    match = Field(_any_match(), "What is looked for.", required=True)
    fields = {"match": match, "count": _COUNT, "never": _NEVER, "of": _OF}
    part = record(build, fields, wanted='a mapping such as {"match": {"status": 503}, "count": 3}')
    part = narrowed(part, **_EITHER)
    return list_of(part, least=1, most=MOST_PARTS, wanted="a list of questions")


_ALL: Mapping[str, Shape[tuple[Part, ...]]] = {of: _parts(of) for of in MATCHES}


def _question(place: Place, values: dict[str, Any]) -> Question | Invalid:
    of = values.get("of", "attempts")
    if "all" not in values:
        if "in_order" in values:
            return place.child("in_order").problem('expected it beside "all": one question has no order')
        if "match" not in values:
            return place.problem('expected either "match" or "all", found neither')
        part = _part(place, values, of)
        return part if isinstance(part, Invalid) else Question(parts=(part,))
    beside = [key for key in ("match", "count", "never") if key in values]
    if beside:
        return place.key_problem(beside[0], 'expected it in the questions of "all", found it beside')
    parts = _ALL[of].read(place.child("all"))
    if isinstance(parts, Invalid):
        return parts
    in_order = values.get("in_order", False)
    kinds = sorted({f"{part.noun}s" for part in parts})
    if in_order and len(kinds) > 1:
        told = f"expected all questions to be of one kind, since only these have an order; found {' and '.join(kinds)}"
        return place.child("in_order").problem(told)
    return Question(parts=parts, in_order=in_order, several=True)


def _asked(place: Place, values: dict[str, Any]) -> Mapping[str, Any] | Invalid:
    question = _question(place, values)
    if isinstance(question, Invalid):
        return question
    return {"question": question, "within": values.get("within", 0)}


VERIFY: Shape[Mapping[str, Any]] = narrowed(
    record(
        _asked,
        {
            "match": Field(_any_match(), "What is looked for: at least one key."),
            "count": _COUNT,
            "never": _NEVER,
            "of": _OF,
            "all": Field(
                Shape(whole().read, _ALL["attempts"].schema, "a list of questions"),
                "Several questions, each with `match` and `count` or `never`, and `of` if need be; all must hold.",
            ),
            "in_order": Field(boolean(), "`true`: what they ask for must have come in their order, too."),
            "within": Field(
                wait_shape(),
                "How long to wait for it, in real time; more than 60 s count as 60. At once where left out.",
            ),
        },
        wanted='a mapping such as {"match": {"event_name": "created"}, "count": 1, "within": "5s"}',
    ),
    oneOf=[
        {"required": ["match"], "properties": {"in_order": False}, **_EITHER},
        {"required": ["all"], "properties": dict.fromkeys(("count", "never"), False)},
    ],
)
