"""Killing the server at random moments under load, and looking whether anything that was recorded is lost."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.helpers.command import started

SECRET = "torture-secret-1"
REFUSALS = 2
"""So many webhooks of each delivery are refused, before one is accepted."""

FROM_READY_S = (0.0, 0.35)
FROM_START_S = (0.0, 0.6)
"""When the server is killed: mostly while it plays, and now and then while it starts and goes on with its runs."""


class NotReady(AssertionError):
    """The server ended before its ready line."""


@dataclass
class Target:
    """The receiver: it refuses the first webhooks of each delivery, and counts what came.

    Without a `key` of the body, deliveries are told apart by path and company name.
    """

    url: str = ""
    key: str | None = None
    came: Counter[str] = field(default_factory=Counter)
    quick: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        key = f"{request.path} {body['data']['company_name']}" if self.key is None else str(body[self.key])
        self.came[key] += 1
        return web.Response(status=200 if self.came[key] > REFUSALS else 503)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Target]:
        application = web.Application()
        application.router.add_post("/{path:.*}", self.take)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await runner.cleanup()


def scenario(url: str, name: str, speed: str, times: int) -> dict[str, Any]:
    """Two events with two targets, one after the other, each with quick retries."""
    event = {
        "type": "user.created",
        "data": {"company_name": "{{ event.name }} {{ index }} {{ fake.company() }}"},
        "target": [f"{url}/{name}/a", f"{url}/{name}/b"],
        "expect": {"attempts": {"min": 1, "max": 1 + REFUSALS}},
    }
    return {
        "version": 1,
        "name": name,
        "provider": "entuitive",
        "profile": {"retry": {"waits": ["50ms", "50ms", "50ms", "50ms"]}, "timeout": "10s"},
        "secret": SECRET,
        "speed": speed,
        "events": [
            {"name": "first", "repeat": {"times": times, "every": "10ms"}, **event},
            {"name": "second", "after": {"event": "first", "delay": "20ms"}, **event},
        ],
    }


SPEEDS = ("real", "instant", "2x", "instant")


@dataclass
class Torture:
    """One database and the runs on it, killed and started again and again."""

    database: Path
    target: Target
    chance: random.Random
    runs: list[str] = field(default_factory=list)
    seen: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    going: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    async def kill_once(self) -> None:
        """Start the server, give it something to do, and kill it at some moment."""
        async with started("serve", "--port", "0", "--database", self.database) as process:
            answering = asyncio.create_task(ready(process))
            if self.chance.random() < 0.7:
                await asyncio.wait([answering])
            work = asyncio.create_task(self.work(answering))
            await asyncio.wait([work], timeout=self.chance.uniform(*self.moment(answering)))
            process.kill()
            self.kills += 1
            await process.wait()
            work.cancel()
            with suppress(asyncio.CancelledError, aiohttp.ClientError, ConnectionError, NotReady):
                await work
        if self.database.exists():
            self.look()

    def moment(self, answering: asyncio.Task[str]) -> tuple[float, float]:
        return FROM_READY_S if answering.done() else FROM_START_S

    async def work(self, answering: asyncio.Task[str]) -> None:
        """Begin a run, then read attempts until the server is gone. What was answered was recorded."""
        url = await answering
        async with aiohttp.ClientSession(url) as client:
            number = len(self.runs)
            speed = SPEEDS[number % len(SPEEDS)]
            body = {"scenario": scenario(self.target.url, f"run-{self.kills}", speed, 40)}
            async with client.post("/api/v1/runs", json=body) as answer:
                run = await answer.json()
                assert answer.status == 201, run
                self.runs.append(run["id"])
            while True:
                async with client.get("/api/v1/attempts?limit=1000&order=desc") as answer:
                    for attempt in (await answer.json())["items"]:
                        self.see(attempt)

    def see(self, attempt: dict[str, Any]) -> None:
        response = attempt["response"] or {}
        told = (
            attempt["run"],
            attempt["delivery"],
            attempt["number"],
            response.get("status"),
            attempt["sent_wall"],
            attempt["request"]["body"],
        )
        assert self.seen.setdefault(attempt["id"], told) == told

    def look(self) -> None:
        """Read in the file what was on record and on the wire when the server was killed."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                return  # it was killed before there was a table
            for id, notes in connection.execute("SELECT id, notes FROM deliveries WHERE notes <> ''"):
                _, _, going, *_ = json.loads(notes)
                if going is not None:
                    self.going[id] += 1
            stored = {id for (id,) in connection.execute("SELECT id FROM attempts")}
        lost = self.seen.keys() - stored
        assert not lost, f"{len(lost)} attempts that the API had answered are not in the file"

    async def end(self) -> None:
        """Start it once more, let every run come to its end, and compare all with what was seen and what came."""
        async with started("serve", "--port", "0", "--database", self.database) as process:
            url = await ready(process)
            async with aiohttp.ClientSession(url) as client:
                begun = [run["id"] for run in await everything(client, "/api/v1/runs")]
                assert set(self.runs) <= set(begun)
                for run in begun:  # those too whose beginning was cut off before it was answered
                    await self.settle(client, run)
                    await self.compare(client, run)
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
        secret_in = [
            file.name for file in self.database.parent.iterdir() if SECRET.encode() in file.read_bytes()
        ]
        assert secret_in == []

    async def settle(self, client: aiohttp.ClientSession, run: str) -> None:
        record = {"state": "running"}
        while record["state"] == "running":
            async with client.get(f"/api/v1/runs/{run}?wait=60s") as answer:
                record = await answer.json()
        assert (record["state"], record["verdict"]) == ("settled", "passed"), record

    async def compare(self, client: aiohttp.ClientSession, run: str) -> None:
        deliveries = {it["id"]: it for it in await everything(client, f"/api/v1/runs/{run}/deliveries")}
        attempts: dict[str, list[dict[str, Any]]] = {id: [] for id in deliveries}
        for attempt in await everything(client, "/api/v1/attempts", run=run):
            attempts[attempt["delivery"]].append(attempt)
            if attempt["id"] in self.seen:
                self.see(attempt)
        places = {(it["event_name"], it["index"], it["url"]) for it in deliveries.values()}
        assert len(places) == len(deliveries) == 2 * 41
        for id, made in attempts.items():
            self.compare_delivery(id, made)
        wanted = {id for id, (of, *_) in self.seen.items() if of == run}
        assert wanted <= {it["id"] for of in attempts.values() for it in of}

    def compare_delivery(self, id: str, made: list[dict[str, Any]]) -> None:
        """Every attempt once, in order, with the same bytes; no more on the wire than was recorded or cut off."""
        assert [it["number"] for it in made] == list(range(1, len(made) + 1))
        assert [it["response"]["status"] for it in made[:-1]] == [503] * (len(made) - 1)
        assert made[-1]["response"]["status"] == 200
        assert len({(it["request"]["body"], it["signature"]["value"]) for it in made}) == 1
        path = made[0]["request"]["url"].removeprefix(self.target.url)
        came = self.target.came[f"{path} {json.loads(made[0]['request']['body'])['data']['company_name']}"]
        remade = sum(it["remade"] for it in made)
        assert len(made) <= came <= len(made) + self.going[id], (id, came, len(made), self.going[id])
        assert remade <= self.going[id]


@dataclass
class ApiTorture:
    """An application that asks Compliancely's API for TIN matches while the server is killed again and again."""

    database: Path
    target: Target
    chance: random.Random
    token: str | None = None
    promised: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: int = 0

    async def kill_once(self) -> None:
        """Start the server, ask, and kill it at some moment."""
        async with started("serve", "--port", "0", "--database", self.database, **self.secret) as process:
            url = await ready(process)
            work = [asyncio.create_task(self.work(url)) for _ in range(4)]
            await asyncio.wait(work, timeout=self.chance.uniform(*FROM_READY_S))
            process.kill()
            await process.wait()
            for task in work:
                task.cancel()
                with suppress(asyncio.CancelledError, aiohttp.ClientError, ConnectionError):
                    await task

    @property
    def secret(self) -> dict[str, str]:
        return {"WEBHOOK_EMULATOR_SECRET_COMPLIANCELY": SECRET}

    async def work(self, url: str) -> None:
        """Ask for one match after the other. Each answer is a promise: of the record, and of its webhook."""
        async with aiohttp.ClientSession(url) as client:
            headers = await self.log_in(client)
            while True:
                self.asked += 1
                body = {
                    "name": f"Company {self.asked}",
                    "tin": f"{900_000_000 + self.asked}",
                    "webhook_urls": [f"{self.target.url}/tin"],
                }
                path = "/compliancely/api/v1/submissions/"
                async with client.post(path, json=body, headers=headers) as answer:
                    promised = await answer.json()
                    assert answer.status in (200, 201), promised
                    self.promised[promised["id"]] = promised

    async def log_in(self, client: aiohttp.ClientSession) -> dict[str, str]:
        if self.token is None:
            login = {"username": "demo", "password": "pass-word-1"}
            async with client.post("/compliancely/api/v1/auth-token", json=login) as answer:
                self.token = (await answer.json())["token"]
        return {"Authorization": f"Token {self.token}"}

    async def end(self) -> None:
        """Start it once more, and see every promise kept, once."""
        async with started("serve", "--port", "0", "--database", self.database, **self.secret) as process:
            async with aiohttp.ClientSession(await ready(process)) as client:
                (run,) = await everything(client, "/api/v1/runs")
                async with client.get(f"/api/v1/runs/{run['id']}?wait=60s") as answer:
                    assert (await answer.json())["state"] == "settled"
                await self.compare(client, run["id"])
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0

    async def compare(self, client: aiohttp.ClientSession, run: str) -> None:
        deliveries = await everything(client, f"/api/v1/runs/{run}/deliveries")
        bodies: dict[str, list[Any]] = {}
        for attempt in await everything(client, "/api/v1/attempts", run=run):
            bodies.setdefault(attempt["delivery"], []).append(json.loads(attempt["request"]["body"]))
        told = Counter(bodies[it["id"]][0]["id"] for it in deliveries)
        assert set(told.values()) == {1}
        assert self.promised.keys() <= told.keys()
        assert {it["state"] for it in deliveries} == {"delivered"}
        assert all(each == of[0] for of in bodies.values() for each in of)
        headers = {"Authorization": f"Token {self.token}"}
        for id, promised in self.promised.items():
            async with client.get(f"/compliancely/api/v1/submissions/{id}", headers=headers) as answer:
                shown = await answer.json()
            assert (shown["name"], shown["tin"]) == (promised["name"], promised["tin"])
            assert shown["irs_code"] == int(promised["tin"][-1]) % 9
        requests = await everything(client, "/api/v1/requests", run=run)
        assert {it["cause"] for it in deliveries} <= {it["id"] for it in requests}
        assert len(requests) >= len(self.promised)


async def ready(process: asyncio.subprocess.Process) -> str:
    """The URL of the ready line. What the server logs is read, so that it never waits for a reader."""
    assert process.stdout is not None
    assert process.stderr is not None
    log = asyncio.create_task(process.stderr.read())
    line = (await process.stdout.readline()).decode()
    if not line.startswith("ready on "):
        raise NotReady(f"{line!r}: {(await log).decode()}")
    return line.split()[-1]


async def everything(client: aiohttp.ClientSession, path: str, **query: str) -> list[dict[str, Any]]:
    """All pages of a list."""
    items: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        more = {} if after is None else {"after": after}
        async with client.get(path, params={"limit": "1000", **query, **more}) as answer:
            page = await answer.json()
            assert answer.status == 200, page
        items += page["items"]
        after = page["next"]
        if after is None:
            return items
