"""An aiohttp application that takes Entuitive's webhooks."""

import json

from aiohttp import web
from users import OutOfService, Users, is_signed


def create_app(users: Users) -> web.Application:
    async def webhook(request: web.Request) -> web.Response:
        body = await request.read()
        if not is_signed(body, request.headers.get("X-Entuitive-Signature", "")):
            return web.json_response({"error": "the signature does not fit"}, status=401)
        try:
            return web.json_response({"new": users.save(json.loads(body)["data"])})
        except OutOfService:
            return web.json_response({"error": "out of service"}, status=503)

    app = web.Application()
    app.router.add_post("/webhooks", webhook)
    return app
