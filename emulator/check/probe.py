"""A probe: one question to an endpoint, asked by a scenario with faults and expectations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from emulator.provider.profile import Acceptance, Profile
from emulator.provider.signing import signing_key
from emulator.value import value

ANY_2XX = frozenset(range(200, 300))
UNSIGNED = "there is no secret, so nothing is signed"
"""Why a probe of the signature cannot be asked of an endpoint whose provider signs."""


class Severity(StrEnum):
    """How bad it is to fail a probe, in the words of SARIF (2.1.0, section 3.27.10)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class About(StrEnum):
    """Which failures of its run are a probe's own; the others are another probe's."""

    ALL = "all"
    ADDED = "added"  # of the attempts that faults add, since the genuine one is there to end the delivery


@value(frozen=True, slots=True, kw_only=True)
class Own:
    """Templates for what a webhook has of its own, where the sample has an id, a name, moments: none is a duplicate.

    Without a `moment`, those of the sample stay.
    """

    id: str = "{{ fake.random_int(1000000, 2000000000) }}"
    name: str = "{{ fake.last_name() }} {{ fake.last_name() }}"
    moment: str | None = None


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@value(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is checked: an endpoint of a provider, `signed` where there is a secret, with webhooks of a `type`.

    `types` are all that it takes.
    """

    profile: Profile
    type: str | None
    types: tuple[str, ...]
    signed: bool

    @classmethod
    def of(cls, profile: Profile, secret: str | None, type: str | None = None) -> Subject:
        """It takes the `type` that is chosen alone, else all of the catalog, with the first one sent where any does."""
        signed = profile.signature is not None and signing_key(profile.signature, secret) is not None
        types = tuple(profile.events) if type is None else (type,)
        return cls(profile=profile, type=next(iter(types), None), types=types, signed=signed)

    def event(self, own: Own | None = None, **more: Any) -> dict[str, Any]:
        """An event whose body is that of no other, with more keys."""
        if self.type is None:
            return {"payload": {"id": (own or Own()).id, **more.pop("data", {})}, **more}
        data = {**_laid_over(self.sample, own or Own()), **more.pop("data", {})}
        return {"type": self.type, **({"data": data} if data else {}), **more}

    @property
    def sample(self) -> Any:
        """The data of the type, as the catalog has it."""
        entry = self.profile.events.get(self.type or "")
        return None if entry is None else entry.data


@value(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question. `sends` and `expects` are told beforehand, `why` and `mend` when it is failed.

    `events` gives the events of its scenario; `unfit` says why it cannot be asked here. `profile` overrides the
    provider's, since a schedule of many attempts shows nothing more. `title` is what holds of a good endpoint. Only
    where it is about the `exact` status a 2xx that the provider does not accept is a failure: it is told once. A probe
    that is asked `always` is so even where the endpoint can no longer be reached. `sound` are statuses that are no
    failure here, whatever its scenario says. `unanswered` is how to mend it where no answer came, if that is else.
    """

    id: str
    title: str
    severity: Severity
    sends: str
    expects: str
    why: str
    mend: str
    events: Callable[[Subject], list[dict[str, Any]]]
    about: About = About.ALL
    unfit: Callable[[Subject], str | None] = lambda _: None
    exact: bool = False
    speed: str = "instant"
    always: bool = False
    sound: tuple[int, ...] = ()
    unanswered: str | None = None
    profile: Mapping[str, Any] = field(default_factory=lambda: {"retry": {"waits": []}, "on_exhausted": None})

    def scenario(self, subject: Subject) -> dict[str, Any]:
        """Its scenario, as a file would hold it; target and secret are laid on it."""
        return {
            "version": 1,
            "name": f"check/{self.id}",
            "description": self.title,
            "provider": subject.profile.provider,
            "profile": dict(self.profile) | ({} if self.exact else _lenient(subject.profile.accept)),
            "speed": self.speed,
            "events": [
                {"name": f"{self.id}-{number}", **event}
                for number, event in enumerate(self.events(subject), 1)
            ],
        }


def _lenient(accept: Acceptance) -> dict[str, str]:
    """Every 2xx accepts, unless the provider takes some other status, too."""
    return {"accept": "2xx"} if accept.statuses <= ANY_2XX else {}


def only_signed(subject: Subject) -> str | None:
    """For probes of the signature."""
    if subject.profile.signature is None:
        return f"{subject.profile.provider} signs nothing"
    return None if subject.signed else UNSIGNED


def _laid_over(sample: Any, own: Own) -> dict[str, Any]:
    """What a webhook of its own has in the place of the sample's data."""
    laid: dict[str, Any] = {}
    named = False
    for key, found in sample.items() if isinstance(sample, Mapping) else ():
        if key == "id" and isinstance(found, int):
            laid[key] = own.id
        elif isinstance(found, str) and own.moment and _MOMENT.fullmatch(found):
            laid[key] = own.moment
        elif isinstance(found, str) and not named and "name" in key.lower():
            named = True
            laid[key] = own.name
        elif inner := _laid_over(found, own):
            laid[key] = inner
    return laid
