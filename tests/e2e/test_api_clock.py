"""The clock of manual runs by the API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.helpers.serving import Api, arrived, body, receiving, serving, waiting_calls

START = "2026-01-05T09:00:00Z"
LATER = {"name": "later", "at": "10m"}


async def manual(api: Api, target: str, *events: dict[str, Any]) -> str:
    """The path of a manual run whose clock is ready."""
    given = body(target, *(events or ({"name": "created"}, LATER)), speed="manual", start=START)
    run = await api.run(given)
    assert (run["state"], run["clock"]) == ("running", {"now": START, "state": "ready"})
    return f"/api/v1/runs/{run['id']}"


async def offsets(api: Api, path: str) -> list[float]:
    return [each["offset_s"] for each in await api.items(f"/api/v1/attempts?run={path.rpartition('/')[2]}")]


@pytest.mark.parametrize(
    ("move", "now", "state"),
    [
        ({"advance": "9m59s"}, "2026-01-05T09:09:59Z", "running"),
        ({"advance": 600}, "2026-01-05T09:10:00Z", "settled"),
        ({"advance": 0}, START, "running"),
        ({"to": "2026-01-05T09:05:00Z"}, "2026-01-05T09:05:00Z", "running"),
        ({"to": "2026-01-05T09:10:00Z"}, "2026-01-05T09:10:00Z", "settled"),
        ({"to": "next"}, "2026-01-05T09:10:00Z", "settled"),
        ({"to": "end"}, "2026-01-05T09:10:00Z", "settled"),
    ],
)
async def test_a_move_plays_all_that_is_due_by_then(move: dict[str, Any], now: str, state: str):
    async with receiving() as receiver, serving() as api:
        path = await manual(api, receiver.url)
        answer = await api.post(f"{path}/clock", move)
        assert answer.status == 200
        assert (answer.json["clock"], answer.json["state"]) == ({"now": now, "state": "ready"}, state)
        assert len(receiver.received) == (2 if state == "settled" else 1)


async def test_a_move_plays_retries_too_and_next_takes_them_one_by_one():
    async with receiving("503") as receiver, serving() as api:
        path = await manual(api, receiver.url, {"name": "created"})
        assert (await api.post(f"{path}/clock", {"advance": "20s"})).json["clock"][
            "now"
        ] == "2026-01-05T09:00:20Z"
        assert await offsets(api, path) == [0, 10, 20]
        assert (await api.post(f"{path}/clock", {"to": "next"})).json["clock"][
            "now"
        ] == "2026-01-05T09:00:30Z"
        assert (await api.post(f"{path}/clock", {"to": "next"})).json["state"] == "settled"
        assert await offsets(api, path) == [0, 10, 20, 30, 130]


async def test_a_move_answers_advancing_when_its_wait_ends_and_a_second_one_meanwhile_conflicts():
    async with receiving("200", "timeout") as receiver, serving() as api:
        path = await manual(api, receiver.url)
        answer = await api.post(f"{path}/clock?wait=0", {"to": "end"})
        assert (answer.status, answer.json["clock"]["state"]) == (200, "advancing")
        await arrived(api, receiver, 2)
        second = await api.post(f"{path}/clock", {"to": "next"})
        assert second.told == (409, "the clock is moving already; wait until it is ready")
        assert (await api.get(f"{path}?wait=10ms")).json["clock"]["state"] == "advancing"
        cancelled = await api.post(f"{path}/cancel")
        assert cancelled.json["clock"]["state"] == "ready"


async def test_a_move_waits_by_itself_and_the_wait_of_another_call_ends_with_it():
    async with receiving("200", "timeout") as receiver, serving() as api:
        path = await manual(api, receiver.url)
        moving = asyncio.create_task(api.post(f"{path}/clock", {"to": "end"}))
        await arrived(api, receiver, 2)
        asking = asyncio.create_task(api.get(f"{path}?wait=60"))
        await waiting_calls(api, 2)
        await api.post(f"{path}/cancel")
        assert [(await call).json["state"] for call in (moving, asking)] == ["cancelled", "cancelled"]


async def test_a_wait_for_a_manual_run_ends_at_once_while_its_clock_is_ready():
    async with receiving() as receiver, serving() as api:
        path = await manual(api, receiver.url)
        answer = await api.get(f"{path}?wait=60")
        assert (answer.json["state"], answer.json["clock"]["state"]) == ("running", "ready")


@pytest.mark.parametrize("to", ["2026-01-05T08:59:59Z", "2026-01-05T09:00:59Z", "1970-01-01T00:00:00Z"])
async def test_the_clock_never_goes_back(to: str):
    async with receiving() as receiver, serving() as api:
        path = await manual(api, receiver.url)
        await api.post(f"{path}/clock", {"advance": "1m"})
        answer = await api.post(f"{path}/clock", {"to": to})
        assert answer.told == (409, "the clock of a run never goes back")
        assert answer.error["code"] == "conflict"


@pytest.mark.parametrize("speed", ["real", "60x"])
async def test_only_manual_clocks_can_be_moved(speed: str):
    async with receiving("503") as receiver, serving() as api:
        run = (await api.post("/api/v1/runs", body(receiver.url, speed=speed))).json
        answer = await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "end"})
        assert answer.told == (409, f"the speed is {speed}; only the clock of a manual run can be moved")


async def test_the_clock_of_an_ended_run_stands():
    async with receiving() as receiver, serving() as api:
        path = await manual(api, receiver.url)
        await api.post(f"{path}/clock", {"to": "end"})
        answer = await api.post(f"{path}/clock", {"to": "end"})
        assert answer.told == (409, "this run is settled; its clock stands")


@pytest.mark.parametrize(
    ("move", "details"),
    [
        ({}, ['expected either "advance" or "to", found neither']),
        ({"advance": "1s", "to": "end"}, ['expected either "advance" or "to", found both']),
        ({"to": "nxt"}, ["to: expected next, end, or a moment in UTC such as 2026-01-05T09:00:00Z, found text 'nxt'"]),
        ({"to": 5}, ["to: expected next, end, or a moment in UTC such as 2026-01-05T09:00:00Z, found number 5"]),
        ({"to": None}, ["to: expected next, end, or a moment in UTC such as 2026-01-05T09:00:00Z, found null"]),
        ({"advance": "-1s"}, ["advance: expected a duration that is not negative, found text '-1s'"]),
        ({"advnce": "1s"}, ["advnce: unknown key 'advnce'; did you mean 'advance'?"]),
    ],
)  # fmt: skip
async def test_a_wrong_move_is_told(move: dict[str, Any], details: list[str]):
    async with receiving() as receiver, serving() as api:
        path = await manual(api, receiver.url)
        answer = await api.post(f"{path}/clock", move)
        assert answer.status == 422
        assert answer.error["details"] == details
