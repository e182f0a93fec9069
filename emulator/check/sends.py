"""How much a check sends, told before it does. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.fault import Expects, Planned, extras, on_attempt
from emulator.fault.signature import Signature
from emulator.fault.tamper import Tamper
from emulator.scenario.model import Event, Scenario
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Sends:
    """At most so many webhooks, and how many of them are forged: their signature is not that of their body."""

    webhooks: int = 0
    forged: int = 0

    def __str__(self) -> str:
        """Such as `at most 2 webhooks, 1 of them forged`."""
        counted = f"{self.webhooks:,} webhook{'' if self.webhooks == 1 else 's'}"
        return f"at most {counted}, {self.forged:,} of them forged" if self.forged else f"at most {counted}"


def sends(scenarios: Iterable[Scenario]) -> Sends:
    """What scenarios send if every schedule is used up."""
    events = [event for scenario in scenarios for event in scenario.events]
    return Sends(webhooks=sum(map(_webhooks, events)), forged=sum(map(_forged, events)))


def _webhooks(event: Event) -> int:
    return event.repeat.times * (event.profile.attempts + len(_added(event)))


def _forged(event: Event) -> int:
    if event.own_secret and event.secret is None and event.profile.signature is not None:
        return _webhooks(event)
    return event.repeat.times * sum(_forges(each, event) for each in _added(event))


def _added(event: Event) -> list[Planned]:
    attempts = event.profile.attempts
    return [
        extra.planned
        for number in range(1, attempts + 1)
        for extra in extras(on_attempt(event.faults, number, attempts), event.profile)
    ]


def _forges(planned: Planned, event: Event) -> bool:
    fault = planned.fault
    return isinstance(fault, Signature | Tamper) and fault.adds(event.profile) is Expects.REFUSED
