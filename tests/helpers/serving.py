"""The HTTP API in process, on a free port and over real sockets, with a real receiver behind it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from aiohttp import web
from yarl import URL

from emulator.emulator import Emulator
from emulator.endpoint import Endpoint
from emulator.journal import Limits, open_journal
from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answer
from emulator.receiver.server import Receiver
from emulator.sender import Sender, TargetPolicy
from emulator.sender.http import HttpSender
from emulator.server.admission import Rules
from emulator.server.app import application
from emulator.server.catalog import Catalog
from emulator.server.connection import Limits as ConnectionLimits
from emulator.server.connection import connections
from emulator.server.context import Context
from emulator.server.guard import guard, secure
from emulator.server.log import Log
from emulator.server.settings import Settings

T = TypeVar("T")

SECRET = "marker-secret-8f1d"


@dataclass(frozen=True)
class Answer:
    """What a call came to."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        """What the one form of errors holds; a test that asks for it of anything else fails."""
        assert set(self.json) == {"error"}, self.json
        error: dict[str, Any] = self.json["error"]
        assert set(error) == {"code", "message", "details"}
        assert "Traceback" not in self.body.decode()
        return error

    @property
    def told(self) -> tuple[int, str]:
        """Status and message of an error."""
        return self.status, self.error["message"]


@dataclass
class Api:
    """A client of one server. `answers` are all that it ever got, `log` the lines about its connections."""

    url: str
    session: aiohttp.ClientSession
    context: Context
    log: list[str]
    answers: list[Answer] = field(default_factory=list)

    @property
    def emulator(self) -> Emulator:
        return self.context.emulator

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """A call; `body` is sent as JSON, bytes as they are. The path goes out as it is written."""
        if body is not None:
            options["data"] = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
            options.setdefault("headers", {"Content-Type": "application/json"})
        async with self.session.request(method, URL(self.url + path, encoded=True), **options) as response:
            answer = Answer(response.status, response.headers.copy(), await response.read())
        self.answers.append(answer)
        return answer

    async def get(self, path: str) -> Answer:
        return await self.call("GET", path)

    async def post(self, path: str, body: Any = None) -> Answer:
        return await self.call("POST", path, body)

    async def delete(self, path: str) -> Answer:
        return await self.call("DELETE", path)

    async def run(self, body: dict[str, Any], wait: str = "30s") -> dict[str, Any]:
        """A run that was begun and waited for."""
        answer = await self.post(f"/api/v1/runs?wait={wait}", body)
        assert answer.status == 201, answer.body
        run: dict[str, Any] = answer.json
        return run

    async def items(self, path: str) -> list[dict[str, Any]]:
        """All items of a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = (await self.get(f"{path}{cursor}")).json
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"{'&' if '?' in path else '?'}after={page['next']}"


@dataclass
class _Lines:
    put_to: list[str]

    def put(self, line: str) -> None:
        self.put_to.append(line)

    def dropped(self) -> int:
        return 0


@asynccontextmanager
async def serving(
    *,
    folder: Path | None = None,
    settings: Settings | None = None,
    environment: Mapping[str, str] | None = None,
    database: Path | None = None,
    limits: Limits | None = None,
    sender: Sender | None = None,
    endpoints: Sequence[Endpoint] = (),
    token: str | None = None,
) -> AsyncIterator[Api]:
    """A server over a journal of its own, with a client. It asks for a `token`, whatever the settings say."""
    secrets = {"WEBHOOK_EMULATOR_SECRET_ENTUITIVE": SECRET} if environment is None else environment
    async with AsyncExitStack() as stack:
        journal = await open_journal(database, limits)
        emulator = await stack.enter_async_context(
            Emulator(journal, sender or HttpSender(TargetPolicy.of(())))
        )
        emulator.endpoints.restore(endpoints, await journal.endpoints())
        catalog = Catalog(folder, secrets)
        catalog.load()
        context = Context(
            emulator=emulator, catalog=catalog, settings=settings or Settings(), environment=secrets
        )
        app = application(context, [guard(Rules.of(token=token), body_s=30)])
        app.on_response_prepare.append(secure)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        assert runner.server is not None
        log: list[str] = []
        answering = connections(runner.server, ConnectionLimits(), Log(_Lines(log)))
        listener = await asyncio.get_running_loop().create_server(answering, "127.0.0.1", 0, backlog=1024)
        stack.callback(listener.close)
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=60)
        )
        await stack.enter_async_context(session)
        url = "http://127.0.0.1:{1}".format(*listener.sockets[0].getsockname())
        yield Api(url, session, context, log)


@asynccontextmanager
async def receiving(*answers: str, secret: str = SECRET, **options: Any) -> AsyncIterator[Receiver]:
    """An endpoint for Entuitive's webhooks; it answers in turn, 200 where nothing is said."""
    replies = Replies(tuple(map(parse_answer, answers or ("200",))), **options)
    async with Receiver(find_profile("entuitive"), secret, replies) as receiver:
        yield receiver


def scenario(target: str, *events: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A whole scenario as the API takes it; its events are `user.created` unless they say otherwise."""
    filled = [{"type": "user.created", **event} for event in events or ({"name": "created"},)]
    return {
        "version": 1,
        "name": "inline",
        "provider": "entuitive",
        "target": target,
        "events": filled,
        **more,
    }


def body(target: str, *events: dict[str, Any], labels: Any = None, **more: Any) -> dict[str, Any]:
    """What begins a run of that scenario."""
    given = {"scenario": scenario(target, *events, **more)}
    return given if labels is None else {**given, "labels": labels}


async def until(ask: Callable[[], Awaitable[T]], good: Callable[[T], bool]) -> T:
    """Ask the server again and again until its answer is as awaited."""
    async with asyncio.timeout(20):
        while not good(found := await ask()):
            pass
    return found


async def waiting_calls(api: Api, count: int) -> None:
    """Until so many calls wait."""
    async with asyncio.timeout(20):
        while api.context.waiting.count != count:
            await api.get("/livez")


async def arrived(api: Api, receiver: Receiver, count: int) -> None:
    """Until so many webhooks have come."""
    async with asyncio.timeout(20):
        while len(receiver.received) < count:
            await api.get("/livez")
