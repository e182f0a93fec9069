"""A call as it may be recorded: without the credentials that it carries.

Masked are the credentials of Authorization and Proxy-Authorization, whose schemes stay, cookies, and what stands in
query, JSON and forms under a name that secrets have; and wherever a URL stands, its password. All else stays as it
came, byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import collapse_rfc2231_value
from urllib.parse import quote_plus, unquote_plus

from emulator.answering.masked_json import masked_json
from emulator.answering.masked_url import MASK, masked_urls
from emulator.answering.seam import Call

SECRET_NAMES = frozenset({"access", "refresh"})
SECRET_ENDINGS = ("password", "passwd", "secret", "token", "apikey")
"""Of names without regard to case, `-` and `_`: `access_token`, `clientSecret`, `X-Api-Key`."""

_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_NESTING = re.compile(r"[\[\].\s]+")
_FORM = "application/x-www-form-urlencoded"
_PAIR = re.compile(rb"[^&]+")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_COOKIES = frozenset({"cookie", "set-cookie"})
_SUSPECT = re.compile(rb"[\0%\\@]|access|refresh|passw|secret|token|api[-_]*key", re.IGNORECASE)
"""What no body is without that may hold a secret: its name, or the means to write it in another way."""


def masked_call(call: Call) -> Call:
    """The call with every credential replaced by `***`. A body that cannot be parsed is kept as it is."""
    return replace(
        call,
        path=masked_urls(call.path),
        query=tuple((name, MASK if _is_secret(name) else masked_urls(value)) for name, value in call.query),
        headers=tuple((name, _header(name.lower(), value)) for name, value in call.headers),
        body=_body(call),
    )


def _header(name: str, value: str) -> str:
    if name in _COOKIES or _is_secret(name):
        return MASK
    if name not in _CREDENTIALS:
        return masked_urls(value)
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {MASK}" if space else MASK


def _is_secret(name: str) -> bool:
    """Also a nested one: `user[password]`, `user.password`."""
    return any(map(_is_secret_word, _NESTING.split(name.lower())))


def _is_secret_word(word: str) -> bool:
    plain = word.replace("-", "").replace("_", "")
    return plain in SECRET_NAMES or plain.endswith(SECRET_ENDINGS)


def _body(call: Call) -> bytes:
    if not _SUSPECT.search(call.body):
        return call.body
    content = _content_type(call)
    if content.get_content_maintype() == "multipart":
        boundary = content.get_boundary()
        return _multipart(call.body, boundary.encode(errors="replace")) if boundary else call.body
    if content.get_content_type() == _FORM:
        return _PAIR.sub(_pair, masked_json(call.body, _is_secret))
    return _content(call.body)


def _content(content: bytes) -> bytes:
    """What may be JSON, or another text with URLs in it. Every byte that is not masked is kept, whatever it means."""
    masked = masked_json(content, _is_secret)
    return masked_urls(masked.decode("latin-1")).encode("latin-1")


def _content_type(call: Call) -> Message:
    message = Message()
    for name, value in call.headers:
        if name.lower() == "content-type":
            message["Content-Type"] = value
            break
    return message


def _pair(found: re.Match[bytes]) -> bytes:
    """A pair of a form. Some readers divide at `;`, others take it for a part of the value: both are heeded."""
    pieces = found[0].split(b";")
    for number, piece in enumerate(pieces):
        name, equals, _ = piece.partition(b"=")
        if equals and _is_secret(unquote_plus(name.decode(errors="replace"))):
            return _without_urls(b";".join([*pieces[:number], name + b"=" + MASK.encode()]))
    return _without_urls(found[0])


def _without_urls(pair: bytes) -> bytes:
    """A pair with what is secret in its URLs masked; it is spelled anew only where there is such."""
    name, equals, value = pair.decode("latin-1").partition("=")
    plain = unquote_plus(value, "latin-1")
    masked = masked_urls(plain)
    if masked == plain:
        return pair
    return f"{name}{equals}{quote_plus(masked, '*', 'latin-1') if plain != value else masked}".encode(
        "latin-1"
    )


def _multipart(body: bytes, boundary: bytes) -> bytes:
    """Every part but files, with the delimiters as they are."""
    delimiter = re.compile(rb"((?:\A|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?:\r?\n|\Z))")
    pieces = delimiter.split(body)
    return b"".join(piece if number % 2 else _part(piece) for number, piece in enumerate(pieces))


def _part(part: bytes) -> bytes:
    head, blank, content = _halves(part)
    if not blank:
        return part
    headers = BytesHeaderParser().parsebytes(head)
    if headers.get_param("filename", header="content-disposition") is not None:
        return part
    name = headers.get_param("name", "", header="content-disposition")
    told = name if isinstance(name, str) else collapse_rfc2231_value(name)
    return head + blank + (MASK.encode() if _is_secret(told) else _content(content))


def _halves(part: bytes) -> tuple[bytes, bytes, bytes]:
    """The headers of a part, the blank line, and its content."""
    blank = _BLANK_LINE.search(part)
    return (part, b"", b"") if blank is None else (part[: blank.start()], blank[0], part[blank.end() :])
