"""A body's signature, exactly as a provider sends it.

The signature covers the bytes that go on the wire: what comes in here is already encoded, and nothing after this
writes it again. No clock is read: the moment that a signature may carry is given.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable, Mapping

from emulator.errors import EmulatorError
from emulator.provider.placeholder import parse_placeholders
from emulator.provider.profile import SignatureScheme
from emulator.record import Headers, SignatureRecord
from emulator.value import value

ALGORITHMS = {"hmac-sha256": "sha256", "hmac-sha1": "sha1", "hmac-sha512": "sha512"}
"""The words of a profile, and what Python calls the hash inside (RFC 2104)."""


@value(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a signature adds to a request: its headers, the signature's own first, and what the journal keeps."""

    headers: Headers
    record: SignatureRecord


def sign(
    scheme: SignatureScheme,
    secret: str | None,
    body: bytes,
    *,
    wire_id: str,
    timestamp: int,
    old_secret: str | None = None,
) -> Signed | None:
    """The signature of these bytes, or None where they are sent unsigned for want of a secret.

    `wire_id` fills `{id}`; `timestamp`, in whole seconds since 1970, fills `{timestamp}`. While a secret is rotated,
    the `old_secret` signs as well if the scheme wants `both`.
    """
    key = signing_key(scheme, secret)
    if key is None:
        return None
    texts = {"id": wire_id, "timestamp": str(timestamp), "body": "body"}
    signed = message(scheme, body, texts)
    texts["signature"] = digest_text(scheme, digest(scheme.algorithm, key, signed))
    old = None if old_secret is None or scheme.rotation != "both" else signing_key(scheme, old_secret)
    if old is not None:
        texts["signature"] += scheme.separator + digest_text(scheme, digest(scheme.algorithm, old, signed))
    value = parse_placeholders(scheme.value).fill(texts)
    further = [(name, parse_placeholders(text).fill(texts)) for name, text in scheme.headers.items()]
    record = SignatureRecord(
        header=scheme.header, value=value, message=parse_placeholders(scheme.message).fill(texts)
    )
    return Signed(headers=((scheme.header, value), *further), record=record)


def with_digests(scheme: SignatureScheme, value: str, change: Callable[[str], str]) -> str:
    """A signature's value with each of its digests changed, and what stands around them as it was."""
    size = len(digest_text(scheme, digest(scheme.algorithm, b"", b"")))
    one = f"[0-9A-Za-z+/=]{{{size}}}"
    some = f"{one}(?:{re.escape(scheme.separator)}{one})*"
    form = parse_placeholders(scheme.value)
    pattern = re.escape(form.literals[0])
    for name, literal in zip(form.names, form.literals[1:], strict=True):
        pattern += (f"({some})" if name == "signature" else "(?:.*?)") + re.escape(literal)
    found = re.fullmatch(pattern, value, re.DOTALL)
    if found is None:
        return change(value)
    changed, end = "", 0
    for group in range(1, found.re.groups + 1):
        start, stop = found.span(group)
        for place in range(start, stop, size + len(scheme.separator)):
            changed += value[end:place] + change(value[place : place + size])
            end = place + size
    return changed + value[end:]


def signs_id(scheme: SignatureScheme) -> bool:
    """Whether the scheme writes `{id}` anywhere, so that `sign` must be given one."""
    return "{id}" in " ".join((scheme.message, scheme.value, *scheme.headers.values()))


def signing_key(scheme: SignatureScheme, secret: str | None) -> bytes | None:
    """The key that a secret stands for: its UTF-8 bytes. None where nothing is signed.

    Bytes of an environment variable that are no UTF-8 count as they are.
    """
    if secret is None:
        return None if scheme.without_secret == "omit" else b""  # noqa: S105 - a rule, no secret
    try:
        return secret.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        raise EmulatorError("the secret holds half of a surrogate pair, which is no text") from None


def message(scheme: SignatureScheme, body: bytes, texts: Mapping[str, str]) -> bytes:
    """The bytes that are signed: the body, or what the scheme puts around it.

    `texts` gives `id` and `timestamp`; what came in a header counts as the bytes it came as.
    """
    if scheme.message == "{body}":
        return body
    values = {name: text.encode(errors="surrogateescape") for name, text in texts.items()}
    return parse_placeholders(scheme.message).fill_bytes(values | {"body": body})


def digest(algorithm: str, key: bytes, signed: bytes) -> bytes:
    """The HMAC.

    `hmac.digest` would do, but looks the algorithm up each time, and lets go of the interpreter's lock, for which the
    journal's thread may be waiting: getting it back costs far more than the digest.
    """
    return hmac.new(key, signed, ALGORITHMS[algorithm]).digest()


def digest_text(scheme: SignatureScheme, raw: bytes) -> str:
    """A digest as the scheme writes it: lower-case hex, or base64 with the usual alphabet and padding."""
    return raw.hex() if scheme.encoding == "hex" else base64.b64encode(raw).decode()
