"""A provider's profile told to people: everything it does, and everything that is only assumed about it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.delivery.retry import successor_due
from emulator.duration import plain_seconds
from emulator.provider.profile import (
    Assumption,
    CatalogEntry,
    Email,
    Encoding,
    Profile,
    Retry,
    RetryOn,
    SignatureScheme,
    WaitFrom,
)
from emulator.provider.signing import signing_key

_ENCODINGS = {
    Encoding.COMPACT: "compact: no spaces, \\uXXXX for all but ASCII",
    Encoding.PYTHON: "python: as Python's json.dumps() by default, a space after , and :, \\uXXXX",
    Encoding.PHP: "php: as PHP's json_encode() by default, no spaces, \\/ and \\uXXXX",
    Encoding.UTF8: "utf8: no spaces, all characters as they are",
}
_ORIGINS = {
    WaitFrom.RESPONSE: "the end of the failed attempt",
    WaitFrom.REQUEST: "the start of the failed attempt",
    WaitFrom.FIRST: "the first attempt",
}


def offsets(retry: Retry) -> list[int]:
    """When each attempt goes out if every answer comes at once, in microseconds from the first."""
    due = [0]
    while True:
        following = successor_due(retry, len(due), first_due_us=0, started_us=due[-1], ended_us=due[-1])
        if following is None:
            return due
        due.append(max(due[-1], following))


def portrait(profile: Profile, width: int) -> str:
    """The whole of a profile, in lines of at most `width` characters where words allow."""
    heading = f"{profile.title} ({profile.provider})" if profile.title else profile.provider
    about = [line for text in (profile.description, _source(profile)) for line in _wrapped(text, width)]
    facts = [_labelled(label, lines, width, 14) for label, lines in _facts(profile)]
    parts = ["\n".join([heading, *about]), "\n".join(facts)]
    parts += _catalog(profile.events, width)
    parts += _assumed(profile.assumptions, width)
    return "\n\n".join(parts)


def _source(profile: Profile) -> str:
    return f"Source: {profile.source}" if profile.source else ""


def _facts(profile: Profile) -> Iterator[tuple[str, list[str]]]:
    yield "Signature", _signature(profile.signature)
    yield "Accepted", [profile.accept.text]
    redirect = "followed" if profile.follow_redirects else "not followed; a failed attempt"
    yield "Redirect", [redirect]
    yield "Time-out", [f"{plain_seconds(profile.timeout_us)} s, from connecting to the end of the answer"]
    yield "Attempts", _schedule(profile)
    once = "made anew for each attempt" if profile.rebuild else "the same bytes on every attempt"
    yield "Body", [f"JSON, {_ENCODINGS[profile.encoding]}", once]
    envelope = "none: the data is the body" if profile.envelope is None else _json(profile.envelope.source)
    yield "Envelope", [envelope]
    yield "Headers", [f"{name}: {value}" for name, value in profile.headers.items()] or ["none"]
    yield "When used up", _mail(profile.email)


def _signature(scheme: SignatureScheme | None) -> list[str]:
    if scheme is None:
        return ["none"]
    signed_again = (
        "for each attempt anew" if scheme.sign == "each-attempt" else "once, the same on every attempt"
    )
    digest = "lower-case hex" if scheme.encoding == "hex" else "base64"
    unsigned = "no header" if signing_key(scheme, None) is None else "signed with an empty key"
    return [
        f"{scheme.header}: {scheme.value}",
        *(f"{name}: {value}" for name, value in scheme.headers.items()),
        f"{scheme.algorithm} of {scheme.message} in {digest}, {signed_again}",
        *([f"{{timestamp}} by the {scheme.stamp} clock"] if "{timestamp}" in _forms(scheme) else []),
        f"without a secret: {unsigned}",
    ]


def _forms(scheme: SignatureScheme) -> str:
    return " ".join((scheme.message, scheme.value, *scheme.headers.values()))


def _schedule(profile: Profile) -> list[str]:
    if not profile.retry.waits:
        return ["1, never made again"]
    moments = ", ".join(map(plain_seconds, offsets(profile.retry)))
    waits = ", ".join(map(plain_seconds, profile.retry.waits))
    missing = [kind for kind in RetryOn if kind not in profile.retry.on]
    exceptions = f", except after: {', '.join(missing)}" if missing else ""
    return [
        f"{profile.attempts}, at {moments} s",
        f"after waits of {waits} s, each from {_ORIGINS[profile.retry.wait_from]}",
        f"again after every failure{exceptions}",
    ]


def _mail(email: Email | None) -> list[str]:
    if email is None:
        return ["nothing"]
    return [f"an e-mail to {email.to}", f"Subject: {email.subject}", *email.text.strip().splitlines()]


def _catalog(events: Mapping[str, CatalogEntry], width: int) -> list[str]:
    if not events:
        return []
    parts = ["Event types, with their sample data"]
    for name, entry in events.items():
        heading = f"  {name}" + (f": {entry.description}" if entry.description else "")
        parts.append(heading + "\n" + textwrap.indent(_sample(entry.data, width - 4), "    "))
    return parts


def _assumed(assumptions: tuple[Assumption, ...], width: int) -> list[str]:
    if not assumptions:
        return []
    heading = "Assumptions: what is not documented, how it is read here, and what sends the other reading"
    return [*_wrapped(heading, width), *(_assumption(assumption, width) for assumption in assumptions)]


def _assumption(assumption: Assumption, width: int) -> str:
    told = {
        "open": assumption.question,
        "read as": assumption.why,
        "other": None if assumption.other is None else switch(assumption.other),
    }
    name = "  ".join(word for word in (assumption.id, assumption.key) if word)
    lines = [_labelled(label, [text], width - 4, 9, hang="") for label, text in told.items() if text]
    return "\n".join([f"  {name}".rstrip(), textwrap.indent("\n".join(lines), "    ")])


def switch(override: Mapping[str, Any]) -> str:
    """The line that a scenario, or one of its events, writes to send another reading."""
    import yaml

    dumped: str = yaml.safe_dump(
        {"profile": dict(override)},
        default_flow_style=True,
        width=10_000,
        sort_keys=False,
        allow_unicode=True,
    )
    return dumped.strip()[1:-1]


def _labelled(label: str, lines: list[str], width: int, indent: int, *, hang: str = "  ") -> str:
    """Lines behind a label; what is too long goes on below, in by `hang`. A switch stays whole, to be copied."""
    room = max(width - indent, 40)
    wrapped: list[str] = []
    for line in lines:
        wrapped += [line] if line.startswith("profile:") else _wrapped(line, room, hang) or [""]
    told = [f"{label if number == 0 else '':<{indent}}{line}" for number, line in enumerate(wrapped)]
    return "\n".join(map(str.rstrip, told))


def _sample(data: Any, width: int) -> str:
    """On one line where it fits, else a line for each key."""
    line = _json(data)
    return line if len(line) <= width else json.dumps(data, ensure_ascii=False, indent=2)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _wrapped(text: str, width: int, hang: str = "") -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=hang, break_on_hyphens=False)
