"""A call as it may be recorded: without the credentials that it carries.

Masked are the credentials of headers (the schemes of Authorization and Proxy-Authorization stay), cookies, and what
stands in query, JSON and forms under a name that secrets have; and wherever a URL stands, its password. All else stays
as it came, byte for byte, unless the body cannot be understood: then nothing after the first such name is kept, and
nothing at all where tokens are asked for.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from emulator.answering.masked_fields import masked_fields, masked_form, masked_text, masked_value
from emulator.answering.masked_multipart import boundaries, masked_multipart
from emulator.answering.masked_url import MASK, masked_urls
from emulator.answering.seam import Call
from emulator.answering.secret_names import SUSPECT, is_secret_header, is_secret_parameter

_WITH_SCHEME = frozenset({"authorization", "proxy-authorization"})
_FORM = "application/x-www-form-urlencoded"
_SUSPECT = re.compile(rf"[\0%\\@]|{SUSPECT}".encode(), re.IGNORECASE)
"""What no body is without that may hold a secret: its name, or the means to write it in another way."""
_LOGIN = re.compile(
    r"[/_-](?:auth|oauth2?|token|tokens|login|log-in|signin|sign-in|sessions?)(?:/|\Z)", re.IGNORECASE
)
"""Paths where credentials are sent, or tokens: `/api/v1/auth-token`, `/oauth/token`, `/users/login`."""
_NO_FIELDS = re.compile(r"[ \t\r\n]*[\[\"]")
"""How JSON begins that is a list or a text, not an object with fields."""


def masked_call(call: Call) -> Call:
    """The call with every credential replaced by `***`."""
    query = ((name, MASK if is_secret_parameter(name) else masked_value(value)) for name, value in call.query)
    return replace(
        call,
        path=masked_urls(call.path),
        query=tuple(query),
        headers=tuple((name, _header(name.lower(), value)) for name, value in call.headers),
        body=_body(call),
    )


def _header(name: str, value: str) -> str:
    if name in _WITH_SCHEME:
        scheme, space, _ = value.partition(" ")
        return f"{scheme} {MASK}" if space else MASK
    return MASK if is_secret_header(name) else masked_urls(value)


def _body(call: Call) -> bytes:
    """The body, each of whose bytes is taken for a character, and once more as UTF-16 or UTF-32 where it looks so."""
    login = _LOGIN.search(call.path) is not None
    if not call.body or not (login or _SUSPECT.search(call.body)):
        return call.body
    kinds = [value for name, value in call.headers if name.lower() == "content-type"]
    wide = json.detect_encoding(call.body)
    if not wide.startswith("utf-8"):
        shown = _wide(call.body, wide, kinds, login=login)
        if shown != call.body:
            return shown
    return _content(call.body.decode("latin-1"), kinds, login=login).encode("latin-1")


def _wide(body: bytes, encoding: str, kinds: list[str], *, login: bool) -> bytes:
    try:
        text = body.decode(encoding)
    except UnicodeError:
        return body
    shown = _content(text, kinds, login=login)
    return body if shown == text else shown.encode(encoding)


def _content(text: str, kinds: list[str], *, login: bool) -> str:
    named = [kind.partition(";")[0].strip('" ').lower() for kind in kinds]
    if any(kind.startswith("multipart/") for kind in named):
        told = boundaries(kinds)
        shown = masked_multipart(text, told) if told else None
        if shown is not None:
            return shown
    shown = masked_fields(text)
    understood = shown is not None and not (login and _NO_FIELDS.match(text))
    if login and not understood:
        return MASK
    if _FORM in named:
        shown = masked_form(text if shown is None else shown)
    elif shown is None:
        shown = text
    return shown if understood else masked_text(shown)
