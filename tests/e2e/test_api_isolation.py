"""Many clients of one server: each sees its own, and resets its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.serving import SECRET, Api, arrived, body, receiving, serving, waiting_calls

CLIENTS = 50


async def client(api: Api, target: str, number: int) -> dict[str, Any]:
    """A client that uses the same names as all others, and its own label."""
    event = {"name": "created", "payload": {"client": number}, "repeat": {"times": 4, "every": "1h"}}
    given = body(f"{target}/{number}", event, labels={"client": str(number), "odd": str(number % 2)})
    run = await api.run(given)
    assert (run["verdict"], run["counts"]["attempts"]) == ("passed", 8)
    own = await api.items(f"/api/v1/attempts?label.client={number}&limit=3")
    assert [each["run"] for each in own] == [run["id"]] * 8
    assert {each["request"]["body"] for each in own} == {f'{{"client":{number}}}'}
    assert own == await api.items(f"/api/v1/attempts?run={run['id']}")
    assert [each["id"] for each in await api.items(f"/api/v1/runs?label.client={number}")] == [run["id"]]
    deliveries = await api.items(f"/api/v1/runs/{run['id']}/deliveries")
    assert [(each["run"], each["state"]) for each in deliveries] == [(run["id"], "delivered")] * 4
    return run


async def test_fifty_runs_at_a_time_stay_apart_and_each_reset_leaves_the_others():
    async with receiving("503", "200", each=True) as receiver, serving() as api:
        runs = await asyncio.gather(*(client(api, receiver.url, number) for number in range(CLIENTS)))
        assert len({run["id"] for run in runs}) == CLIENTS
        bodies = {(each.path, each.body) for each in receiver.received}
        assert bodies == {(f"/{number}", f'{{"client":{number}}}'.encode()) for number in range(CLIENTS)}

        assert (await api.post("/api/v1/reset", {"run": runs[0]["id"]})).json == {"runs": 1}
        assert (await api.post("/api/v1/reset", {"labels": {"client": "1", "odd": "1"}})).json == {"runs": 1}
        assert (await api.post("/api/v1/reset", {"labels": {"client": "2", "odd": "1"}})).json == {"runs": 0}
        assert [run["id"] for run in await api.items("/api/v1/runs")] == sorted_ids(
            runs[2:], api_order=await ids(api)
        )
        assert (await api.post("/api/v1/reset", {"labels": {"odd": "1"}})).json == {"runs": CLIENTS // 2 - 1}
        left = await api.items("/api/v1/attempts?limit=1000")
        assert {each["run"] for each in left} == {run["id"] for run in runs[2::2]}
        assert len(left) == 8 * len(runs[2::2])
        assert (await api.post("/api/v1/reset")).json == {"runs": CLIENTS // 2 - 1}
        for path in ("runs", "attempts", "notifications"):
            assert await api.items(f"/api/v1/{path}") == []


async def ids(api: Api) -> list[str]:
    return [run["id"] for run in await api.items("/api/v1/runs")]


def sorted_ids(runs: list[dict[str, Any]], *, api_order: list[str]) -> list[str]:
    return sorted((run["id"] for run in runs), key=api_order.index)


async def test_a_reset_cancels_what_runs_and_a_call_that_waits_for_it_is_answered():
    async with receiving("503") as receiver, serving() as api:
        kept = (await api.post("/api/v1/runs", body(receiver.url, speed="real", labels={"a": "2"}))).json
        waiting = asyncio.create_task(
            api.post("/api/v1/runs?wait=60", body(receiver.url, speed="real", labels={"a": "1"}))
        )
        await arrived(api, receiver, 2)
        assert (await api.post("/api/v1/reset", {"labels": {"a": "1"}})).json == {"runs": 1}
        async with asyncio.timeout(10):
            assert (await waiting).json["state"] == "cancelled"
        assert await ids(api) == [kept["id"]]
        assert (await api.get(f"/api/v1/runs/{kept['id']}")).json["state"] == "running"


@pytest.mark.parametrize("given", [None, b"", {}])
async def test_a_reset_of_everything_leaves_settings_and_scenarios(given: Any):
    async with receiving() as receiver, serving() as api:
        before = (await api.get("/api/v1/scenarios")).json
        await api.run(body(receiver.url))
        assert (await api.post("/api/v1/reset", given)).json == {"runs": 1}
        assert (await api.get("/api/v1/scenarios")).json == before
        run = await api.run(
            {"scenario": "entuitive/accepted-at-once", "target": receiver.url, "secret": SECRET}
        )
        assert run["verdict"] == "passed"


@pytest.mark.parametrize(
    ("given", "details"),
    [
        (
            {"labels": {}},
            ["labels: expected at least one label, found none; {} alone as the body resets everything"],
        ),
        ({"labels": {"a": "1"}, "run": "run_x"}, ['expected "run" or "labels", found both']),
        ({"labels": None}, ["labels: expected a mapping of texts, found null"]),
        ({"label": {"a": "1"}}, ["label: unknown key 'label'; did you mean 'labels'?"]),
        ({"run": ""}, ["run: expected the id of a run, found empty text"]),
    ],
)
async def test_a_reset_that_is_not_clear_resets_nothing(given: Any, details: list[str]):
    async with receiving() as receiver, serving() as api:
        await api.run(body(receiver.url))
        answer = await api.post("/api/v1/reset", given)
        assert (answer.status, answer.error["details"]) == (422, details)
        assert len(await ids(api)) == 1


async def test_a_reset_of_an_unknown_run_is_told():
    async with serving() as api:
        answer = await api.post("/api/v1/reset", {"run": "run_x"})
        assert answer.told == (404, "there is no run 'run_x'")


@pytest.fixture
def many_files() -> Iterator[None]:
    """Both ends of all connections are in this process; shells begin with a limit of 1,024 files."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4_096 if hard == resource.RLIM_INFINITY else min(4_096, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_hundred_runs_and_a_thousand_calls_that_wait_fit(many_files: None):
    async with receiving("503") as receiver, serving() as api:
        given = body(receiver.url, speed="real")
        begun = await asyncio.gather(*(api.post("/api/v1/runs", given) for _ in range(100)))
        assert [answer.json["state"] for answer in begun] == ["running"] * 100
        paths = [f"{answer.headers['Location']}?wait=60" for answer in begun]
        calls = [asyncio.create_task(api.get(path)) for path in paths * 10]
        await waiting_calls(api, 1_000)
        assert (await api.post("/api/v1/reset")).json == {"runs": 100}
        async with asyncio.timeout(30):
            answers = await asyncio.gather(*calls)
        assert {(answer.status, answer.json["state"]) for answer in answers} == {(200, "cancelled")}
