"""What is kept of an answer's body: its beginning, freed of gzip or deflate. Pure, and bounded whatever is sent.

Only what is kept is decoded, so an answer that unfolds to gigabytes costs no more than a small one. Codings that we do
not know are kept as they came: an answer's status counts even where nobody asked for its coding.
"""

from __future__ import annotations

import zlib

from emulator.record import Headers

_ANY_CONTAINER = zlib.MAX_WBITS | 32
_RAW = -zlib.MAX_WBITS


class BadAnswer(ValueError):
    """The answer is not what it says of itself."""


def decoded(body: bytes, headers: Headers, *, whole: bool, limit: int) -> tuple[bytes, bool]:
    """Up to `limit` decoded bytes, and whether anything is missing from them.

    `whole` says that `body` is the whole of it. Raises BadAnswer when the coding is broken, or ends too early in a
    whole body.
    """
    coding = _coding(headers)
    if not body or coding is None:
        return body[:limit], not whole or len(body) > limit
    parts: list[bytes] = []
    room = limit + 1
    while body and room:
        decoder = zlib.decompressobj(_window(coding, body))
        part = _decompress(decoder, body, room)
        parts.append(part)
        room -= len(part)
        if whole and room and not decoder.eof:
            raise BadAnswer(f"its {coding} coding ends too early")
        body = _next_member(decoder)
    text = b"".join(parts)
    return text[:limit], not whole or len(text) > limit


def _coding(headers: Headers) -> str | None:
    values = [value.strip().lower() for name, value in headers if name.lower() == "content-encoding"]
    if len(values) != 1:
        return None
    name = values[0].removeprefix("x-")
    return name if name in ("gzip", "deflate") else None


def _window(coding: str, body: bytes) -> int:
    """Some servers send deflate without the zlib container that the standard asks for; its first byte tells."""
    return _RAW if coding == "deflate" and body[0] & 0x0F != 8 else _ANY_CONTAINER


def _decompress(decoder: zlib._Decompress, body: bytes, room: int) -> bytes:
    try:
        return decoder.decompress(body, room)
    except zlib.error as error:
        raise BadAnswer(f"its content coding is broken: {error}") from None


def _next_member(decoder: zlib._Decompress) -> bytes:
    """What follows a gzip member, if it is another one. Padding is not."""
    rest = decoder.unused_data
    return rest if rest.startswith(b"\x1f\x8b") else b""
