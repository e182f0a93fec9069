"""Receivers in aiohttp, one right and others wrong: POST /PROVIDER/MISTAKE, `right` for none."""

from __future__ import annotations

import asyncio
import hmac
import json

from aiohttp import HttpVersion11, web
from shared import HEADERS, digest, handled, known_as


async def webhook(request: web.Request) -> web.Response:
    provider, mistake = request.match_info["provider"], request.match_info["mistake"]
    header = HEADERS[provider]
    given = request.headers.get(header, "")
    if mistake == "spells-the-header":
        given = dict(request.headers).get(header, "")
    if mistake == "wants-http-1-1" and request.version < HttpVersion11:
        raise web.HTTPVersionNotSupported
    if mistake == "hangs-up-on-large" and (request.content_length or 0) > 100_000:
        request.transport.abort()
    body = await (request.content.readany() if mistake == "reads-once" else request.read())
    if not hmac.compare_digest(given, digest(body)):
        return web.json_response({"error": "the signature does not fit"}, status=401)
    if mistake == "takes-some-body" and body[0] not in b"{[":
        return web.json_response({"error": "no JSON"}, status=400)
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return web.json_response({"error": "no JSON"}, status=400)
    done, key = handled[request.path], known_as(body)
    new = key not in done
    done.add(key)
    return web.json_response({"new": new})


async def serve() -> None:
    app = web.Application(client_max_size=4 << 20)
    app.router.add_post("/{provider}/{mistake}", webhook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"listening on {runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


asyncio.run(serve())
