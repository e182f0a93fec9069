"""The provider's own API, as the application calls it: `/{provider}/…`, and `/runs/{id}/{provider}/…` for one run."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from typing import TYPE_CHECKING

from aiohttp import web

from emulator.answering.seam import Reply
from emulator.document.place import nearest, shortened
from emulator.emulator import Run
from emulator.errors import FinishedError
from emulator.provider.shape import RESERVED
from emulator.reception import Asked
from emulator.scenario.api import PROVIDERS
from emulator.scenario.load import load_text
from emulator.scenario.overrides import Overrides
from emulator.server.api.finding import unknown
from emulator.server.context import Context
from emulator.server.errors import ApiError

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

_LOGGER = logging.getLogger("emulator.server")

STANDING = "default"
"""What the run is called that takes the calls which belong to no other."""

_BEGIN = ": begin one of a scenario that has routes for it"
_PROVIDER = rf"{{provider:(?!(?:{'|'.join(map(re.escape, sorted(RESERVED)))})(?:/|$))[a-z][a-z0-9-]*}}"
_REST = r"{path:(?:/[\s\S]*)?}"
PATTERNS = (f"/{_PROVIDER}{_REST}", f"/runs/{{run}}/{_PROVIDER}{_REST}")
"""The paths of the providers' APIs, as the router spells them."""


def dispatcher(context: Context) -> Handler:
    """Answers the paths of the providers' APIs."""

    async def handle(request: web.Request) -> web.StreamResponse:
        provider, named = request.match_info["provider"], request.match_info.get("run")
        run = _open(context, provider) if named is None else await _named(context, named)
        asked = Asked(
            method=request.method,
            path=request.match_info["path"] or "/",
            query=tuple(request.query.items()),
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers
            ),
            body=await request.read(),
        )
        gone = asyncio.Event()
        try:
            return await context.waiting.through(_answered(context, request, run, provider, asked, gone))
        except asyncio.CancelledError:
            gone.set()
            raise

    return handle


async def _named(context: Context, id: str) -> Run:
    run = context.emulator.find(id)
    if run is not None:
        return run
    if await context.emulator.journal.run(id) is not None:
        raise FinishedError(f"the run {id} has ended, and takes no requests any more")
    raise unknown("run", id)


def _open(context: Context, provider: str) -> Run:
    run = context.emulator.open_for(provider)
    if run is None and provider in PROVIDERS:
        return _standing(context, provider)
    if run is None:
        told = f"no open run answers for {shortened(provider)}{nearest(provider, PROVIDERS) or _BEGIN}"
        raise ApiError(404, told)
    return run


def _standing(context: Context, provider: str) -> Run:
    """The run that takes what belongs to no other: it plays the provider's API as it is documented."""
    if context.closing.is_set():
        raise ApiError(503, "the server is stopping")
    given = {"version": 1, "name": STANDING, "provider": provider, "api": {}}
    overrides = Overrides(fallback_speed=context.settings.speed, labels={})
    scenario = load_text(
        given, overrides=overrides, environment=context.environment, near=context.catalog.folder
    )
    run = context.emulator.start(scenario)
    for warning in scenario.warnings:
        _LOGGER.warning(warning, extra={"fields": {"run": run.id}})
    return run


async def _answered(
    context: Context, request: web.Request, run: Run, provider: str, asked: Asked, gone: asyncio.Event
) -> web.StreamResponse:
    """The answer, which is on its way already: webhooks that follow from the call come after it."""
    async with run.taking(provider, asked) as reply:
        if reply.delay_us:
            await context.waiting.until(gone.wait, round(run.delay_s(reply.delay_us) * 1e6))
        if reply.drop:
            return _dropped(request)
        response = _response(reply)
        with contextlib.suppress(ConnectionError):
            await request.protocol.finish_response(request, response, None)
        return response


def _response(reply: Reply) -> web.Response:
    response = web.Response(status=reply.status, body=reply.body)
    response.headers.clear()
    for name, value in reply.headers:
        response.headers.add(name, value)
    return response


def _dropped(request: web.Request) -> web.StreamResponse:
    """End the connection; the answer that aiohttp wants goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    response = web.Response()
    response.force_close()
    return response
