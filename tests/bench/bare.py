"""The yardstick of starting: a bare aiohttp server that answers one path. Run it, and it prints its URL."""

from __future__ import annotations

import asyncio

from aiohttp import web

from tests.bench.loop import new_event_loop


async def listen(app: web.Application) -> None:
    """Serve on a free port of loopback, and print the URL."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=2048)
    await site.start()
    print(f"ready on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


async def ready(_: web.Request) -> web.Response:
    """All is well."""
    return web.json_response({"status": "ready"})


async def _main() -> None:
    app = web.Application()
    app.router.add_get("/readyz", ready)
    await listen(app)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_main())
