"""The API described by itself, for programs and for people."""

from __future__ import annotations

from functools import cache

from aiohttp import web

from emulator.server.answer import Answer, to_text
from emulator.server.call import Call


async def openapi(call: Call) -> Answer:
    """The document."""
    body, _ = await _made(call)
    return web.Response(body=body, content_type="application/json")


async def page(call: Call) -> Answer:
    """The page, under a policy that lets it do nothing but be shown."""
    from emulator.server.openapi.page import POLICY  # noqa: PLC0415 - few servers are asked for it

    _, body = await _made(call)
    headers = {"Content-Security-Policy": POLICY}
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)


async def _made(call: Call) -> tuple[bytes, bytes]:
    token = call.context.settings.token is not None
    return await call.context.in_thread(lambda: _both(token=token))


@cache
def _both(*, token: bool) -> tuple[bytes, bytes]:
    """Document and page. They are made of the route table, in which this module stands itself."""
    from emulator.server.openapi.document import document  # noqa: PLC0415 - few servers are asked for it
    from emulator.server.openapi.page import page  # noqa: PLC0415 - the same
    from emulator.server.routes import ROUTES  # noqa: PLC0415 - it imports this module

    whole = document(ROUTES, token=token)
    return to_text(whole).encode(), page(whole).encode()
