"""Where a redirect leads, and with what, as the usual HTTP clients do it. Without I/O of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urljoin

from emulator.record import AttemptError, ErrorKind, Headers, Request, Response
from emulator.scenario.target import without_credentials
from emulator.sender.headers import completed
from emulator.sender.target import parse_target

Outcome = tuple[Response | None, AttemptError | None]
"""The answer, the error, or (a redirect that is not followed) both."""

STATUSES = frozenset({301, 302, 303, 307, 308})
LIMIT = 5

_HOST = frozenset({"host"})
_BODY = frozenset(
    {"content-type", "content-length", "content-encoding", "content-language", "content-location"}
)
_ORIGIN = frozenset({"authorization", "cookie", "proxy-authorization"})


async def redirected(
    request: Request,
    response: Response,
    exchange: Callable[[Request], Awaitable[Response]],
    *,
    follow: bool,
) -> Outcome:
    """What an attempt comes to whose request was answered by `response`. `exchange` answers the request of each hop."""
    hops = 0
    while response.status in STATUSES:
        step = next_hop(request, response, hops) if follow else _error(response, "redirects are not followed")
        if isinstance(step, AttemptError):
            return response, step
        request = step
        hops += 1
        response = await exchange(request)
    return response, None


def next_hop(request: Request, response: Response, hops: int) -> Request | AttemptError:
    """The request that following `response` makes of `request`, which it answered; or why it cannot be followed.

    `hops` counts the redirects that were followed before. 301 and 302 turn POST, 303 turns all but HEAD into GET
    without a body; 307 and 308 keep both. Credentials and cookies stay behind when scheme, host or port change. The
    signature goes along.
    """
    place = location(response)
    if place is None:
        return _error(response, "there is nothing to follow")
    if hops >= LIMIT:
        return _error(response, f"{hops} redirects were followed before it")
    try:
        url = urljoin(request.url, place)
        stays = parse_target(url).origin == parse_target(request.url).origin
    except ValueError as error:
        return _error(response, f"it cannot be followed: {error}")
    dropped = _HOST if stays else _HOST | _ORIGIN
    if _becomes_get(request.method.upper(), response.status):
        return completed("GET", url, _without(request.headers, dropped | _BODY), b"")
    return completed(request.method, url, _without(request.headers, dropped), request.body)


def location(response: Response) -> str | None:
    """Where the answer points: its first Location header, read as UTF-8 where it is that."""
    for name, value in response.headers:
        if name.lower() == "location" and value:
            with suppress(UnicodeError):
                return value.encode("latin-1").decode()
            return value
    return None


def _becomes_get(method: str, status: int) -> bool:
    return (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST")


def _without(headers: Headers, names: frozenset[str]) -> Headers:
    return tuple((name, value) for name, value in headers if name.lower() not in names)


def _error(response: Response, reason: str) -> AttemptError:
    place = location(response)
    pointer = "without a Location" if place is None else f"with the Location {without_credentials(place)}"
    return AttemptError(ErrorKind.REDIRECT, f"answered {response.status} {pointer}; {reason}")
