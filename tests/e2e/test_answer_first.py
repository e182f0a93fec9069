"""The order of things around a call: its answer, what follows from it, and the end of its run."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.record import Request, Response
from emulator.scenario.load import load_text
from emulator.sender import MemorySender
from emulator.server.connection import Limits
from tests.helpers.guarded import guarded
from tests.helpers.playing import Endpoint
from tests.helpers.serving import Api, receiving, serving, until

HOOK = "http://127.0.0.1:9/hook"
MATCH = {"name": "Larkspur", "webhook_urls": HOOK}


class Caller:
    """A client with a socket of its own, which tells whether anything has come of its call, and reads nothing."""

    def __init__(self, url: str, path: str, body: Any) -> None:
        host, port = url.removeprefix("http://").split(":")
        data = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Token test-token\r\n"
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self.socket.connect((host, int(port)))
        self.socket.sendall(
            f"{head}Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data
        )

    @property
    def answered(self) -> bool:
        """It has an answer, or its connection has been dropped."""
        try:
            self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True
        return True


def compliancely(speed: str, **api: Any) -> dict[str, Any]:
    given = {"tokens": {"test-token": "demo"}, **api}
    return {
        "version": 1,
        "name": "order",
        "provider": "compliancely",
        "speed": speed,
        "secret": None,
        "api": given,
    }


def routed(speed: str, **response: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "name": "order",
        "provider": "entuitive",
        "speed": speed,
        "secret": None,
        "target": HOOK,
        "events": [{"name": "made", "type": "user.created"}],
        "routes": [
            {
                "request": {"method": "POST", "path": "/x"},
                "response": response,
                "emits": [{"event": "made"}],
            }
        ],
    }


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize(
    ("scenario", "path", "body"),
    [
        (compliancely("instant"), "/compliancely/api/v1/submissions/", {**MATCH, "tin": "900000006"}),
        (compliancely("instant"), "/compliancely/api/v1/submissions/", {**MATCH, "tin": "111232312"}),
        (
            compliancely("1000x", results={"900000006": {"irs_code": 6, "after": "30001ms"}}),
            "/compliancely/api/v1/tin/match/",
            {**MATCH, "tin": "900000006"},
        ),
        (routed("instant", status=201), "/entuitive/x", {}),
        (routed("instant", delay="5s"), "/entuitive/x", {}),
        (routed("real", delay="50ms"), "/entuitive/x", {}),
        (routed("instant", drop=True), "/entuitive/x", {}),
        (routed("real", delay="50ms", drop=True), "/entuitive/x", {}),
    ],
)
async def test_a_webhook_goes_out_when_the_call_that_led_to_it_is_answered(
    scenario: dict[str, Any], path: str, body: Any, tmp_path: Path, *, lasting: bool
) -> None:
    seen: list[bool] = []

    def endpoint(_: Request) -> Response:
        seen.append(caller.answered)
        return Response(status=200, headers=())

    database = tmp_path / "journal.db" if lasting else None
    async with serving(sender=MemorySender(endpoint), database=database) as api:
        run = (await api.run({"scenario": scenario}))["id"]
        caller = Caller(api.url, path, body)
        with caller.socket:
            await until(
                lambda: api.get(f"/api/v1/runs/{run}"), lambda it: it.json["counts"]["delivered"] == 1
            )
    assert seen == [True]


async def test_a_client_that_does_not_read_its_answer_holds_its_webhook_only_for_so_long_as_it_may() -> None:
    async with receiving() as endpoint, guarded(Limits(answer_s=0.2)) as server:
        echo = {f"{number}": "{{ request.text }}" for number in range(8)}
        given = {**routed("instant", json=echo), "target": endpoint.url}
        run = server.emulator.start(load_text(given, environment={}))
        with Caller(f"http://127.0.0.1:{server.port}", "/entuitive/x", "x" * 900_000).socket:
            async with asyncio.timeout(10):
                while not endpoint.received:  # noqa: ASYNC110 - a list has no event
                    await asyncio.sleep(0)
        assert run.record().counts.deliveries == 1
        assert [line for line in server.lines if "answer not taken" in line]


async def test_a_finished_run_waits_for_the_calls_that_are_not_answered_yet() -> None:
    async with serving(sender=MemorySender(Endpoint())) as api:
        run = (await api.run({"scenario": compliancely("real", after="20s")}, wait="1ms"))["id"]
        caller = Caller(api.url, "/compliancely/api/v1/tin/match/", {"name": "A", "tin": "900000006"})
        await until(lambda: api.items(f"/api/v1/requests?run={run}"), lambda items: len(items) == 1)
        waited = (await api.post(f"/api/v1/runs/{run}/finish?wait=50ms")).json
        assert (waited["state"], waited["open"], waited["verdict"]) == ("running", False, None)
        caller.socket.close()
        ended = (await api.get(f"/api/v1/runs/{run}?wait=30s")).json
        assert (ended["state"], ended["verdict"]) == ("settled", "passed")


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize(
    ("end", "kept"),
    [
        (lambda api, run: api.post(f"/api/v1/runs/{run}/cancel"), ["cancelled"]),
        (lambda api, run: api.delete(f"/api/v1/runs/{run}"), []),
        (lambda api, _: api.post("/api/v1/reset", {"labels": {"test": "a"}}), []),
    ],
)
async def test_a_call_that_is_still_being_read_when_its_run_ends_is_refused_and_leaves_nothing(
    end: Callable[[Api, str], Awaitable[Any]], kept: list[str], tmp_path: Path, *, lasting: bool
) -> None:
    endpoint = Endpoint()
    database = tmp_path / "journal.db" if lasting else None
    async with serving(sender=MemorySender(endpoint), database=database) as api:
        run = (await api.run({"scenario": routed("instant"), "labels": {"test": "a"}}))["id"]
        running = api.emulator.find(run)
        assert running is not None
        assert running._reception is not None  # noqa: SLF001
        async with running._reception._turn:  # noqa: SLF001 - as a large call before it holds it
            call = asyncio.create_task(api.post("/entuitive/x", {}))
            while not running._calls:  # noqa: ASYNC110, SLF001 - a number has no event
                await asyncio.sleep(0)
            await end(api, run)
        told = f"the run {run} has ended, and takes no requests any more"
        assert (await call).told == (409, told)
        await api.emulator.journal.flush()
        assert [it["state"] for it in await api.items("/api/v1/runs")] == kept
        assert await api.items("/api/v1/requests") == []
        assert await api.emulator.journal.plans() == []
    assert endpoint.came == []
