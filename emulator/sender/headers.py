"""Which headers go on the wire: a request completed to exactly what its endpoint gets, before it is sent or recorded.

Pure. Host comes first, then what describes the body, then the user's own headers in their order and spelling. Nothing
is added that a provider did not ask for: no Accept, no Accept-Encoding, no User-Agent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from emulator.record import Request
from emulator.scenario.target import without_credentials
from emulator.sender.target import Target, parse_target

_JSON = ("Content-Type", "application/json")

# How a body ends on the wire is for the sender to say; a second opinion would make the message ambiguous.
_FRAMING = frozenset({"content-length", "transfer-encoding"})
_BODILESS = frozenset({"GET", "HEAD"})
_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNWRITABLE = re.compile(r"[^\t\x20-\x7e\x80-\xff]")


def wire_request(request: Request) -> Request:
    """The request as it goes on the wire: every header in order, a URL without user, password and fragment.

    To be called once. Text beyond ASCII in header values becomes the Latin-1 picture of its UTF-8 bytes. User and
    password of the URL are sent as Basic Authorization unless that header is given. A URL that cannot be sent to is
    left for the sender to refuse; nothing is raised.
    """
    headers = [(name, value if value.isascii() else _as_bytes(value)) for name, value in request.headers]
    return completed(request.method, request.url, headers, request.body)


def completed(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes) -> Request:
    """The same for headers whose values stand for bytes already."""
    target = _target(url)
    host = None if target is None else ("Host", target.authority)
    authorization = None if target is None else target.authorization
    own: set[str] = set()
    kept: list[tuple[str, str]] = []
    for name, value in headers:
        lowered = name.lower()
        own.add(lowered)
        if lowered == "host":
            host = (name, value)
        elif lowered not in _FRAMING:
            kept.append((name, value))
    before = [host] if host else []
    if body or method.upper() not in _BODILESS:
        before.append(("Content-Length", str(len(body))))
        if "content-type" not in own:
            before.append(_JSON)
    if authorization and "authorization" not in own:
        before.append(("Authorization", authorization))
    return Request(method=method, url=_shown(url), headers=(*before, *kept), body=body)


@lru_cache(maxsize=1024)
def _target(url: str) -> Target | None:
    try:
        return parse_target(url)
    except ValueError:
        return None


_shown = lru_cache(maxsize=1024)(without_credentials)


def _as_bytes(value: str) -> str:
    return value.encode(errors="replace").decode("latin-1")


def masked(request: Request) -> Request:
    """The request as it may be recorded: credentials of Authorization headers are replaced, their scheme is kept."""
    if not any(name.lower() in _CREDENTIALS for name, _ in request.headers):
        return request
    return replace(request, headers=tuple(_masked(name, value) for name, value in request.headers))


def _masked(name: str, value: str) -> tuple[str, str]:
    if name.lower() not in _CREDENTIALS:
        return name, value
    scheme, space, _ = value.partition(" ")
    return name, f"{scheme} ***" if space else "***"


def unsendable(request: Request) -> str | None:
    """Why this request cannot be put on the wire without becoming another one; None if it can."""
    if not _is_token(request.method):
        return f"{request.method!r} is no HTTP method"
    for name, value in request.headers:
        if not _is_token(name):
            return f"{name!r} is no header name"
        if wrong := _UNWRITABLE.search(value):
            return f"the header {name} holds {wrong[0]!r}, which no header can"
    return None


@lru_cache(maxsize=4096)
def _is_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None
