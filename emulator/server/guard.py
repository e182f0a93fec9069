"""The guard before every route: who may ask, within which time, and what every answer tells browsers.

What is let in is decided in `admission`; here it meets aiohttp.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from emulator.server.admission import Head, Rules, admit
from emulator.server.errors import ApiError

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
"""What a browser is to make of any answer, if it gets one at all."""

SERVER = "webhook-emulator"
"""The Server header, in the place of aiohttp's, which tells versions."""


def guard(rules: Rules, body_s: float) -> Middleware:
    """A middleware that raises ApiError for what `rules` do not admit, and for a body that takes longer to come."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        admit(
            Head(
                target=request.raw_path,
                path=request.path,
                fields=request.headers,
                has_body=request.body_exists,
            ),
            rules,
        )
        if request.can_read_body and not request.content.is_eof():  # most have come with their head
            await _read(request, body_s)
        return await handler(request)

    return guarded


async def secure(_: web.BaseRequest, response: web.StreamResponse) -> None:
    """Give an answer the headers that all have. To be called before it is sent."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = SERVER


async def _read(request: web.Request, body_s: float) -> None:
    """Read the body, which aiohttp keeps for whoever asks for it next, and gives any time to come."""
    try:
        async with asyncio.timeout(body_s):
            await request.read()
    except TimeoutError:
        raise ApiError(400, f"the body did not come within {body_s:g} s") from None
    except web.RequestPayloadError:
        raise ApiError(400, "the body cannot be read: its chunks are wrong, or it ended too early") from None
