"""The likely mistakes behind a signature that does not fit, each recognised by its digest.

What receivers and senders get wrong is nearly always one of a few things: another spelling of the body, another form
of the secret, another hash. Each is tried, so that the answer can name it. What fits none of them was made with
another secret or for another body, and nobody can tell which.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterator

from emulator.errors import EmulatorError
from emulator.provider.encoding import encode
from emulator.provider.profile import Encoding, SignatureScheme
from emulator.provider.signing import ALGORITHMS, digest, message

LONGEST_REWRITTEN = 1 << 20
"""Longer bodies are not parsed and written again to find a mistake: that would take seconds."""


def likely_mistake(
    scheme: SignatureScheme, key: bytes, body: bytes, texts: dict[str, str], raw: bytes
) -> str | None:
    """What a digest was made of instead of what it should be, in words that follow `it is`; None if unknown."""
    signed = message(scheme, body, texts)
    for told, candidate in (
        *_other_hashes(scheme, key, signed),
        *_other_keys(scheme, key, signed),
        *_other_messages(scheme, key, body, texts),
    ):
        if candidate == raw:
            return told
    return None


def _other_hashes(scheme: SignatureScheme, key: bytes, signed: bytes) -> Iterator[tuple[str, bytes]]:
    for algorithm in ALGORITHMS:
        if algorithm != scheme.algorithm:
            yield f"{algorithm}; {scheme.algorithm} is expected", digest(algorithm, key, signed)
    for name in ALGORITHMS.values():
        yield f"a plain {name} of the body, without the secret", hashlib.new(name, signed).digest()
        for joined in (key + signed, signed + key):
            yield (
                f"a plain {name} of secret and body put together; an HMAC is expected",
                hashlib.new(name, joined).digest(),
            )


def _other_keys(scheme: SignatureScheme, key: bytes, signed: bytes) -> Iterator[tuple[str, bytes]]:
    forms = {
        "with an empty secret": b"",
        "with the secret without the spaces or line ends around it": key.strip(),
        "with a line end after the secret": key + b"\n",
        "with the secret decoded as base64": _decoded(base64.b64decode, key),
        "with the secret decoded as hex": _decoded(binascii.unhexlify, key),
        "with the secret encoded as base64": base64.b64encode(key),
    }
    for told, form in forms.items():
        if form is not None and form != key:
            yield f"the right digest {told}", digest(scheme.algorithm, form, signed)


def _decoded(decode: Callable[[bytes], bytes], key: bytes) -> bytes | None:
    try:
        return decode(key)
    except ValueError:
        return None


def _other_messages(
    scheme: SignatureScheme, key: bytes, body: bytes, texts: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    if message(scheme, body, texts) != body:
        yield (
            f"the digest of the body alone; {scheme.message} is expected",
            digest(scheme.algorithm, key, body),
        )
    for told, form in _other_bodies(body):
        if form != body:
            yield told, digest(scheme.algorithm, key, message(scheme, form, texts))


def _other_bodies(body: bytes) -> Iterator[tuple[str, bytes]]:
    advice = "sign the bytes as they are on the wire"
    forms = {
        "the empty body": b"",
        "the body without the spaces or line ends around it": body.strip(),
        "the body with a line feed added": body + b"\n",
        "the body with a carriage return and a line feed added": body + b"\r\n",
        "the body with its CRLF made LF": body.replace(b"\r\n", b"\n"),
        "the body with its LF made CRLF": body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        "the body without its byte order mark": body.removeprefix(b"\xef\xbb\xbf"),
        "the body with all that is no UTF-8 replaced": body.decode(errors="replace").encode(),
        "the body read as Latin-1 and written as UTF-8": body.decode("latin-1").encode(),
    }
    for told, form in forms.items():
        yield f"the digest of {told}; {advice}", form
    for told, form in _rewritten(body):
        yield f"the digest of the body's JSON parsed and written again ({told}); {advice}", form


def _rewritten(body: bytes) -> Iterator[tuple[str, bytes]]:
    if len(body) > LONGEST_REWRITTEN:
        return
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    for encoding in Encoding:
        try:
            yield f"as {encoding.value} encodes it", encode(value, encoding)
        except EmulatorError:
            continue
    yield "indented by 2", json.dumps(value, indent=2).encode()
    yield "indented by 4", json.dumps(value, indent=4).encode()
    yield "with its keys sorted", json.dumps(value, sort_keys=True).encode()
    yield (
        "with its keys sorted, without spaces",
        json.dumps(value, sort_keys=True, separators=(",", ":")).encode(),
    )
    yield "as a text within JSON", json.dumps(body.decode(errors="replace")).encode()
