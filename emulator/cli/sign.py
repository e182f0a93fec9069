"""`sign`: the signature of a body, and the check of one."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from emulator.cli.environment import secret_for
from emulator.cli.exits import Exit
from emulator.cli.options import json_option, parsed, profile_named, provider_option, secret_option
from emulator.cli.output import note, put, put_json
from emulator.cli.verb import Verb
from emulator.duration import SECOND, parse_moment
from emulator.errors import InvalidInput
from emulator.provider.placeholder import parse_placeholders
from emulator.provider.profile import Profile, SignatureScheme
from emulator.provider.signing import Signed, signing_key
from emulator.provider.signing import sign as signed
from emulator.provider.verification import verify
from emulator.scenario.secret import environment_name
from emulator.value import value


def timestamp_of(text: str) -> int:
    """Seconds since 1970, given as such or as a moment. Raises ValueError."""
    if text.isascii() and text.isdigit() and len(text) <= 12:
        return int(text)
    try:
        return parse_moment(text) // SECOND
    except ValueError as error:
        raise ValueError(f"{error}, or seconds since 1970") from None


@value(frozen=True, slots=True, kw_only=True)
class Stamps:
    """What a signature may cover beside the body, as far as it was given."""

    wire_id: str | None
    timestamp: int | None


@click.command(
    cls=Verb,
    examples=[
        "printf '%s' '{\"id\": 1}' | webhook-emulator sign --provider entuitive --secret demo-secret",
        "webhook-emulator sign -p entuitive -s demo-secret body.json --check 8da0e0b3…",
    ],
)
@click.argument("file", default="-", metavar="[FILE]")
@provider_option
@secret_option
@click.option(
    "--check", "claimed", metavar="VALUE", help="Check this header value: exit 0 if it fits, else 1."
)
@click.option("--headers", is_flag=True, help="Print whole headers, one a line, instead of the value.")
@click.option("--id", "wire_id", metavar="TEXT", help="The event's id, where the signature covers one.")
@click.option(
    "--timestamp",
    type=parsed(timestamp_of),
    metavar="MOMENT",
    help="Where the signature covers one: seconds since 1970, or 2026-01-05T09:00:00Z. Default: now.",
)
@json_option("Print a JSON object: the headers, or the result of the check.")
def sign(
    *,
    file: str,
    provider: str,
    secret: str | None,
    claimed: str | None,
    headers: bool,
    wire_id: str | None,
    timestamp: int | None,
    as_json: bool,
) -> Exit:
    """Sign a body as a provider does, or check a signature.

    The body is the exact bytes of FILE, or of stdin. Mind the line feed that echo and editors add.
    """
    profile = profile_named(provider)
    scheme = _scheme(profile)
    stamps = Stamps(wire_id=wire_id, timestamp=timestamp)
    _refuse_needless(scheme, stamps)
    key = secret_for(profile.provider, secret)
    if signing_key(scheme, key) is None:
        raise InvalidInput.of(
            f"there is no secret: give --secret, or set {environment_name(profile.provider)}"
        )
    body = _body(file)
    if claimed is not None:
        return _check(scheme, key, body, claimed, stamps, as_json=as_json)
    _show(_signed(scheme, key, body, stamps), headers=headers, as_json=as_json)
    if body.endswith(b"\n"):
        note("note: the body ends with a line feed, which is signed too")
    return Exit.PASSED


def _scheme(profile: Profile) -> SignatureScheme:
    if profile.signature is None:
        raise InvalidInput.of(f"{profile.provider} signs nothing: its profile has no signature")
    return profile.signature


def _covered(scheme: SignatureScheme) -> set[str]:
    """The placeholders that the signature fills somewhere."""
    forms = (scheme.message, scheme.value, *scheme.headers.values())
    return {name for form in forms for name in parse_placeholders(form).names}


def _refuse_needless(scheme: SignatureScheme, stamps: Stamps) -> None:
    """A flag without effect would hide a mistake."""
    covered = _covered(scheme)
    for flag, name, given in (("--id", "id", stamps.wire_id), ("--timestamp", "timestamp", stamps.timestamp)):
        if given is not None and name not in covered:
            raise click.UsageError(f"{flag} has no effect: this provider's signature covers no {{{name}}}.")


def _signed(scheme: SignatureScheme, key: str | None, body: bytes, stamps: Stamps) -> Signed:
    if stamps.wire_id is None and "id" in _covered(scheme):
        raise click.UsageError("This provider's signature covers {id}: give --id.")
    now = int(time.time()) if stamps.timestamp is None else stamps.timestamp
    made = signed(scheme, key, body, wire_id=stamps.wire_id or "", timestamp=now)
    if made is None:
        raise InvalidInput.of("without a secret nothing is signed")
    return made


def _show(made: Signed, *, headers: bool, as_json: bool) -> None:
    if as_json:
        put_json(
            {
                "header": made.record.header,
                "value": made.record.value,
                "message": made.record.message,
                "headers": [list(pair) for pair in made.headers],
            }
        )
    elif headers:
        for name, value in made.headers:
            put(f"{name}: {value}")
    else:
        put(made.record.value)


def _check(
    scheme: SignatureScheme, key: str | None, body: bytes, claimed: str, stamps: Stamps, *, as_json: bool
) -> Exit:
    name, colon, value = claimed.partition(":")
    if colon and name.strip().lower() == scheme.header.lower():
        claimed = value
    claimed = claimed.strip()
    stamps = _completed(scheme, claimed, stamps)
    sent = [(scheme.header, claimed)]
    check = verify(scheme, key, body, sent, wire_id=stamps.wire_id, timestamp=stamps.timestamp)
    if as_json:
        put_json({"valid": check.valid, "reason": check.reason})
    else:
        put(f"{'valid' if check.valid else 'not valid'}: {check.reason}")
    return Exit.PASSED if check.valid else Exit.FAILED


def _completed(scheme: SignatureScheme, claimed: str, stamps: Stamps) -> Stamps:
    """What other headers would carry must be given by flag, where the signature covers it."""
    value = parse_placeholders(scheme.value)
    covered = set(parse_placeholders(scheme.message).names) - set(value.names)
    for flag, name, given in (("--id", "id", stamps.wire_id), ("--timestamp", "timestamp", stamps.timestamp)):
        if given is None and name in covered:
            raise click.UsageError(
                f"This provider's signature covers {{{name}}}, which another header carries: give {flag}."
            )
    matched = value.match(claimed) or {}
    seconds = matched.get("timestamp", "")
    return Stamps(
        wire_id=matched.get("id", "") if stamps.wire_id is None else stamps.wire_id,
        timestamp=(int(seconds) if seconds.isdecimal() else 0)
        if stamps.timestamp is None
        else stamps.timestamp,
    )


def _body(file: str) -> bytes:
    if file != "-":
        return Path(file).read_bytes()
    if sys.stdin.isatty():
        note("reading the body from the terminal; Ctrl-D ends it")
    return sys.stdin.buffer.read()
