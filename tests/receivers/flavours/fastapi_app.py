"""Receivers in FastAPI, one right and others wrong: POST /PROVIDER/MISTAKE, `right` for none."""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from shared import HEADERS, digest, handled, known_as

app = FastAPI()
in_progress: set[str] = set()
newest: dict[str, str] = {}
busy = 0


class Known(BaseModel):
    event_type: Literal["user.created", "user.updated", "user.deactivated", "user.compliance_status.updated"]


class User(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: int
    name: str
    tin: str
    status: str
    created_by: str
    irs_code: int
    irs_reason: str
    irs_service_status: str
    last_irs_check_date: str
    created_date: str
    updated_date: str


async def signed(request: Request, provider: str) -> bytes:
    """The body, if its signature fits."""
    body = await request.body()
    if not hmac.compare_digest(request.headers.get(HEADERS[provider], ""), digest(body)):
        raise HTTPException(401, "the signature does not fit")
    return body


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400, "no JSON") from None


def is_new(request: Request, body: bytes) -> bool:
    done, key = handled[request.url.path], known_as(body)
    new = key not in done
    done.add(key)
    return new


@app.post("/{provider}/right")
async def right(request: Request, provider: str) -> dict[str, bool]:
    body = await signed(request, provider)
    parsed(body)
    return {"new": is_new(request, body)}


@app.post("/{provider}/answers-202", status_code=202)
async def answers_202(request: Request, provider: str) -> dict[str, bool]:
    return await right(request, provider)


@app.post("/{provider}/knows-the-types")
async def knows_the_types(request: Request, provider: str) -> dict[str, bool]:
    try:
        Known.model_validate_json(await signed(request, provider))
    except ValidationError as error:
        raise HTTPException(422, "that is none of ours") from error
    return await right(request, provider)


@app.post("/{provider}/forbids-unknown-fields")
async def forbids_unknown_fields(request: Request, provider: str) -> dict[str, bool]:
    data = parsed(await signed(request, provider))
    if "irs_code" in data:
        try:
            User.model_validate(data)
        except ValidationError as error:
            raise HTTPException(422, "that is none of ours") from error
    return await right(request, provider)


@app.post("/{provider}/answers-late")
async def answers_late(request: Request, provider: str) -> dict[str, bool]:
    await asyncio.sleep(1.8)
    return await right(request, provider)


@app.post("/{provider}/answers-too-late")
async def answers_too_late(request: Request, provider: str) -> dict[str, bool]:
    await asyncio.sleep(10)
    return await right(request, provider)


@app.post("/{provider}/looks-then-stores")
async def looks_then_stores(request: Request, provider: str) -> dict[str, bool]:
    body = await signed(request, provider)
    parsed(body)
    if known_as(body) in handled[request.url.path]:
        return {"new": False}
    await asyncio.sleep(0.03)  # as a query takes
    if not is_new(request, body):
        raise RuntimeError("UNIQUE constraint failed: webhooks.hash")
    return {"new": True}


@app.post("/{provider}/marks-what-begins")
async def marks_what_begins(request: Request, provider: str) -> dict[str, bool]:
    key = request.headers.get(HEADERS[provider], "")
    if key in in_progress:
        raise HTTPException(409, "that one is being handled")
    in_progress.add(key)
    body = await request.body()
    in_progress.discard(key)
    if not hmac.compare_digest(key, digest(body)):
        raise HTTPException(401, "the signature does not fit")
    return await right(request, provider)


@app.post("/{provider}/insists-on-order")
async def insists_on_order(request: Request, provider: str) -> dict[str, bool]:
    event = parsed(await signed(request, provider))
    data = event.get("data") or {}
    who, when = f"{data.get('fname')} {data.get('email')}", data.get("updated_on") or ""
    if when < newest.get(who, ""):
        raise HTTPException(409, "I have something newer")
    newest[who] = when
    return await right(request, provider)


@app.post("/{provider}/small-pool")
async def small_pool(request: Request, provider: str) -> dict[str, bool]:
    global busy
    if busy == 15:
        raise RuntimeError("QueuePool limit of size 5 overflow 10 reached")
    busy += 1
    try:
        await asyncio.sleep(0.03)  # as a query takes
        return await right(request, provider)
    finally:
        busy -= 1


with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
    print(f"listening on {listening.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)).run(
        sockets=[listening]
    )
