"""Endpoints as they are written: in a scenario, in the settings of a server, and in calls of the API.

Each names a URL, and perhaps the types that it wants, a secret, and whether it is active.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from emulator.document import (
    Field,
    Invalid,
    Place,
    Report,
    Shape,
    boolean,
    list_of,
    nullable,
    parse_yaml,
    record,
    substitute,
    text,
)
from emulator.document.place import nearest
from emulator.duration import format_moment
from emulator.endpoint import Endpoint, Source
from emulator.provider.profile import Profile
from emulator.provider.registry import find_definition
from emulator.scenario.draft import Draft
from emulator.scenario.masked import MASK
from emulator.scenario.profiles import Profiles
from emulator.scenario.secret import one_secret
from emulator.scenario.target import LONGEST, WANTED, check_target, without_credentials

MOST_ENDPOINTS = 1_000
LONGEST_DESCRIPTION = 1_000
_URL = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s]+$|\$\{"
ProfileOf = Callable[[Draft], Profile | None]


def endpoint_fields(secret: str) -> dict[str, Field]:
    """The keys of an endpoint but for its provider; `secret` is the sentence about that key."""
    types = list_of(text("an event type", longest=200), least=1, wanted="a list of event types")
    return {
        "url": Field(_url(), "The URL that webhooks go to.", required=True),
        "secret": Field(one_secret(), secret),
        "types": Field(
            nullable(types), "The event types of the provider's catalog that it wants; null: all."
        ),
        "active": Field(boolean(), "Whether webhooks go there at all (true where left out)."),
        "description": Field(
            text("a text", empty=True, longest=LONGEST_DESCRIPTION), "What it is, for people."
        ),
    }


def _url() -> Shape[str]:
    plain = text(WANTED)

    def reader(place: Place) -> str | Invalid:
        url = plain.read(place)
        try:
            return url if isinstance(url, Invalid) else check_target(url)
        except ValueError as error:
            return place.problem(str(error))

    return Shape(reader, {**plain.schema, "maxLength": LONGEST, "pattern": _URL}, plain.wanted)


def endpoints_shape() -> Shape[tuple[Draft, ...]]:
    """A list of endpoints, in a file."""
    one = record(
        Draft,
        {
            "provider": Field(
                text("a provider such as entuitive"),
                "The provider whose webhooks go there; that of the scenario where left out.",
            ),
            **endpoint_fields(
                "The secret that signs what goes there; null sends unsigned. Left out: that of the run or scenario."
            ),
        },
        wanted="an endpoint: a mapping such as {url: http://localhost:3000/webhooks}",
        lenient=True,
    )

    def reader(place: Place) -> Draft:
        """One that is no mapping is told, and hinders nobody from looking at the others."""
        draft = one.read(place)
        return Draft(place, {}, broken=True) if isinstance(draft, Invalid) else draft

    return list_of(Shape(reader, one.schema, one.wanted), most=MOST_ENDPOINTS, wanted="a list of endpoints")


def resolved(
    drafts: Iterable[Draft], profile_of: ProfileOf, source: Source, *, created_wall: int = 0
) -> Iterator[Endpoint]:
    """The endpoints of drafts that can be read, numbered from 1. Problems are noted at their places."""
    for number, draft in enumerate(drafts, 1):
        profile = None if draft.broken else profile_of(draft)
        if profile is None or not fits(draft.place, draft.get("types"), profile) or not draft.get("url"):
            continue
        yield Endpoint(
            id=f"end_{source.value}_{number}",
            provider=profile.provider,
            url=draft.get("url"),
            secret=draft.get("secret"),
            inherits=not draft.stands("secret"),
            types=draft.get("types"),
            active=draft.get("active", True),
            description=draft.get("description", ""),
            created_wall=created_wall,
            source=source,
        )


def doubled(own: Sequence[Endpoint], registered: Sequence[Endpoint]) -> Iterator[str]:
    """A warning for each endpoint of a scenario to whose URL webhooks are sent twice, because another one has it."""
    told = "have the same URL and want the same types: webhooks that both want are sent there twice"
    for number, endpoint in enumerate(own, 1):
        for other_number, other in enumerate(own[number:], number + 1):
            if endpoint.doubles(other):
                yield f"the endpoints {number} and {other_number} {told}"
        for other in registered:
            if endpoint.doubles(other):
                yield f"the endpoint {number} and the registered {other.id} {told}"


def endpoint_json(endpoint: Endpoint, *, masked: bool = False) -> dict[str, Any]:
    """The public form. Secrets stand in it, also such as the URL may hold, unless they are `masked`."""

    def shown(secret: str | None) -> str | None:
        return MASK if masked and secret is not None else secret

    until = endpoint.old_until
    return {
        "id": endpoint.id,
        "provider": endpoint.provider,
        "url": without_credentials(endpoint.url) if masked else endpoint.url,
        "secret": shown(endpoint.secret),
        "rotation": None
        if until is None
        else {"old_secret": shown(endpoint.old_secret), "until": format_moment(until)},
        "types": None if endpoint.types is None else list(endpoint.types),
        "active": endpoint.active,
        "description": endpoint.description,
        "created_wall": format_moment(endpoint.created_wall),
        "source": endpoint.source.value,
    }


def fits(place: Place, types: Sequence[str] | None, profile: Profile) -> bool:
    """Whether these types are in the catalog of the provider; problems are noted below `place`."""
    good = True
    for number, type in enumerate(types or ()):
        if type not in profile.events:
            told = f"unknown event type {type[:60]!r} of {profile.provider}{nearest(type, profile.events)}"
            place.down(("types", number)).problem(told)
            good = False
    return good


def read_endpoints(
    source: bytes | str, name: str, environment: Mapping[str, str], near: Path | None, *, created_wall: int
) -> tuple[Endpoint, ...]:
    """The endpoints of a server's settings: bytes are those of a file, in which `${VAR}` is filled, a text is JSON.

    `near` is the folder in whose reach providers are described. Raises InvalidInput with all problems.
    """
    report = Report(name)
    root = parse_yaml(source, name)
    if isinstance(source, bytes):
        substitute(root, environment, report)
    drafts = endpoints_shape().read(Place(root, report))
    profiles = Profiles(lambda provider: find_definition(provider, near), None)

    def profile_of(draft: Draft) -> Profile | None:
        if not draft.stands("provider"):
            draft.place.problem("the key 'provider' is missing: a provider such as entuitive")
        provider = draft.get("provider")
        if provider is None:
            return None
        found = profiles.definition(provider, draft.place.child("provider"), None)
        return None if isinstance(found, Invalid) else found.profile

    readable = () if isinstance(drafts, Invalid) else drafts
    endpoints = tuple(resolved(readable, profile_of, Source.ENVIRONMENT, created_wall=created_wall))
    report.check()
    return endpoints
