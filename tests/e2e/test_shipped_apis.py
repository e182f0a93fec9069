"""Every shipped scenario of a provider's API does what its header says, called as an application would call it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from emulator.provider.registry import find_profile
from emulator.receiver import Replies
from emulator.receiver.server import Receiver
from emulator.scenario.load import load_scenario
from emulator.shipped import shipped
from tests.helpers.serving import Answer, Api, serving

SERVED = {name: path for name, path in shipped().items() if name.partition("/")[2].startswith("api-")}
SECRET = "demo-secret"
LOGIN = {"username": "demo", "password": "demo-password"}


@dataclass
class Played:
    """A run of a shipped scenario, an endpoint for its webhooks, and calls to its provider."""

    api: Api
    run: dict[str, Any]
    endpoint: Receiver
    below: str
    authorization: str = ""

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {"Authorization": self.authorization} if self.authorization else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        return await self.api.call(method, self.below + path, body, headers=headers)

    async def log_in(self) -> None:
        answer = await self.ask("POST", "/api/v2/token/", LOGIN)
        assert answer.status == 200, answer.body
        self.authorization = f"Bearer {answer.json['access']}"

    async def match(self, tin: str, path: str = "/api/v1/submissions/") -> Answer:
        asked = {"name": "Larkspur Tool Hire", "tin": tin, "webhook_urls": [self.endpoint.url]}
        return await self.ask("POST", path, asked)

    async def settled(self) -> dict[str, Any]:
        run: dict[str, Any] = (await self.api.get(f"/api/v1/runs/{self.run['id']}?wait=30s")).json
        assert (run["state"], run["open"]) == ("settled", True)
        return run

    async def verdict(self) -> str:
        run = (await self.api.post(f"/api/v1/runs/{self.run['id']}/finish?wait=30s")).json
        verdict: str = run["verdict"]
        return verdict

    @property
    def bodies(self) -> list[Any]:
        assert all(it.check is not None and it.check.valid for it in self.endpoint.received)
        return [json.loads(it.body or b"") for it in self.endpoint.received]


@asynccontextmanager
async def served(name: str) -> AsyncIterator[Played]:
    provider = name.partition("/")[0]
    async with (
        Receiver(find_profile(provider), SECRET, Replies(())) as endpoint,
        serving(environment={"TARGET_URL": endpoint.url}) as api,
    ):
        run = await api.run({"scenario": name})
        yield Played(api, run, endpoint, f"/{provider}")


async def test_there_is_a_result_of_every_code() -> None:
    async with served("compliancely/api-results") as it:
        await it.log_in()
        for digit in range(10):
            assert (await it.match(f"90000001{digit}")).json["status"] == "Pending"
        await it.settled()
        assert sorted(body["irs_code"] for body in it.bodies) == list(range(9))
        assert await it.verdict() == "passed"


async def test_a_match_in_review_is_told_of_and_then_its_result() -> None:
    async with served("compliancely/api-in-review") as it:
        await it.log_in()
        asked = (await it.match("900000003")).json
        await it.settled()
        assert [(body["id"], body["irs_code"]) for body in it.bodies] == [(asked["id"], 10), (asked["id"], 0)]
        assert await it.verdict() == "passed"


async def test_a_slow_irs_makes_hybrid_calls_end_without_a_result() -> None:
    async with served("compliancely/api-slow") as it:
        await it.log_in()
        queued = (await it.match("900000006", "/api/v1/tin/match/")).json
        assert (queued["irs_code"], "message" in queued) == (-1, True)
        await it.settled()
        assert [(body["id"], body["irs_code"]) for body in it.bodies] == [(queued["id"], 6)]
        assert await it.verdict() == "passed"


async def test_there_is_one_account_one_token_and_credit_for_two_checks() -> None:
    async with served("compliancely/api-one-account") as it:
        assert (await it.ask("POST", "/api/v2/token/", {**LOGIN, "password": "other"})).status == 401
        it.authorization = "Token other-token"
        assert (await it.match("900000006")).status == 401
        it.authorization = "Token demo-token"
        assert (await it.match("900000006")).json["created_by"] == "demo"
        it.authorization = ""
        await it.log_in()
        assert [(await it.match("900000006")).status for _ in range(2)] == [201, 403]


async def test_the_eleventh_request_for_a_token_is_refused() -> None:
    async with served("compliancely/api-rate-limit") as it:
        statuses = [(await it.ask("POST", "/api/v1/auth-token", LOGIN)).status for _ in range(11)]
        assert statuses == [200] * 10 + [429]
        refused = await it.ask("POST", "/api/v2/token/", LOGIN)
        assert (refused.status, refused.headers["Retry-After"]) == (429, "600")


async def test_one_call_fails_and_all_others_are_built_in() -> None:
    async with served("compliancely/api-out-of-order") as it:
        await it.log_in()
        failed = await it.match("900000005")
        assert (failed.status, failed.headers["Retry-After"]) == (503, "60")
        assert (await it.match("900000006")).status == 201
        await it.settled()
        assert [body["tin"] for body in it.bodies] == ["900000006"]
        assert await it.verdict() == "passed"


async def test_a_user_is_created_told_of_and_shown() -> None:
    ines = {"email": "ines.okafor@example.test"}
    async with served("entuitive/api-users") as it:
        assert (await it.ask("POST", "/v1/users", ines)).status == 401
        assert (await it.ask("GET", "/v1/users/1")).status == 401
        it.authorization = "Bearer a-key"
        assert (await it.ask("POST", "/v1/users", {"fname": "Ines"})).json == {
            "errors": {"email": ["The email field is required."]}
        }
        created = await it.ask("POST", "/v1/users", ines)
        assert (created.status, created.json) == (201, {"id": 1, **ines, "status": "active"})
        await it.settled()
        (body,) = it.bodies
        assert (body["event_type"], body["data"]["email"]) == ("user.created", ines["email"])
        assert (await it.ask("GET", "/v1/users/1")).json == created.json
        assert await it.verdict() == "passed"


async def test_the_answer_is_lost_and_the_webhook_comes() -> None:
    async with served("entuitive/api-dropped-connection") as it:
        with pytest.raises(aiohttp.ClientError):
            await it.ask("POST", "/v1/users", {"email": "ines.okafor@example.test"})
        await it.settled()
        assert [body["data"]["email"] for body in it.bodies] == ["ines.okafor@example.test"]
        (request,) = await it.api.items("/api/v1/requests")
        assert request["response"] is None
        assert await it.verdict() == "passed"


@pytest.mark.parametrize("name", SERVED)
def test_its_header_says_what_it_shows_and_how_to_begin_it(name: str) -> None:
    told = SERVED[name].read_text(encoding="utf-8").partition("\nversion:")[0]
    lines = told.splitlines()
    assert lines[:2] == ["# yaml-language-server: $schema=../scenario.schema.json", "#"]
    assert re.match(r"# .{20,}", lines[2])
    assert f'{{"scenario": "{name}"}}' in told
    assert re.search(r"^# Your (application|endpoint) must ", told, re.MULTILINE)
    assert max(map(len, lines)) <= 120
    scenario = load_scenario(SERVED[name], environment={})
    assert scenario.open
    assert (scenario.name, str(scenario.speed), scenario.warnings) == (name, "instant", ())
    assert scenario.description
