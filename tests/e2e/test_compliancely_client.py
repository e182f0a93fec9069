"""Compliancely as its customers meet it: ordinary clients that know nothing of an emulator but a base URL."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from openpyxl import Workbook

from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answer
from emulator.receiver.server import Receiver
from tests.helpers.customer import Compliancely, Refused
from tests.helpers.serving import Api, serving
from tests.receivers.tool import tool

T = TypeVar("T")

SECRET = "marker-secret-77b0"
ENVIRONMENT = {"WEBHOOK_EMULATOR_SECRET_COMPLIANCELY": SECRET}
LOGIN = ("demo", "pass-word-1")
NAME = "Larkspur Tool Hire"


@dataclass
class World:
    """A server, and the endpoint that the customer would have."""

    api: Api
    endpoint: Receiver

    @property
    def base(self) -> str:
        return f"{self.api.url}/compliancely"

    async def work(self, job: Callable[[Compliancely], T], base: str = "") -> T:
        """What a customer's program does, in a thread of its own, once it has logged in."""

        def logged_in(client: Compliancely) -> T:
            client.log_in(*LOGIN)
            return job(client)

        return await self.strange(logged_in, base)

    async def strange(self, job: Callable[[Compliancely], T], base: str = "") -> T:
        """The same of one that has not logged in."""

        def session() -> T:
            with Compliancely(base or self.base) as client:
                return job(client)

        return await asyncio.to_thread(session)

    async def begin(self, speed: str = "instant", **api: Any) -> str:
        """A run whose scenario says how the API is; its id."""
        scenario = {"version": 1, "name": "client", "provider": "compliancely", "api": api}
        run = await self.api.run({"scenario": scenario, "speed": speed})
        return str(run["id"])

    async def settled(self) -> dict[str, Any]:
        """The newest run, once all that was asked for has come."""
        newest = (await self.api.get("/api/v1/runs?order=desc&limit=1")).json["items"][0]["id"]
        run: dict[str, Any] = (await self.api.get(f"/api/v1/runs/{newest}?wait=30s")).json
        assert run["state"] == "settled"
        return run

    async def received(self) -> list[Any]:
        """The bodies that the endpoint got, each with a good signature."""
        await self.settled()
        bodies = []
        for each in self.endpoint.received:
            assert each.body is not None
            signed = hmac.new(SECRET.encode(), each.body, hashlib.sha256).hexdigest()
            assert dict(each.headers)["Compliancely-Signature"] == signed
            bodies.append(json.loads(each.body))
        return bodies


@asynccontextmanager
async def hooked(*answers: str) -> AsyncIterator[Receiver]:
    replies = Replies(tuple(map(parse_answer, answers or ("200",))))
    async with Receiver(find_profile("compliancely"), SECRET, replies) as receiver:
        yield receiver


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    async with hooked() as endpoint, serving(environment=ENVIRONMENT) as api:
        yield World(api, endpoint)


@pytest.mark.parametrize("digit", range(10))
async def test_from_the_token_to_the_webhook_and_the_result(digit: int) -> None:
    status = "TIN Matched" if digit in (0, 6, 7, 8, 9) else "Did Not Match"
    async with world() as here:
        url = f"{here.endpoint.url}/tin"
        pending = await here.work(lambda it: it.submit_tin(NAME, f"90000000{digit}", webhook_urls=[url]))
        assert (pending["irs_code"], pending["status"], pending["created_by"]) == (-1, "Pending", "demo")
        (told,) = await here.received()
        assert told == await here.work(lambda it: it.submission(pending["id"]))
        assert (told["id"], told["irs_code"], told["status"]) == (pending["id"], digit % 9, status)


async def test_a_match_in_review_is_asked_for_until_it_is_final() -> None:
    later = {"irs_code": 10, "then": {"irs_code": 7, "after": "3d"}}
    async with world() as here:
        run = await here.begin("manual", results={"900000001": later})
        url = here.endpoint.url
        asked = await here.work(lambda it: it.submit_tin(NAME, "900000001", webhook_urls=[url]))
        seen = [asked["irs_code"]]
        for advance in ("2s", "3d"):
            await here.api.post(f"/api/v1/runs/{run}/clock", {"advance": advance})
            seen.append((await here.work(lambda it: it.submission(asked["id"])))["irs_code"])
        assert seen == [-1, 10, 7]
        assert [body["irs_code"] for body in await here.received()] == [7]


async def test_a_match_that_stays_pending_sends_nothing() -> None:
    async with world() as here:
        urls = [here.endpoint.url]
        asked = await here.work(lambda it: it.submit_tin("Media Zenwork", "111232314", webhook_urls=urls))
        assert await here.received() == []
        shown = await here.work(lambda it: it.submission(asked["id"]))
        assert (shown["irs_code"], shown["status"], shown["irs_reason"]) == (-1, "Pending", "")


async def test_a_hybrid_match_that_ends_in_time_sends_nothing() -> None:
    async with world() as here:
        urls = [here.endpoint.url]
        done = await here.work(lambda it: it.match_tin(NAME, "900000003", webhook_urls=urls))
        assert (done["irs_code"], "message" in done) == (3, False)
        assert await here.received() == []
        assert await here.work(lambda it: it.submission(done["id"])) == done


async def test_a_hybrid_match_that_times_out_has_its_webhook() -> None:
    async with world() as here:
        await here.begin(results={"900000007": {"irs_code": 7, "after": "45s"}})
        urls = [here.endpoint.url]
        queued = await here.work(lambda it: it.match_tin(NAME, "900000007", webhook_urls=urls))
        assert (queued["irs_code"], "message" in queued) == (-1, True)
        (told,) = await here.received()
        assert (told["id"], told["irs_code"], "message" in told) == (queued["id"], 7, False)


async def test_a_search_and_an_exemption_end_at_their_urls() -> None:
    async with world() as here:
        url = here.endpoint.url
        search = await here.work(lambda it: it.search_state("Larkspur", "new york", callback_url=[url]))
        check = await here.work(lambda it: it.check_exemption(name="Larkspur Fund", webhook_urls=url))
        assert (search["status"], check["data"]["status"]) == ("Pending", "Pending")
        by_kind = {"standing" in str(body): body for body in await here.received()}
        found, exempt = by_kind[True], by_kind[False]
        assert found == await here.work(lambda it: it.state_search(search["id"]))
        assert exempt == await here.work(lambda it: it.exemption(check["data"]["id"]))
        assert (found["results"][0]["standing"], exempt["data"]["status"]) == ("Good", "Completed")


def sheet(rows: list[tuple[str, str]]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in [("tin", "name"), *rows]:
        page.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text(rows: list[tuple[str, str]]) -> bytes:
    return "".join(f"{tin},{name}\r\n" for tin, name in [("tin", "name"), *rows]).encode()


@pytest.mark.parametrize(("name", "made"), [("tins.csv", text), ("tins.xlsx", sheet)])
async def test_a_file_of_a_thousand_tins_becomes_a_file_of_results(name: str, made: Any) -> None:
    rows = [(f"90000{number:04}", f"Company {number}") for number in range(1_000)]
    content = made([*rows, ("12", "Too Short"), rows[0]])
    async with world() as here:
        fields = {"priority": "3", "webhook_urls": here.endpoint.url}
        job = (await here.work(lambda it: it.upload_tins(name, content, **fields)))["data"]
        assert (job["status"], job["priority"], job["original_file_name"]) == ("Pending", 3, name)
        (told,) = await here.received()
        assert told == await here.work(lambda it: it.upload(job["id"]))
        results = await here.work(lambda it: it.download(told["data"]["result_file_url"]))
        codes = [(line.split(",")[1], line.split(",")[3]) for line in results.splitlines()[1:]]
        assert codes == [(tin, str(int(tin) % 10 % 9)) for tin, _ in rows]
        errors = await here.work(lambda it: it.download(told["data"]["error_file_url"]))
        assert "Too Short" in errors
        assert len(told["data"]["duplicate_record_file_results"]) == 1


async def test_three_urls_of_which_one_fails_are_three_deliveries() -> None:
    async with world() as here, hooked("500") as bad:
        urls = [f"{here.endpoint.url}/a", f"{bad.url}/b", f"{here.endpoint.url}/c"]
        await here.work(lambda it: it.submit_tin(NAME, "900000003", webhook_urls=urls))
        run = await here.settled()
        deliveries = await here.api.items(f"/api/v1/runs/{run['id']}/deliveries")
        assert [(it["url"], it["state"], it["attempts"]) for it in deliveries] == [
            (urls[0], "delivered", 1),
            (urls[1], "exhausted", 3),
            (urls[2], "delivered", 1),
        ]
        requests = await here.api.items(f"/api/v1/requests?run={run['id']}&method=POST")
        assert {it["cause"] for it in deliveries} == {requests[-1]["id"]}


async def refused(here: World, job: Callable[[Compliancely], Any], base: str = "") -> tuple[int, Any]:
    with pytest.raises(Refused) as told:
        await here.strange(job, base)
    return told.value.status, told.value.told


def with_token(authorization: str) -> Callable[[Compliancely], Any]:
    def job(client: Compliancely) -> Any:
        client.use(authorization)
        return client.submission(1)

    return job


async def test_wrong_logins_and_wrong_tokens_are_refused() -> None:
    async with world() as here:
        await here.begin(accounts={"demo": "right-password"})
        assert (await refused(here, lambda it: it.log_in(*LOGIN)))[0] == 401
        assert await refused(here, lambda it: it.log_in_v1(*LOGIN)) == (
            400,
            {"non_field_errors": ["Unable to log in with provided credentials."]},
        )
        assert await refused(here, lambda it: it.submission(1)) == (
            401,
            {"detail": "Authentication credentials were not provided."},
        )
        for wrong in ("Bearer a.b.c", "Token nonsense"):
            assert await refused(here, with_token(wrong)) == (401, {"detail": "Invalid token."})


async def test_an_expired_token_is_refused_and_a_client_makes_a_new_one_for_a_day() -> None:
    async with world() as here:
        run = await here.begin("manual")
        with Compliancely(here.base) as client, Compliancely(here.base) as old:
            await asyncio.to_thread(client.log_in, *LOGIN)
            await asyncio.to_thread(old.log_in_v1, *LOGIN)
            first = client.authorization
            asked = await asyncio.to_thread(client.submit_tin, NAME, "900000003")
            await here.api.post(f"/api/v1/runs/{run}/clock", {"advance": "61m"})
            assert await refused(here, with_token(first)) == (401, {"detail": "Invalid token."})
            assert (await asyncio.to_thread(client.submission, asked["id"]))["irs_code"] == 3
            assert client.authorization != first
            await here.api.post(f"/api/v1/runs/{run}/clock", {"advance": "1d"})
            with pytest.raises(Refused) as told:
                await asyncio.to_thread(client.submission, asked["id"])
            assert (told.value.status, told.value.told["code"]) == (401, "token_not_valid")
            assert (await asyncio.to_thread(old.submission, asked["id"]))["irs_code"] == 3


async def test_the_eleventh_request_for_a_token_in_a_minute_is_refused() -> None:
    async with world() as here:
        run = await here.begin("manual", rate_limit=True)
        for _ in range(5):
            await here.strange(lambda it: it.log_in(*LOGIN))
            await here.strange(lambda it: it.log_in_v1(*LOGIN))
        status, told = await refused(here, lambda it: it.log_in(*LOGIN))
        assert (status, list(told)) == (429, ["detail"])
        await here.api.post(f"/api/v1/runs/{run}/clock", {"advance": "10m"})
        await here.strange(lambda it: it.log_in(*LOGIN))


async def test_two_parallel_runs_with_the_same_tins_do_not_meet() -> None:
    tins = [f"90000000{digit}" for digit in range(10)]

    async def customer(here: World, code: int) -> tuple[str, str]:
        run = await here.begin(results=dict.fromkeys(tins, code))
        base = f"{here.api.url}/runs/{run}/compliancely"
        url = f"{here.endpoint.url}/{code}"

        def job(client: Compliancely) -> tuple[str, list[int]]:
            asked = [client.submit_tin(NAME, tin, webhook_urls=[url])["id"] for tin in tins]
            return client.authorization, asked

        authorization, asked = await here.work(job, base)
        await here.api.get(f"/api/v1/runs/{run}?wait=30s")
        shown = await here.work(lambda it: [it.submission(number)["irs_code"] for number in asked], base)
        assert shown == [code] * 10
        return base, authorization

    async with world() as here:
        customers = await asyncio.gather(customer(here, 3), customer(here, 6))
        bases, authorizations = zip(*customers, strict=True)
        got = [(each.path, json.loads(each.body or b"")) for each in here.endpoint.received]
        assert sorted((path, body["tin"], body["irs_code"]) for path, body in got) == [
            (f"/{code}", tin, code) for code in (3, 6) for tin in tins
        ]
        for there in bases:
            told = [await refused(here, with_token(each), there) for each in authorizations]
            assert [status for status, _ in told].count(401) == 1


async def test_curl_sends_forms_and_gets_the_same() -> None:
    program = tool("curl", "curl")
    async with world() as here:

        async def curl(*words: str) -> Any:
            process = await asyncio.create_subprocess_exec(
                program, "-sS", "--fail-with-body", *words, stdout=asyncio.subprocess.PIPE
            )
            out, _ = await process.communicate()
            assert process.returncode == 0, out
            return json.loads(out)

        login = ("-d", "username=demo", "-d", "password=any")
        token = (await curl(f"{here.base}/api/v1/auth-token", *login))["token"]
        key = f"Authorization: Token {token}"
        fields = ("-d", "name=Larkspur", "-d", "tin=900000003", "-d", f"webhook_urls={here.endpoint.url}")
        pending = await curl(f"{here.base}/api/v1/submissions/", "-H", key, *fields)
        (told,) = await here.received()
        assert told == await curl(f"{here.base}/api/v1/submissions/{pending['id']}", "-H", key)
        assert (told["irs_code"], told["status"]) == (3, "Did Not Match")
