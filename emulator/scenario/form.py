"""The form of a scenario file (contract section 3): its keys, what each may be, and what each is for.

The shapes check each key by itself and give drafts. What depends on other keys, on profiles or on files is checked when
the drafts are resolved; so a draft keeps what could be read, and its place for what is still to be said.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from emulator.document import (
    Field,
    Invalid,
    Place,
    Shape,
    anything,
    integer,
    list_of,
    record,
    text,
)
from emulator.fault.form import faults_shape
from emulator.provider.form import OVERRIDE
from emulator.scenario import shape
from emulator.scenario.api import api_shape
from emulator.scenario.draft import Draft
from emulator.scenario.endpoints import endpoints_shape
from emulator.scenario.expecting import expectation_shape
from emulator.scenario.model import MOST_EVENTS
from emulator.scenario.routing import routes_shape
from emulator.scenario.secret import one_secret, secret_rule
from emulator.scenario.timing import duration_shape, moment_shape, speed_shape

LARGEST_SEED = 2**53 - 1
"""Larger integers are not exact in every reader of JSON."""
BODIES = ("data", "payload", "payload_file", "body")

_EVENT_ONLY = ("type", "headers", "at", "after", "repeat", "faults", *BODIES)
_SCENARIO_ONLY = (
    *("version", "description", "speed", "start", "seed", "variables", "events", "routes", "api"),
    "endpoints",
)
_PROFILE_ONLY = ("signature", "accept", "timeout", "redirects", "retry", "envelope", "on_exhausted")
_ROUTE_ONLY = ("request", "response", "emits", "set")
_EXPECT_ONLY = ("outcome", "answer", "attempts", "statuses", "offsets", "answered_within", "response")
_MISPLACED_IN_SCENARIO = {
    **dict.fromkeys(_EVENT_ONLY, "this key belongs to an event, below `events`"),
    **dict.fromkeys(
        _PROFILE_ONLY, "this key belongs to the provider; to change it here, write it below `profile`"
    ),
    **dict.fromkeys(_ROUTE_ONLY, "this key belongs to a route, below `routes`"),
}
_MISPLACED_IN_EVENT = {
    **dict.fromkeys(_SCENARIO_ONLY, "this key belongs to the whole scenario, beside `events`"),
    **dict.fromkeys(
        _PROFILE_ONLY, "this key belongs to the provider; to change it here, write it below `profile`"
    ),
    **dict.fromkeys(_EXPECT_ONLY, "this key belongs below `expect`"),
}


def _draft(place: Place, values: dict[str, Any]) -> Draft:
    return Draft(place, values)


@cache
def scenario_shape() -> Shape[Draft]:
    """A whole scenario."""
    return record(
        _draft,
        {
            "version": Field(shape.version(), "The version of this format: 1.", required=True),
            "name": Field(
                shape.name("a name", slashes=True),
                "What the scenario is called; the file's own name where left out. It may hold `/`.",
            ),
            "description": Field(text(empty=True), "What the scenario shows, for people."),
            "provider": Field(
                text("a provider such as entuitive"),
                "The emulated sender of all events that name none of their own.",
            ),
            "profile": Field(
                OVERRIDE,
                "Keys of the provider's profile that are other in this scenario; lists are replaced.",
            ),
            "target": Field(
                shape.targets(), "The URL that webhooks go to, or a list of URLs; may hold templates."
            ),
            "secret": Field(
                secret_rule(), "The secret that signs, or secrets by provider; null sends unsigned."
            ),
            "speed": Field(
                speed_shape(),
                "How emulated time passes: real, instant (the default), manual, or a factor such as 60x.",
            ),
            "start": Field(
                moment_shape(),
                "The emulated moment at which the scenario begins; the moment of playing where left out.",
            ),
            "seed": Field(
                integer(0, LARGEST_SEED),
                "Makes fake data and ids the same in every run; random where left out.",
            ),
            "variables": Field(shape.variables(), "Values that templates use by name."),
            "events": Field(
                list_of(_event_or_broken(), least=1, most=MOST_EVENTS, wanted="a list of events"),
                "What happens, in time: each event is delivered to each target.",
            ),
            "routes": Field(
                routes_shape(),
                "The provider's own API as the application calls it, and the events that follow.",
            ),
            "endpoints": Field(
                endpoints_shape(),
                "Endpoints that stand for this scenario alone: events without a target go to all that want them.",
            ),
            "api": Field(
                api_shape(),
                "The provider's own API, as the application calls it; `{}` plays it as it is documented.",
            ),
            "expect": Field(shape.run_expectation(), "What must hold for the whole run."),
        },
        wanted="a scenario: a mapping with version, provider, target and events",
        ignored=("$schema",),
        refused=_MISPLACED_IN_SCENARIO,
        lenient=True,
    )


def _event_or_broken() -> Shape[Draft]:
    """An event. One that is no mapping is told, and hinders nobody from looking at the others."""
    event = _event()

    def reader(place: Place) -> Draft:
        draft = event.read(place)
        return Draft(place, {}, broken=True) if isinstance(draft, Invalid) else draft

    return Shape(reader, event.schema, event.wanted)


def _event() -> Shape[Draft]:
    return record(
        _draft,
        {
            "name": Field(
                shape.name("a name"),
                "What the event is called, unique in the file; event-1, event-2, … where left out.",
            ),
            "type": Field(
                text("an event type", longest=200),
                "The event's type; its sample in the provider's catalog is the data.",
            ),
            "provider": Field(text("a provider such as entuitive"), "The emulated sender of this event."),
            "profile": Field(
                OVERRIDE, "Keys of the profile that are other for this event; lists are replaced."
            ),
            "target": Field(
                shape.targets(), "The URL, or URLs, that this event goes to; may hold templates."
            ),
            "secret": Field(one_secret(), "The secret that signs this event; null sends it unsigned."),
            "headers": Field(
                shape.headers(),
                "Headers that come over those of the profile; null leaves one out; may hold templates.",
            ),
            "at": Field(
                duration_shape(),
                "When the event is due, counted from the start of the run (0s where left out).",
            ),
            "after": Field(
                shape.after(),
                "Makes the event due after all deliveries of another one have ended, whatever their outcome.",
            ),
            "repeat": Field(
                shape.repeat(),
                "Lets the event occur more than once; templates see the number as `index`, from 0.",
            ),
            "data": Field(
                anything(),
                "What is merged over the sample of the type: mappings deeply, all else replaced; may hold templates.",
            ),
            "payload": Field(
                anything(), "The whole body as JSON, without the provider's envelope; may hold templates."
            ),
            "payload_file": Field(
                text("the path of a file"),
                "A file whose bytes are the body; it lies in the scenario's folder.",
            ),
            "body": Field(shape.body(), "The whole body as exact text, sent as UTF-8."),
            "faults": Field(
                faults_shape(),
                "How the provider misbehaves, on purpose: each entry is one fault and its attempts.",
            ),
            "expect": Field(expectation_shape(), "What must hold for each delivery of this event."),
        },
        wanted="an event: a mapping such as {type: user.created, at: 10s}",
        refused=_MISPLACED_IN_EVENT,
        lenient=True,
    )
