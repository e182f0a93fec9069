"""Checks a signature as a receiver should, and says what is wrong with it in a way that helps to mend it.

The comparison takes the same time wherever the first difference lies. The search for a likely mistake comes only
after it, for people who build a receiver or a sender.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Mapping

from emulator.provider.mistake import likely_mistake
from emulator.provider.placeholder import parse_placeholders
from emulator.provider.profile import SignatureScheme
from emulator.provider.signing import ALGORITHMS, digest, digest_text, message, signing_key
from emulator.value import value

_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
_PREFIXED = re.compile(r"([A-Za-z0-9_-]{1,20}[=:,] *)(.+)")
_SHOWN = 80


@value(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether a signature fits, and why or why not: one line for people, without a full stop."""

    valid: bool
    reason: str


class _Misfit(Exception):
    """What is wrong with the headers."""


def verify(
    scheme: SignatureScheme,
    secret: str | None,
    body: bytes,
    headers: Iterable[tuple[str, str]],
    *,
    wire_id: str | None = None,
    timestamp: int | None = None,
) -> Check:
    """Whether the headers sign this body with that secret.

    Header names count without regard to case. `wire_id` and `timestamp` serve where the signature covers them and no
    header carries them.
    """
    key = signing_key(scheme, secret)
    if key is None:
        return Check(valid=False, reason="there is no secret to check the signature with")
    given = {"id": wire_id, "timestamp": None if timestamp is None else str(timestamp)}
    try:
        texts = _texts(
            scheme, list(headers), {name: text for name, text in given.items() if text is not None}
        )
    except _Misfit as misfit:
        return Check(valid=False, reason=str(misfit))
    expected = digest(scheme.algorithm, key, message(scheme, body, texts))
    if _fits(digest_text(scheme, expected), _digests(scheme, texts["signature"])):
        return Check(valid=True, reason="the signature fits")
    return Check(valid=False, reason=_difference(scheme, key, body, texts, expected))


def _digests(scheme: SignatureScheme, found: str) -> list[str]:
    """More than one may stand there while a secret is rotated."""
    return found.split(scheme.separator) if scheme.rotation == "both" else [found]


def _fits(expected: str, found: Iterable[str]) -> bool:
    compared = [hmac.compare_digest(expected.encode(), each.encode(errors="replace")) for each in found]
    return any(compared)


def _texts(scheme: SignatureScheme, sent: list[tuple[str, str]], given: Mapping[str, str]) -> dict[str, str]:
    """What stands for each placeholder, as the headers say it."""
    texts = dict(given)
    for name, form in (*scheme.headers.items(), (scheme.header, scheme.value)):
        placeholders = parse_placeholders(form)
        found = _header(name, sent, optional=all(wanted in given for wanted in placeholders.names))
        matched = {} if found is None else placeholders.match(found)
        if matched is None:
            raise _Misfit(f"expected {name} in the form {form}, found {_shown(found or '')}")
        texts |= matched
    for name in parse_placeholders(scheme.message).names:
        if name != "body" and name not in texts:
            raise _Misfit(f"the signature covers {{{name}}}, which no header carries")
    return texts


def _header(name: str, sent: list[tuple[str, str]], *, optional: bool) -> str | None:
    values = [value.strip() for other, value in sent if other.lower() == name.lower()]
    if len(values) > 1:
        raise _Misfit(f"expected one {name} header, found {len(values)}")
    if values or optional:
        return values[0] if values else None
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    near = get_close_matches(name.lower(), {other.lower() for other, _ in sent}, 1, 0.75)
    raise _Misfit(f"the header {name} is missing" + (f"; {near[0]} is there instead" if near else ""))


def _difference(
    scheme: SignatureScheme, key: bytes, body: bytes, texts: dict[str, str], expected: bytes
) -> str:
    found = texts["signature"]
    wanted = f"{len(digest_text(scheme, expected))} characters of {_spelling(scheme.encoding)}"
    prefixed = _PREFIXED.fullmatch(found)
    if prefixed and _raw(prefixed[2]):
        told = "the right digest" if _raw(prefixed[2]) == expected else "a digest"
        return (
            f"expected {wanted}, found {told} behind the prefix {prefixed[1]!r}, which does not belong there"
        )
    raw = _raw(found)
    if raw is None:
        return f"expected {wanted}, found {_shown(found)}"
    if raw == expected:
        return f"the digest is right but written another way: expected {wanted}, found {_written(found, raw)}"
    mistake = likely_mistake(scheme, key, body, texts, raw)
    if mistake is not None:
        return f"the signature does not fit: it is {mistake}"
    if len(raw) != len(expected):
        return f"expected {wanted}, found a digest of {len(raw)} bytes{_as_long_as(len(raw))}"
    return "the signature does not fit: it was made with another secret or for another body"


def _raw(found: str) -> bytes | None:
    """The digest that a text spells, in hex or in any of the usual forms of base64."""
    if _HEX.fullmatch(found):
        return bytes.fromhex(found)
    plain = found.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _spelling(encoding: str) -> str:
    return "lower-case hex" if encoding == "hex" else "base64"


def _written(found: str, raw: bytes) -> str:
    if _HEX.fullmatch(found):
        return "lower-case hex" if found == found.lower() else "upper-case hex"
    return "base64" if found == base64.b64encode(raw).decode() else "base64 with other characters or padding"


def _as_long_as(length: int) -> str:
    fits = [name for name in ALGORITHMS if length == len(digest(name, b"", b""))]
    return f", as long as one of {fits[0]}" if fits else ""


def _shown(text: str) -> str:
    if not text:
        return "empty text"
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")
