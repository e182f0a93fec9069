"""A registered endpoint: where webhooks of a provider go, which of them, and the secret that signs them.

Moments are microseconds since 1970, of the real clock: endpoints belong to no run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """Who registered an endpoint: a call of the API, a scenario for its runs, or the settings of the server."""

    API = "api"
    SCENARIO = "scenario"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where webhooks go: `types` are those that it wants, None for all.

    `secret` None sends unsigned; an endpoint that `inherits` has none of its own, so that the run, the scenario or the
    environment decide. While its secret is rotated, `old_secret` is good as well, until `old_until`.
    """

    id: str
    provider: str
    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    inherits: bool = False
    types: tuple[str, ...] | None = None
    active: bool = True
    description: str = ""
    created_wall: int
    source: Source
    old_secret: str | None = field(default=None, repr=False)
    old_until: int | None = None

    def wants(self, provider: str, type: str | None) -> bool:
        """Whether webhooks of this type go here. One without a type goes only where all are wanted."""
        return self.active and self.provider == provider and (self.types is None or type in self.types)

    def doubles(self, other: Endpoint) -> bool:
        """Whether there are webhooks that go to the same URL for this one and for the other one as well."""
        if self.id == other.id or not (self.active and other.active):
            return False
        if (self.provider, self.url) != (other.provider, other.url):
            return False
        return self.types is None or other.types is None or not set(self.types).isdisjoint(other.types)

    def rotated(self, secret: str | None, *, until: int) -> Endpoint:
        """With another secret; the one that it had, if any, is good until then."""
        old_until = None if self.secret is None else until
        return replace(self, secret=secret, inherits=False, old_secret=self.secret, old_until=old_until)

    def settled(self, at: int) -> Endpoint:
        """Without an old secret whose time is over by then."""
        if self.old_until is None or at < self.old_until:
            return self
        return replace(self, old_secret=None, old_until=None)

    def to_document(self) -> dict[str, Any]:
        """All of it as JSON, for `from_document`. Secrets stand in it."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class Unregistered:
    """The endpoint of this id is no more."""

    id: str


def from_document(members: Mapping[str, Any]) -> Endpoint:
    """The endpoint of a document. Raises KeyError, TypeError or ValueError for one that is damaged."""
    types = members["types"]
    changed = {"source": Source(members["source"]), "types": None if types is None else tuple(types)}
    return Endpoint(**{**members, **changed})
