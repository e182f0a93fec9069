"""Faults that cannot be, with this provider, this secret, or these events: certain before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.document import Place
from emulator.document.shape import counted
from emulator.fault import Planned
from emulator.fault.half_close import HalfClose
from emulator.fault.planned import EVERY
from emulator.fault.reorder import Reorder
from emulator.fault.replay import Replay
from emulator.provider.signing import signing_key
from emulator.scenario.model import Event
from emulator.scenario.render import static_value


def check_faults(place: Place, event: Event) -> None:
    """Tell what is wrong with the faults of an event."""
    for number, planned in enumerate(event.faults):
        for key, told in _problems(planned, event):
            entry = place.child(number)
            entry.key_problem(key, told)


def _problems(planned: Planned, event: Event) -> Iterator[tuple[str, str]]:
    fault, profile = planned.fault, event.profile
    unfit = fault.unfit(profile, signed=_signed(event))
    if unfit:
        yield fault.word, unfit
    if isinstance(fault, HalfClose) and _all_over_tls(event):
        yield fault.word, "over TLS no side of a connection can end alone; give an http:// target"
    beyond = [number for number in planned.on.numbers or () if number > profile.attempts]
    if beyond:
        most = counted(profile.attempts, "attempt")
        yield "on", f"{profile.provider} makes at most {most}, so number {beyond[0]} never comes"
    if planned.said is not None and fault.adds(profile) is None:
        yield (
            "expect",
            f"{fault.word} changes the planned attempt; say what is expected in the `expect` of the event",
        )
    if isinstance(fault, Reorder | Replay) and planned.on != EVERY:
        yield "on", f"{fault.word} is about the whole delivery; leave `on` out"
    if isinstance(fault, Reorder) and (event.after is not None or not event.scheduled):
        yield fault.word, "it takes events with a moment of their own: give them `at`, not `after`"


def _signed(event: Event) -> bool:
    """Whether anything may be signed: endpoints that are yet to be registered may have a secret."""
    scheme = event.profile.signature
    if scheme is None:
        return False
    if event.seeks and not event.endpoints and not (event.targets and event.scheduled):
        return True
    secrets = [event.secrets(endpoint, 0)[0] for endpoint in (event.endpoints or (None,))]
    return any(signing_key(scheme, secret) is not None for secret in secrets)


def _all_over_tls(event: Event) -> bool:
    if not all(target.static for target in event.targets):
        return False
    urls = [each.url for each in event.endpoints] or [static_value(target) for target in event.targets]
    return bool(urls) and all(url.lower().startswith("https:") for url in urls)
