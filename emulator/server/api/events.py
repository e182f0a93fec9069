"""One event, without a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import Any

from emulator.document import Field, Shape, narrowed, nullable, record, text
from emulator.errors import InvalidInput, Problem
from emulator.scenario import shape
from emulator.scenario.load import load_text
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides
from emulator.scenario.secret import secret_rule
from emulator.scenario.timing import speed_shape
from emulator.server.answer import Answer
from emulator.server.api.starting import started
from emulator.server.call import Call
from emulator.server.limits import SMALL_BYTES
from emulator.server.parameters import labels_shape, later, seed_shape, whole

_OF_EVENT = ("type", "data", "payload", "body", "headers")
_PLACE = "events[0]"


async def fire(call: Call) -> Answer:
    """Play one event."""
    return await started(call, partial(_scenario, call), big=call.size > SMALL_BYTES)


def _scenario(call: Call, overrides: Overrides) -> Scenario:
    event = {"name": "event"} | {key: call.body[key] for key in _OF_EVENT if key in call.body}
    given = {"version": 1, "name": "event", "provider": call.body["provider"], "events": [event]}
    context = call.context
    try:
        return load_text(
            given, overrides=overrides, environment=context.environment, near=context.catalog.folder
        )
    except InvalidInput as error:
        raise InvalidInput(map(_as_given, error.problems)) from None


def _as_given(problem: Problem) -> Problem:
    """Without the keys that nobody wrote."""
    return replace(problem, key=problem.key.removeprefix(_PLACE).removeprefix("."))


_BODIES = ("data", "payload", "body")

FIRE: Shape[Mapping[str, Any]] = narrowed(
    record(
        lambda _, values: values,
        {
            "provider": Field(text("a provider such as entuitive"), "The emulated sender.", required=True),
            "type": Field(
                later(text("an event type")), "The event's type; its sample in the catalog is the data."
            ),
            "data": Field(whole(), "What is merged over the sample."),
            "payload": Field(whole(), "The whole body as JSON, without the provider's envelope."),
            "body": Field(later(shape.body()), "The whole body as exact text."),
            "headers": Field(later(shape.headers()), "Headers that come over those of the profile."),
            "target": Field(later(nullable(shape.targets())), "The URL, or URLs, that it goes to."),
            "secret": Field(
                later(nullable(secret_rule())), "The secret; null sends unsigned. It is never shown."
            ),
            "speed": Field(later(nullable(speed_shape())), "How emulated time passes for retries."),
            "seed": Field(later(nullable(seed_shape())), "Makes fake data and ids those of this seed."),
            "labels": Field(
                nullable(labels_shape()), "Texts by which to find the run again, and its attempts."
            ),
        },
        wanted="a mapping with provider, type and target",
    ),
    anyOf=[{"required": [key]} for key in ("type", "payload", "body")],
    **{"not": {"anyOf": [{"required": list(pair)} for pair in combinations(_BODIES, 2)]}},
)
