"""An application's own client for Compliancely, written from its pages: it knows nothing of an emulator but a URL."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from openpyxl import Workbook

from emulator.provider.registry import find_profile
from emulator.receiver import Replies
from emulator.receiver.server import Receiver
from tests.helpers.serving import Api, serving

SECRET = "marker-secret-77b0"


class Refused(Exception):
    """The provider has said no."""

    def __init__(self, status: int, told: Any) -> None:
        super().__init__(f"{status}: {told}")
        self.status = status
        self.told = told


@dataclass
class Client:
    """A synchronous client: it logs in when it has to, keeps its token, and makes a new one of the refresh token."""

    base: str
    user: str
    password: str
    access: str = ""
    refresh: str = ""

    def log_in(self) -> None:
        login = {"username": self.user, "password": self.password}
        pair = self._call("POST", "/api/v2/token/", json.dumps(login).encode(), "application/json")
        self.access, self.refresh = pair["access"], pair["refresh"]

    def log_in_again(self) -> None:
        body = json.dumps({"refresh": self.refresh}).encode()
        self.access = self._call("POST", "/api/v2/token/refresh/", body, "application/json")["access"]

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def post(self, path: str, **fields: Any) -> Any:
        return self._call("POST", path, json.dumps(fields).encode(), "application/json")

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> Any:
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        parts += [f"{head}Content-Type: application/octet-stream\r\n\r\n".encode(), content, b"\r\n"]
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        return self._call("POST", path, body, f"multipart/form-data; boundary={boundary}")

    def fetch(self, url: str) -> str:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - of the test's own server
            text: str = answer.read().decode()
            return text

    def _call(self, method: str, path: str, body: bytes | None = None, kind: str | None = None) -> Any:
        request = urllib.request.Request(self.base + path, body, method=method)  # noqa: S310 - the same
        if self.access:
            request.add_header("Authorization", f"Bearer {self.access}")
        if kind:
            request.add_header("Content-Type", kind)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, json.load(error)) from None


@dataclass
class World:
    """A server, its run, and the endpoint that the application would have."""

    api: Api
    run: dict[str, Any]
    endpoint: Receiver

    def client(self, **changes: str) -> Client:
        return Client(
            **{"base": f"{self.api.url}/compliancely", "user": "demo", "password": "pass", **changes}
        )

    async def received(self) -> list[Any]:
        """What the endpoint got, with good signatures, once all of it has come."""
        settled = (await self.api.get(f"/api/v1/runs/{self.run['id']}?wait=30s")).json
        assert settled["state"] == "settled"
        assert all(each.check is not None and each.check.valid for each in self.endpoint.received)
        return [json.loads(each.body or b"") for each in self.endpoint.received]


@asynccontextmanager
async def world(**api: Any) -> AsyncIterator[World]:
    scenario = {"version": 1, "name": "client", "provider": "compliancely", "secret": SECRET, "api": api}
    async with (
        Receiver(find_profile("compliancely"), SECRET, Replies(())) as endpoint,
        serving(environment={}) as server,
    ):
        yield World(server, await server.run({"scenario": scenario}), endpoint)


async def test_token_match_webhook_and_get() -> None:
    async with world() as here:
        client = here.client()

        def work() -> Any:
            client.log_in()
            urls = [here.endpoint.url]
            return client.post(
                "/api/v1/submissions/", name="Larkspur Tool Hire", tin="900000006", webhook_urls=urls
            )

        pending = await asyncio.to_thread(work)
        assert (pending["irs_code"], pending["status"], pending["created_by"]) == (-1, "Pending", "demo")
        (told,) = await here.received()
        assert told == await asyncio.to_thread(client.get, f"/api/v1/submissions/{pending['id']}")
        assert (told["id"], told["irs_code"], told["status"]) == (pending["id"], 6, "TIN Matched")


async def test_wrong_logins_and_wrong_tokens_are_refused() -> None:
    async with world(accounts={"demo": "right-password"}) as here:
        with pytest.raises(Refused) as told:
            await asyncio.to_thread(here.client(password="wrong").log_in)
        assert told.value.status == 401
        with pytest.raises(Refused) as told:
            await asyncio.to_thread(here.client().get, "/api/v1/submissions/1")
        assert told.value.told == {"detail": "Authentication credentials were not provided."}
        with pytest.raises(Refused) as told:
            await asyncio.to_thread(here.client(access="a.b.c").get, "/api/v1/submissions/1")
        assert (told.value.status, told.value.told) == (401, {"detail": "Invalid token."})


async def test_a_refresh_token_makes_new_access_tokens() -> None:
    async with world() as here:
        client = here.client()
        await asyncio.to_thread(client.log_in)
        first = client.access
        await asyncio.to_thread(client.log_in_again)
        assert client.access != first
        with pytest.raises(Refused) as told:
            await asyncio.to_thread(client.get, "/api/v1/submissions/1")
        assert told.value.status == 404


async def test_a_search_and_an_exemption_end_at_their_urls() -> None:
    async with world() as here:
        client = here.client()

        def work() -> tuple[Any, Any]:
            client.log_in()
            search = client.post(
                "/api/v1/sos_submissions/",
                name="Larkspur",
                state="new york",
                callback_url=[here.endpoint.url],
            )
            check = client.post("/api/v2/taxexempt/", name="Larkspur Fund", webhook_urls=here.endpoint.url)
            return search, check

        search, check = await asyncio.to_thread(work)
        assert (search["status"], check["data"]["status"]) == ("Pending", "Pending")
        found, exempt = await here.received()
        assert found == await asyncio.to_thread(client.get, f"/api/v1/sos_submissions/{search['id']}")
        assert exempt == await asyncio.to_thread(client.get, f"/api/v2/taxexempt/{check['data']['id']}")
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
async def test_a_file_of_tins_becomes_a_file_of_results(name: str, made: Any) -> None:
    rows = [(f"90000000{digit}", f"Company {digit}") for digit in range(10)]
    wrong = [("12", "Too Short")]
    async with world() as here:
        client = here.client()

        def work() -> Any:
            client.log_in()
            content = made([*rows, *wrong, rows[0]])
            return client.upload(
                "/api/v1/bulk_upload/tin/", name, content, priority="3", webhook_urls=here.endpoint.url
            )

        job = (await asyncio.to_thread(work))["data"]
        assert (job["status"], job["priority"], job["original_file_name"]) == ("Pending", 3, name)
        (told,) = await here.received()
        assert told == await asyncio.to_thread(client.get, f"/api/v1/bulk_upload/tin/{job['id']}")
        results = await asyncio.to_thread(client.fetch, told["data"]["result_file_url"])
        codes = {line.split(",")[1]: line.split(",")[3] for line in results.splitlines()[1:]}
        assert codes == {f"90000000{digit}": str(digit % 9) for digit in range(10)}
        errors = await asyncio.to_thread(client.fetch, told["data"]["error_file_url"])
        assert "Too Short" in errors
        assert len(told["data"]["duplicate_record_file_results"]) == 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="it needs curl")
async def test_curl_sends_forms_and_gets_the_same() -> None:
    async with world() as here:
        base = f"{here.api.url}/compliancely"

        async def curl(*words: str) -> Any:
            process = await asyncio.create_subprocess_exec(
                "curl", "-sS", "--fail-with-body", *words, stdout=asyncio.subprocess.PIPE
            )
            out, _ = await process.communicate()
            assert process.returncode == 0, out
            return json.loads(out)

        token = (await curl(f"{base}/api/v1/auth-token", "-d", "username=demo", "-d", "password=any"))[
            "token"
        ]
        key = f"Authorization: Token {token}"
        fields = ("-d", "name=Larkspur", "-d", "tin=900000003", "-d", f"webhook_urls={here.endpoint.url}")
        pending = await curl(f"{base}/api/v1/submissions/", "-H", key, *fields)
        (told,) = await here.received()
        assert told == await curl(f"{base}/api/v1/submissions/{pending['id']}", "-H", key)
        assert (told["irs_code"], told["status"]) == (3, "Did Not Match")
