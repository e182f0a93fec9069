"""What goes on behind Compliancely's API: what is on record, what a restart keeps, how the clock moves on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answer
from emulator.receiver.server import Receiver
from emulator.server.settings import Settings
from tests.helpers.serving import Api, serving

if TYPE_CHECKING:
    import aiohttp

SECRET = "marker-secret-c41e"
ENVIRONMENT = {"WEBHOOK_EMULATOR_SECRET_COMPLIANCELY": SECRET}


@dataclass
class Client:
    """What an application's own client is: a base URL, a token, and requests. It knows nothing of an emulator."""

    base: str
    session: aiohttp.ClientSession
    headers: dict[str, str] = field(default_factory=dict)

    async def log_in(self) -> None:
        status, token = await self.ask(
            "POST", "/api/v2/token/", {"username": "demo", "password": "pass-word-1"}
        )
        assert status == 200, token
        self.headers["Authorization"] = f"Bearer {token['access']}"

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        async with self.session.request(
            method, self.base + path, json=body, headers=self.headers, **options
        ) as answer:
            return answer.status, await answer.json(content_type=None)


@asynccontextmanager
async def hooked(*answers: str) -> AsyncIterator[Receiver]:
    replies = Replies(tuple(map(parse_answer, answers or ("200",))))
    async with Receiver(find_profile("compliancely"), SECRET, replies) as receiver:
        yield receiver


@asynccontextmanager
async def playing(below: str = "/compliancely", **more: Any) -> AsyncIterator[tuple[Api, Client]]:
    async with serving(environment=ENVIRONMENT, **more) as api:
        client = Client(api.url + below, api.session)
        yield api, client


async def standing(api: Api) -> dict[str, Any]:
    (run,) = [run for run in await api.items("/api/v1/runs") if run["scenario"] == "default"]
    settled: dict[str, Any] = (await api.get(f"/api/v1/runs/{run['id']}?wait=30s")).json
    return settled


def bodies(receiver: Receiver) -> list[Any]:
    return [json.loads(it.body) for it in receiver.received if it.body]


async def test_no_password_and_no_token_is_ever_on_record() -> None:
    async with hooked() as endpoint, playing() as (api, client):
        await client.log_in()
        asked = {"name": "A", "tin": "900000003", "webhook_urls": [endpoint.url]}
        await client.ask("POST", "/api/v1/submissions/", asked)
        run = await standing(api)
        shown = json.dumps(await api.items("/api/v1/requests")) + json.dumps(run)
        assert "pass-word-1" not in shown
        assert client.headers["Authorization"].removeprefix("Bearer ") not in shown
        assert SECRET not in shown


async def test_after_a_restart_the_tokens_and_the_results_are_still_there(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    async with hooked() as endpoint:
        async with playing(database=database, settings=Settings(speed="manual")) as (api, client):
            await client.log_in()
            headers = client.headers
            asked = {"name": "A", "tin": "900000003", "webhook_urls": [endpoint.url]}
            _, pending = await client.ask("POST", "/api/v1/submissions/", asked)
            await api.emulator.stop(1)
        async with playing(database=database, settings=Settings(speed="manual")) as (api, client):
            await api.emulator.resume()
            client.headers = headers
            assert (await client.ask("GET", f"/api/v1/submissions/{pending['id']}"))[1] == pending
            (run,) = await api.items("/api/v1/runs")
            await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "end"})
            _, shown = await client.ask("GET", f"/api/v1/submissions/{pending['id']}")
            assert shown["irs_code"] == 3
            assert bodies(endpoint) == [shown]


@pytest.mark.parametrize("path", ["/api/v9/nothing", "/api/v1/auth-token%0A", "/%0D%0A/"])
async def test_a_path_that_it_does_not_have_is_not_found_in_its_own_form(path: str) -> None:
    async with playing() as (_, client):
        assert await client.ask("GET", path) == (404, {"detail": "Not found."})


async def test_who_asks_again_and_again_sees_every_result_without_any_webhook() -> None:
    async with playing() as (api, client):
        await client.log_in()
        _, match = await client.ask("POST", "/api/v1/submissions/", {"name": "A", "tin": "900000003"})
        search = {"name": "Larkspur", "state": "delaware"}
        _, found = await client.ask("POST", "/api/v1/sos_submissions/", search)
        _, exempt = await client.ask("POST", "/api/v2/taxexempt/", {"tin": "900000006"})
        run = await standing(api)
        assert (run["state"], run["counts"]["events"]) == ("settled", 0)
        assert (await client.ask("GET", f"/api/v1/submissions/{match['id']}"))[1]["irs_code"] == 3
        assert (await client.ask("GET", f"/api/v1/sos_submissions/{found['id']}"))[1]["results"]
        _, shown = await client.ask("GET", f"/api/v2/taxexempt/{exempt['data']['id']}")
        assert shown["data"]["status"] == "Completed"


async def test_after_a_hybrid_match_the_result_is_there() -> None:
    async with playing() as (api, client):
        await client.log_in()
        _, done = await client.ask("POST", "/api/v1/tin/match/", {"name": "A", "tin": "900000003"})
        await standing(api)
        assert (await client.ask("GET", f"/api/v1/submissions/{done['id']}"))[1] == done


@pytest.mark.parametrize("after", ["2s", "45s"])
async def test_a_get_tells_what_the_hybrid_call_was_told_although_the_clock_is_not_there_yet(
    after: str,
) -> None:
    scenario = {"version": 1, "name": "by-hand", "provider": "compliancely", "speed": "manual"}
    async with playing() as (api, client):
        run = await api.run({"scenario": {**scenario, "api": {"after": after}}})
        await client.log_in()
        _, told = await client.ask("POST", "/api/v1/tin/match/", {"name": "A", "tin": "900000003"})
        assert told["irs_code"] == (3 if after == "2s" else -1)
        told.pop("message", None)
        assert (await client.ask("GET", f"/api/v1/submissions/{told['id']}"))[1] == told
        await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "end"})
        assert (await client.ask("GET", f"/api/v1/submissions/{told['id']}"))[1]["irs_code"] == 3


async def test_a_manual_clock_steps_to_the_moment_of_a_result() -> None:
    scenario = {"version": 1, "name": "by-hand", "provider": "compliancely", "speed": "manual"}
    scenario["start"] = "2026-01-05T09:00:00Z"
    async with playing() as (api, client):
        run = await api.run({"scenario": {**scenario, "api": {"after": "90s"}}})
        await client.log_in()
        _, match = await client.ask("POST", "/api/v1/submissions/", {"name": "A", "tin": "900000003"})
        assert (await client.ask("GET", f"/api/v1/submissions/{match['id']}"))[1]["irs_code"] == -1
        moved = (await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "next"})).json
        assert moved["clock"] == {"now": "2026-01-05T09:01:30Z", "state": "ready"}
        assert (await client.ask("GET", f"/api/v1/submissions/{match['id']}"))[1]["irs_code"] == 3


async def test_a_run_that_is_finished_waits_for_no_result_that_nobody_will_see() -> None:
    scenario = {"version": 1, "name": "slow", "provider": "compliancely", "speed": "real"}
    async with playing() as (api, client):
        run = await api.run({"scenario": {**scenario, "api": {"after": "1h"}}}, wait="1ms")
        await client.log_in()
        await client.ask("POST", "/api/v1/submissions/", {"name": "A", "tin": "900000003"})
        ended = (await api.post(f"/api/v1/runs/{run['id']}/finish")).json
        assert (ended["state"], ended["open"], ended["verdict"]) == ("settled", False, "passed")


async def test_after_a_restart_results_that_nobody_was_told_of_come_all_the_same(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    asked = {"name": "A", "tin": "900000003"}
    async with playing(database=database, settings=Settings(speed="manual")) as (api, client):
        await client.log_in()
        headers = client.headers
        _, pending = await client.ask("POST", "/api/v1/submissions/", asked)
        await api.emulator.stop(1)
    async with playing(database=database, settings=Settings(speed="manual")) as (api, client):
        await api.emulator.resume()
        client.headers = headers
        (run,) = await api.items("/api/v1/runs")
        moved = await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "next"})
        assert moved.status == 200
        assert (await client.ask("GET", f"/api/v1/submissions/{pending['id']}"))[1]["irs_code"] == 3
