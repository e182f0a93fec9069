"""A FastAPI application that takes Entuitive's webhooks."""

import json

from fastapi import FastAPI, HTTPException, Request
from users import OutOfService, Users, is_signed


def create_app(users: Users) -> FastAPI:
    app = FastAPI()

    @app.post("/webhooks")
    async def webhook(request: Request) -> dict[str, bool]:
        body = await request.body()
        if not is_signed(body, request.headers.get("X-Entuitive-Signature", "")):
            raise HTTPException(401, "the signature does not fit")
        try:
            return {"new": users.save(json.loads(body)["data"])}
        except OutOfService:
            raise HTTPException(503, "out of service") from None

    return app
