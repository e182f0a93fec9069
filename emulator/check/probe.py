"""A probe: one question to an endpoint, asked by a scenario with faults and expectations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from emulator.provider.profile import Profile
from emulator.provider.signing import signing_key
from emulator.value import value


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

    def event(self, **more: Any) -> dict[str, Any]:
        """An event whose body is that of no other, with more keys."""
        if self.type is None:
            return {"payload": {"check": "{{ uuid() }}"}, **more}
        told = _of_its_own(self.profile.events[self.type].data) if self.type in self.profile.events else {}
        data = merged(told, more.pop("data", {}))
        return {"type": self.type, **({"data": data} if data else {}), **more}


@value(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question. `sends` and `expects` are told beforehand, `why` and `mend` when it is failed.

    `events` gives the events of its scenario; `unfit` says why it cannot be asked here. `profile` overrides the
    provider's, since a schedule of many attempts shows nothing more. `title` is what holds of a good endpoint.
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
    profile: Mapping[str, Any] = field(default_factory=lambda: {"retry": {"waits": []}, "on_exhausted": None})

    def scenario(self, subject: Subject) -> dict[str, Any]:
        """Its scenario, as a file would hold it; target and secret are laid on it."""
        return {
            "version": 1,
            "name": f"check/{self.id}",
            "description": self.title,
            "provider": subject.profile.provider,
            "profile": dict(self.profile),
            "speed": "instant",
            "events": [
                {"name": f"{self.id}-{number}", **event}
                for number, event in enumerate(self.events(subject), 1)
            ],
        }


def only_signed(subject: Subject) -> str | None:
    """For probes of the signature."""
    if subject.profile.signature is None:
        return f"{subject.profile.provider} signs nothing"
    return None if subject.signed else "there is no secret, so nothing is signed"


def merged(data: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Data of two sources."""
    return {**data, **more}


def _of_its_own(sample: Any) -> dict[str, Any]:
    """Data that gives the id and the first name in a sample other values in every webhook: none is a duplicate."""
    if not isinstance(sample, Mapping):
        return {}
    own: dict[str, Any] = {}
    if isinstance(sample.get("id"), int):
        own["id"] = "{{ fake.random_int(1000000, 2000000000) }}"
    for key, found in sample.items():
        if isinstance(found, str) and "name" in key.lower():
            return {**own, key: "{{ fake.last_name() }} {{ fake.last_name() }}"}
        if isinstance(found, Mapping) and (inner := _of_its_own(found)):
            return {**own, key: inner}
    return own
