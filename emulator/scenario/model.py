"""A scenario as frozen values: events in time, and what is expected of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from emulator.duration import INSTANT, Speed
from emulator.endpoint import Endpoint
from emulator.fault import Planned
from emulator.provider.profile import Profile
from emulator.scenario.compliancely import CompliancelySettings
from emulator.scenario.expectation import DELIVERED, Expectation
from emulator.scenario.origin import Origin
from emulator.scenario.route import Route
from emulator.template import Template
from emulator.value import value

MOST_EVENTS = 100_000
"""How many events a scenario may have, repeats counted."""


@value(frozen=True, slots=True, kw_only=True)
class Repeat:
    """How often an event occurs; occurrence n comes `n * every_us` after the first."""

    times: int = 1
    every_us: int = 0


@value(frozen=True, slots=True, kw_only=True)
class After:
    """An event that begins `delay_us` after all deliveries of the event called `event` have ended."""

    event: str
    delay_us: int = 0


@value(frozen=True, slots=True, kw_only=True)
class JsonContent:
    """A body made as the profile makes it: `value` is the data, enveloped if `enveloped`, then encoded."""

    value: Template
    enveloped: bool


@value(frozen=True, slots=True)
class ExactContent:
    """A body sent as these bytes: exact text, a file's content, or JSON that no template changes, encoded already."""

    body: bytes


@value(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a scenario with all that was inherited or overridden already in place.

    `at_us` counts from the start of the run and is 0 for an event that has `after`. One that is not `scheduled` plays
    only when a route emits it. `targets` are templates of URLs; there are none where routes give them. One that `seeks`
    goes to the registered endpoints that want it, and to its `targets` where there is none: `endpoints` are those that
    were found when the scenario was loaded. `secret` is None for an unsigned event; it comes before those of endpoints
    if it is the event's own. `headers` come over those of the profile. `faults` are how the provider misbehaves.
    """

    name: str
    position: int
    type: str | None
    profile: Profile
    at_us: int = 0
    after: After | None = None
    scheduled: bool = True
    repeat: Repeat = Repeat()
    content: JsonContent | ExactContent
    headers: Template | None = None
    targets: tuple[Template, ...]
    seeks: bool = False
    endpoints: tuple[Endpoint, ...] = ()
    secret: str | None = field(default=None, repr=False)
    own_secret: bool = False
    expectation: Expectation = DELIVERED
    faults: tuple[Planned, ...] = ()

    def sought(self, endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
        """Those of the endpoints that this event goes to if it `seeks`."""
        return tuple(each for each in endpoints if each.wants(self.profile.provider, self.type))

    def secrets(self, endpoint: Endpoint | None, at: int) -> tuple[str | None, str | None]:
        """What signs at a real moment, and the old secret that is still good while an endpoint's is rotated."""
        if endpoint is None or endpoint.inherits or self.own_secret:
            return self.secret, None
        settled = endpoint.settled(at)
        return settled.secret, settled.old_secret


@value(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A whole scenario, ready to play. `start` is in microseconds since 1970; None is the moment of starting.

    `api` are the settings of the provider's own API, where that is built in and the run is open, and `api_events` the
    events that follow from calls to it. `endpoints` are those that the scenario registers. `notifications` bounds how
    many notifications the run is expected to make: (least, most). `origin` is what it was loaded from.
    """

    name: str
    description: str = ""
    path: str | None = None
    speed: Speed = INSTANT
    start: int | None = None
    seed: int | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...]
    routes: tuple[Route, ...] = ()
    api: CompliancelySettings | None = field(default=None, repr=False)
    api_events: tuple[Event, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    notifications: tuple[int, int | None] | None = None
    warnings: tuple[str, ...] = ()
    origin: Origin | None = field(default=None, repr=False, compare=False)

    @property
    def open(self) -> bool:
        """Whether calls of the application may bring about more than is planned."""
        return bool(self.routes) or self.api is not None
