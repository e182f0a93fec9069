"""Compliancely as an application meets it: it logs in, asks, hands over its URLs, and gets the webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answer
from emulator.receiver.server import Receiver
from emulator.server.settings import Settings
from tests.helpers.serving import Api, serving

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


@pytest.mark.parametrize("digit", range(10))
async def test_from_the_token_to_the_webhook_and_the_result(digit: int) -> None:
    code = 0 if digit == 9 else digit
    async with hooked() as endpoint, playing() as (api, client):
        await client.log_in()
        asked = {
            "name": "Larkspur Tool Hire",
            "tin": f"90000000{digit}",
            "webhook_urls": [f"{endpoint.url}/tin"],
        }
        status, pending = await client.ask("POST", "/api/v1/submissions/", asked)
        assert status in (200, 201)
        assert (pending["irs_code"], pending["status"]) == (-1, "Pending")
        run = await standing(api)
        assert (run["state"], run["open"], run["counts"]["delivered"]) == ("settled", True, 1)
        _, shown = await client.ask("GET", f"/api/v1/submissions/{pending['id']}")
        assert shown["irs_code"] == code
        (received,) = endpoint.received
        assert received.check is not None
        assert received.check.valid
        assert bodies(endpoint) == [shown]
        assert received.body is not None
        (attempt,) = await api.items(f"/api/v1/attempts?run={run['id']}")
        signed = hmac.new(SECRET.encode(), received.body, hashlib.sha256).hexdigest()
        assert attempt["signature"]["value"] == signed
        assert attempt["type"] == "tin_match"


async def test_three_urls_of_which_one_fails_are_three_deliveries() -> None:
    async with hooked() as good, hooked("500") as bad, playing() as (api, client):
        await client.log_in()
        urls = [f"{good.url}/a", f"{bad.url}/b", f"{good.url}/c"]
        await client.ask(
            "POST", "/api/v1/submissions/", {"name": "A", "tin": "900000003", "webhook_urls": urls}
        )
        run = await standing(api)
        deliveries = await api.items(f"/api/v1/runs/{run['id']}/deliveries")
        assert [(it["url"], it["state"], it["attempts"]) for it in deliveries] == [
            (urls[0], "delivered", 1),
            (urls[1], "exhausted", 3),
            (urls[2], "delivered", 1),
        ]
        requests = await api.items(f"/api/v1/requests?run={run['id']}&method=POST")
        assert {it["cause"] for it in deliveries} == {requests[-1]["id"]}


async def test_a_hybrid_match_sends_a_webhook_only_after_its_time_out() -> None:
    slow = {"results": {"900000007": {"irs_code": 7, "after": "45s"}}}
    scenario = {"version": 1, "name": "slow", "provider": "compliancely", "api": slow}
    async with hooked() as endpoint, playing() as (api, client):
        run = await api.run({"scenario": scenario})
        await client.log_in()
        quick = {"name": "A", "tin": "900000003", "webhook_urls": [endpoint.url]}
        _, done = await client.ask("POST", "/api/v1/tin/match/", quick)
        assert (done["irs_code"], "message" in done) == (3, False)
        _, queued = await client.ask("POST", "/api/v1/tin/match/", {**quick, "tin": "900000007"})
        assert (queued["irs_code"], "message" in queued) == (-1, True)
        settled = (await api.get(f"/api/v1/runs/{run['id']}?wait=30s")).json
        assert settled["counts"]["deliveries"] == 1
        (body,) = bodies(endpoint)
        assert (body["id"], body["irs_code"]) == (queued["id"], 7)


async def test_searches_and_exemptions_have_their_webhooks() -> None:
    async with hooked() as endpoint, playing() as (api, client):
        await client.log_in()
        search = {"name": "Larkspur", "state": "delaware", "callback_url": f"{endpoint.url}/sos"}
        _, found = await client.ask("POST", "/api/v1/sos_submissions/", search)
        check = {"tin": "900000006", "webhook_urls": f"{endpoint.url}/exempt"}
        _, exempt = await client.ask("POST", "/api/v2/taxexempt/", check)
        assert (await standing(api))["counts"]["delivered"] == 2
        by_path = {it.path: json.loads(it.body or b"") for it in endpoint.received}
        _, shown = await client.ask("GET", f"/api/v1/sos_submissions/{found['id']}")
        assert by_path["/sos"] == shown
        _, shown = await client.ask("GET", f"/api/v2/taxexempt/{exempt['data']['id']}")
        assert by_path["/exempt"] == shown


async def test_a_file_of_a_thousand_rows() -> None:
    rows = "".join(f"90000{number:04},Company {number}\n" for number in range(1_000))
    async with hooked() as endpoint, playing() as (api, client):
        await client.log_in()
        form = aiohttp.FormData()
        form.add_field("file", f"tin,name\n{rows}".encode(), filename="tins.csv", content_type="text/csv")
        form.add_field("webhook_urls", endpoint.url)
        async with api.session.post(
            f"{client.base}/api/v1/bulk_upload/tin/", data=form, headers=client.headers
        ) as answer:
            job = await answer.json()
            assert answer.status in (200, 201), job
        assert (await standing(api))["counts"]["delivered"] == 1
        _, shown = await client.ask("GET", f"/api/v1/bulk_upload/tin/{job['data']['id']}")
        async with api.session.get(shown["data"]["result_file_url"]) as answer:
            assert answer.status == 200
            assert len((await answer.text()).splitlines()) == 1_001


async def test_wrong_expired_and_too_many_tokens() -> None:
    async with playing() as (api, client):
        client.headers["Authorization"] = "Bearer nonsense"
        asked = {"name": "A", "tin": "900000003"}
        status, told = await client.ask("POST", "/api/v1/submissions/", asked)
        assert (status, "detail" in told) == (401, True)
        scenario = {"version": 1, "name": "strict", "provider": "compliancely", "speed": "manual"}
        run = await api.run({"scenario": {**scenario, "api": {"rate_limit": True}}})
        client.headers.clear()
        await client.log_in()
        assert (await client.ask("POST", "/api/v1/submissions/", asked))[0] in (200, 201)
        await api.post(f"/api/v1/runs/{run['id']}/clock", {"advance": "61m"})
        assert (await client.ask("POST", "/api/v1/submissions/", asked))[0] == 401
        login = {"username": "demo", "password": "pass-word-1"}
        client.headers.clear()
        statuses = [(await client.ask("POST", "/api/v2/token/", login))[0] for _ in range(11)]
        assert statuses == [200] * 10 + [429]


async def test_two_runs_with_the_same_tins_do_not_meet() -> None:
    async with hooked() as endpoint, playing() as (api, _):
        for code in (3, 6):
            api_settings = {"results": {"900000001": code}}
            scenario = {"version": 1, "name": f"run-{code}", "provider": "compliancely", "api": api_settings}
            run = await api.run({"scenario": scenario})
            client = Client(f"{api.url}/runs/{run['id']}/compliancely", api.session)
            await client.log_in()
            asked = {"name": "A", "tin": "900000001", "webhook_urls": [f"{endpoint.url}/{code}"]}
            await client.ask("POST", "/api/v1/submissions/", asked)
            await api.get(f"/api/v1/runs/{run['id']}?wait=30s")
    assert [(it.path, json.loads(it.body or b"")["irs_code"]) for it in endpoint.received] == [
        ("/3", 3),
        ("/6", 6),
    ]


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


async def test_a_path_that_it_does_not_have_is_not_found_in_its_own_form() -> None:
    async with playing() as (_, client):
        assert await client.ask("GET", "/api/v9/nothing") == (404, {"detail": "Not found."})


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
