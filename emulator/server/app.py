"""The route table as an aiohttp application, with every error in the one form."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import web

from emulator.document import Shape
from emulator.errors import EmulatorError
from emulator.server.answer import error_answer
from emulator.server.call import Call
from emulator.server.context import CONTEXT, Context
from emulator.server.dispatch import PATTERNS, dispatcher
from emulator.server.errors import CODES, ApiError, api_error
from emulator.server.limits import LARGE_BYTES, MOST_BODY_BYTES, SMALL_BYTES
from emulator.server.paths import nothing_at
from emulator.server.reading import read_body, read_headers, read_query
from emulator.server.route import Route
from emulator.server.routes import ROUTES

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

_QUERIES_KEPT = 64
"""Of each route: clients ask with the same parameters again and again."""

LOGGER = logging.getLogger("emulator.server")


def application(context: Context, middlewares: Sequence[Middleware] = ()) -> web.Application:
    """The API over a server's parts. The middlewares come before every route, and may raise ApiError."""
    app = web.Application(client_max_size=MOST_BODY_BYTES, middlewares=[_errors, *middlewares])
    app[CONTEXT] = context
    for route in ROUTES:
        handler = _handler(route, context)
        pattern = _pattern(route)
        app.router.add_route(route.method, pattern, handler)
        if route.method == "GET":
            app.router.add_route("HEAD", pattern, handler)
    for pattern in PATTERNS:
        app.router.add_route("*", pattern, dispatcher(context))
    app.cleanup_ctx.append(_watch)
    return app


def _pattern(route: Route) -> str:
    """The path as the router spells it. No id is a word that stands in its place in other paths: those have methods."""
    head, id, tail = route.path.partition("{id}")
    if not id:
        return route.path.replace("+}", ":.+}")
    others = (other.path.removeprefix(head) for other in ROUTES if other.path.startswith(head))
    words = {other.partition("/")[0] for other in others if not other.startswith("{")}
    refused = f"(?!(?:{'|'.join(sorted(words))})(?:/|$))" if words else ""
    return f"{head}{{id:{refused}[^/]+}}{tail}"


async def _watch(app: web.Application) -> AsyncIterator[None]:
    async with app[CONTEXT].waiting.watched():
        yield


def _handler(route: Route, context: Context) -> Handler:
    query_of = lru_cache(_QUERIES_KEPT)(partial(read_query, route))

    async def handle(request: web.Request) -> web.StreamResponse:
        query, labels = query_of(request.rel_url.raw_query_string)
        body, size = None, 0
        if route.body is not None:
            data = await _bytes(request)
            size = len(data)
            body = await _body(context, route.body, data)
        call = Call(
            context=context,
            request=request,
            path=request.match_info,
            query=query,
            labels=labels,
            body=body,
            size=size,
            headers=read_headers(route, request.headers) if route.headers else {},
        )
        return await route.handler(call)

    return handle


async def _body(context: Context, shape: Shape[Any], data: bytes) -> Any:
    if len(data) <= SMALL_BYTES:
        return read_body(shape, data)
    return await context.in_thread(partial(read_body, shape, data), large=len(data) > LARGE_BYTES)


async def _bytes(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.RequestPayloadError as error:
        raise ApiError(400, f"the body cannot be read: {error}") from None


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as error:
        return error_answer(error)
    except EmulatorError as error:
        return error_answer(api_error(error))
    except web.HTTPException as error:
        return error_answer(_foreign(request, error))
    except Exception:
        LOGGER.exception(
            "a mistake of ours", extra={"fields": {"method": request.method, "path": request.path}}
        )
        return error_answer(ApiError(500, "a mistake of ours; the server's log has more"))


def _foreign(request: web.Request, error: web.HTTPException) -> ApiError:
    """What aiohttp finds wrong, in our form."""
    match error:
        case web.HTTPNotFound():
            return ApiError(404, nothing_at(request.path))
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(error.allowed_methods))
            told = f"{request.method} is not allowed here; {allowed} {'is' if ',' not in allowed else 'are'}"
            return ApiError(405, told, headers={"Allow": allowed})
        case web.HTTPRequestEntityTooLarge():
            return ApiError(413, f"expected a body of at most {MOST_BODY_BYTES >> 20} MiB")
        case _:
            status = error.status if error.status in CODES else 400
            return ApiError(status, HTTPStatus(error.status).phrase)
