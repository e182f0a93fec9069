"""The guard over real sockets, attacked as a web page or a slow client would."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from typing import Any

import pytest

from emulator.server.connection import Limits
from tests.helpers.guarded import Guarded, Raw, answer, guarded

RUN = json.dumps({"scenario": "entuitive/refused-then-accepted", "target": "http://127.0.0.1:9/"}).encode()
POST = "POST /api/v1/runs HTTP/1.1"
GET = "GET /api/v1/info HTTP/1.1"
JSON = "Content-Type: application/json"
FORM = b"scenario=entuitive%2Fburst"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="scenario"\r\n\r\nentuitive/burst\r\n--x--\r\n'
TOKEN = "marker-token-5d2e"

PAGES: dict[str, tuple[list[str], bytes, int]] = {
    "a rebound name": (["Host: attacker.example", JSON], RUN, 403),
    "a rebound name on our port": (["Host: attacker.example:4622", JSON], RUN, 403),
    "a rebound name with its own origin": (
        ["Host: attacker.example", "Origin: http://attacker.example", JSON],
        RUN,
        403,
    ),
    "a form": (
        ["Host: HOST", "Origin: http://attacker.example", "Content-Type: application/x-www-form-urlencoded"],
        FORM,
        403,
    ),
    "a form without an origin": (
        ["Host: HOST", "Content-Type: application/x-www-form-urlencoded"],
        FORM,
        415,
    ),
    "a form with files": (
        ["Host: HOST", "Origin: http://attacker.example", "Content-Type: multipart/form-data; boundary=x"],
        MULTIPART,
        403,
    ),
    "a form with files without an origin": (
        ["Host: HOST", "Content-Type: multipart/form-data; boundary=x"],
        MULTIPART,
        415,
    ),
    "JSON as plain text": (
        ["Host: HOST", "Origin: http://attacker.example", "Content-Type: text/plain"],
        RUN,
        403,
    ),
    "JSON as plain text without an origin": (["Host: HOST", "Content-Type: text/plain"], RUN, 415),
    "JSON without a type": (["Host: HOST"], RUN, 415),
    "a sandboxed frame": (["Host: HOST", "Origin: null", JSON], RUN, 403),
    "a fetch without CORS": (
        [
            "Host: HOST",
            "Origin: http://attacker.example",
            "Sec-Fetch-Mode: no-cors",
            "Sec-Fetch-Site: cross-site",
        ],
        RUN,
        403,
    ),
    "another port of this machine": (["Host: HOST", "Origin: http://localhost:1", JSON], RUN, 403),
    "the same host by https": (["Host: HOST", "Origin: https://HOST", JSON], RUN, 403),
    "another name of this machine": (["Host: HOST", "Origin: http://127.0.0.1:4622", JSON], RUN, 403),
    "a script of another site": (["Host: HOST", "Sec-Fetch-Site: cross-site", JSON], RUN, 403),
    "two hosts": (["Host: HOST", "Host: attacker.example", JSON], RUN, 400),
    "no host": ([JSON], RUN, 400),
    "a compressed body": (["Host: HOST", JSON, "Content-Encoding: gzip"], gzip.compress(RUN), 415),
}


@pytest.mark.parametrize(("headers", "body", "status"), PAGES.values(), ids=PAGES)
async def test_what_a_page_sends_starts_nothing(headers: list[str], body: bytes, status: int) -> None:
    async with guarded() as server:
        refused = await server.ask(POST, *headers, body=body)
        assert (refused.told[0], server.emulator.running) == (status, 0)
        assert not [name for name in refused.headers if name.startswith("access-control")]
        runs = await server.ask("GET /api/v1/runs HTTP/1.1", "Host: HOST")
        assert json.loads(runs.body)["items"] == []


async def test_the_same_request_of_a_tool_starts_a_run() -> None:
    async with guarded() as server:
        assert (await server.ask(POST, "Host: HOST", JSON, body=RUN)).status == 201
        own = ["Host: HOST", "Origin: http://HOST", "Sec-Fetch-Site: same-origin", JSON]
        assert (await server.ask(POST, *own, body=RUN)).status == 201


async def test_a_preflight_is_refused_and_allows_nothing() -> None:
    async with guarded() as server:
        asked = ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type"]
        refused = await server.ask(
            "OPTIONS /api/v1/runs HTTP/1.1", "Host: HOST", "Origin: http://attacker.example", *asked
        )
        assert refused.told[0] == 403
        assert not [name for name in refused.headers if name.startswith("access-control")]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_no_image_or_script_of_another_site_reads_anything(site: str) -> None:
    async with guarded() as server:
        assert (await server.ask(GET, "Host: HOST", f"Sec-Fetch-Site: {site}")).told[0] == 403


async def test_an_absolute_request_target_does_not_get_round_the_host() -> None:
    async with guarded() as server:
        around = "GET http://attacker.example/api/v1/info HTTP/1.1"
        assert (await server.ask(around, "Host: HOST")).told[0] == 400
        assert (await server.ask(around, "Host: attacker.example")).told[0] == 403
        assert (await server.ask("GET http://HOST/api/v1/info HTTP/1.1", "Host: HOST")).status == 200


async def test_a_refused_name_is_let_in_where_the_user_says_so() -> None:
    async with guarded(allow_hosts=("ci.example.com",)) as server:
        assert (await server.ask(GET, "Host: CI.example.com:80")).status == 200
        status, message = (await server.ask(GET, "Host: cd.example.com")).told
        assert status == 403
        assert "--allow-host cd.example.com" in message


async def test_a_token_is_asked_for_everywhere_but_at_health_and_the_documentation() -> None:
    async with guarded(token=TOKEN) as server:
        for path in (
            "/api/v1/info",
            "/api/v1/nothing",
            "/",
            "/livez/",
            "//livez",
            "/livez%2f",
            "/metrics",
            "/docs/",
            "/favicon.ico",
            "/runs/run_1",
            "/runs/run_1/api/v1/info",
        ):
            refused = await server.ask(f"GET {path} HTTP/1.1", "Host: HOST")
            assert (refused.told[0], refused.headers["www-authenticate"]) == (401, "Bearer")
        for path in ("/livez", "/readyz", "/docs", "/openapi.json"):
            assert (await server.ask(f"GET {path} HTTP/1.1", "Host: HOST")).status == 200
        assert (await server.ask(GET, "Host: HOST", f"Authorization: Bearer {TOKEN}")).status == 200
        wrong = await server.ask(GET, "Host: HOST", f"Authorization: Bearer {TOKEN}x")
        assert wrong.told[0] == 401
        assert TOKEN.encode() not in wrong.body
        page = await server.ask(
            GET, "Host: HOST", f"Authorization: Bearer {TOKEN}", "Origin: http://attacker.example"
        )
        assert page.told[0] == 403


LOGIN = b"username=demo&password=x"
FORM_TYPE = "Content-Type: application/x-www-form-urlencoded"


async def test_a_providers_own_api_takes_its_own_credentials_and_no_page_reaches_it() -> None:
    async with guarded(token=TOKEN) as server:
        log_in = "POST /compliancely/api/v2/token/ HTTP/1.1"
        answered = await server.ask(log_in, "Host: HOST", FORM_TYPE, body=LOGIN)
        assert answered.status == 200
        own = f"Authorization: Bearer {json.loads(answered.body)['access']}"
        ask = "GET /compliancely/api/v1/submissions/1 HTTP/1.1"
        assert (await server.ask(ask, "Host: HOST", own)).status == 404
        wrong = await server.ask(ask, "Host: HOST", f"Authorization: Bearer {TOKEN}")
        assert (wrong.status, json.loads(wrong.body)) == (401, {"detail": "Invalid token."})
        bearer = f"Authorization: Bearer {TOKEN}"
        (run,) = json.loads((await server.ask("GET /api/v1/runs HTTP/1.1", "Host: HOST", bearer)).body)[
            "items"
        ]
        named = f"GET /runs/{run['id']}/compliancely/api/v1/submissions/1 HTTP/1.1"
        assert (await server.ask(named, "Host: HOST", own)).status == 404
        page = await server.ask(
            log_in, "Host: HOST", "Origin: http://attacker.example", FORM_TYPE, body=LOGIN
        )
        assert page.told[0] == 403
        rebound = await server.ask(log_in, "Host: attacker.example", FORM_TYPE, body=LOGIN)
        assert rebound.told[0] == 403
        shown = await server.ask(ask, "Host: HOST", own, "Sec-Fetch-Site: cross-site")
        assert shown.told[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/compliancely/../api/v1/info",
        "/compliancely/%2e%2e/api/v1/info",
        "/compliancely%2f..%2fapi/v1/info",
        "/compliancely/..%2fapi/v1/info",
        "/runs/x/compliancely/../../../api/v1/info",
        "/runs/..%2fapi%2fv1/compliancely",
        "/api/v1/info%3f/compliancely/x",
        "/api%2fv1/info",
    ],
)
async def test_no_way_through_a_providers_api_leads_to_the_emulators_own(path: str) -> None:
    async with guarded(token=TOKEN) as server:
        refused = await server.ask(f"GET {path} HTTP/1.1", "Host: HOST")
        assert refused.status in (401, 404, 409)
        assert b"settings" not in refused.body


HEADERS = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "server": "webhook-emulator",
}


def secured(answered: Raw) -> Raw:
    assert {name: answered.headers.get(name) for name in HEADERS} == HEADERS
    return answered


async def test_every_answer_tells_browsers_to_keep_their_hands_off() -> None:
    async with guarded(token=TOKEN) as server:
        bearer = f"Authorization: Bearer {TOKEN}"
        asked: dict[tuple[str, ...], int] = {
            ("GET /livez HTTP/1.1", "Host: HOST"): 200,
            (GET, "Host: HOST", bearer): 200,
            (GET, "Host: HOST"): 401,
            (GET, "Host: attacker.example"): 403,
            ("GET /nothing HTTP/1.1", "Host: HOST", bearer): 404,
            ("PUT /livez HTTP/1.1", "Host: HOST", bearer): 405,
            (GET, "Host: HOST", bearer, "Expect: miracles"): 417,
            ("nonsense",): 400,
        }
        for lines, status in asked.items():
            assert secured(await server.ask(*lines)).status == status
        assert json.loads(secured(await server.ask("nonsense")).body)["error"]["code"] == "malformed"


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 9_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: marker-token\x00\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["long header", "long line", "many headers", "blank", "control character", "TLS", "smuggled"],
)
async def test_what_is_no_http_is_refused_in_one_line_of_the_log(data: bytes) -> None:
    async with guarded() as server:
        assert (await server.send(data)).told[0] == 400
        start = ("journal", "open to this container")  # the latter where these tests run in one
        told = [json.loads(line) for line in server.lines if not any(word in line for word in start)]
        assert [(line["level"], line["event"]) for line in told] == [("warning", "bad request")]
        assert "marker" not in "".join(server.lines)


async def test_a_body_that_is_cut_off_or_wrongly_chunked_is_malformed() -> None:
    async with guarded() as server:
        head = f"{POST}\r\nHost: localhost\r\n{JSON}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        assert (await server.send(head + b"zz\r\n")).told[0] == 400


async def test_a_body_beyond_the_limit_is_too_large() -> None:
    async with guarded() as server:
        head = f"{POST}\r\nHost: localhost\r\n{JSON}\r\nContent-Length: {17 << 20}\r\n\r\n".encode()
        assert (await server.send(head + b" " * (17 << 20))).told[0] == 413


async def test_a_body_that_dribbles_is_given_up() -> None:
    async with guarded(Limits(body_s=0.2)) as server:
        head = f"{POST}\r\nHost: localhost\r\n{JSON}\r\nContent-Length: 100\r\n\r\n".encode()
        status, message = (await server.send(head + b"{")).told
        assert (status, message) == (400, "the body did not come within 0.2 s")


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: local"])
async def test_a_head_that_dribbles_is_cut(sent: bytes) -> None:
    async with guarded(Limits(idle_s=0.2)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(sent)
        async with asyncio.timeout(30):
            assert await reader.read() == b""
        writer.close()


async def test_a_connection_that_asks_no_more_is_closed() -> None:
    async with guarded(Limits(idle_s=0.2)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await answer(reader)).status == 200
        async with asyncio.timeout(30):
            assert await reader.read() == b""
        writer.close()


async def test_a_connection_too_many_is_told_so_and_the_next_one_finds_room() -> None:
    async with guarded(Limits(connections=2)) as server:
        kept = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(2)]
        for reader, writer in kept:
            writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert (await answer(reader)).status == 200
        refused = secured(await server.ask(GET, "Host: HOST"))
        assert refused.told == (503, "2 connections are open already, and that is the most; try again")
        kept[0][1].close()
        await kept[0][1].wait_closed()
        async with asyncio.timeout(30):
            while (await server.ask(GET, "Host: HOST")).status == 503:
                pass
        kept[1][1].close()


async def test_a_connection_too_many_that_asks_nothing_is_closed() -> None:
    async with guarded(Limits(connections=0)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        async with asyncio.timeout(30):
            assert await reader.read() == b""
        writer.close()


async def test_a_warning_tells_that_other_machines_may_ask() -> None:
    def warned(server: Guarded) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in server.lines]
        return [line for line in lines if line["event"] == "open to other machines"]

    async with guarded(host="0.0.0.0") as server:  # noqa: S104 - that is the point
        (line,) = warned(server)
        assert (line["level"], line["host"]) == ("warning", "0.0.0.0")  # noqa: S104 - the same
    async with guarded(host="0.0.0.0", token=TOKEN) as server:  # noqa: S104 - the same
        assert warned(server) == []
    async with guarded(host="localhost") as server:
        assert warned(server) == []


@pytest.mark.parametrize(
    ("container", "host", "times"),
    [
        (True, "localhost", 1),
        (True, "0.0.0.0", 0),  # noqa: S104 - that is the cure
        (False, "localhost", 0),
    ],
)
async def test_a_warning_tells_that_a_published_port_leads_nowhere(
    container: bool, host: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.server.serving.in_container", lambda: container)
    async with guarded(host=host, token=TOKEN) as server:
        lines = [json.loads(line) for line in server.lines]
    told = [line for line in lines if line["event"] == "open to this container only"]
    assert [line["host"] for line in told] == [host] * times


async def test_each_of_several_requests_on_one_connection_is_looked_at() -> None:
    async with guarded() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        own = f"{GET}\r\nHost: localhost\r\n\r\n".encode()
        writer.write(own + own.replace(b"localhost", b"attacker.example") + own)
        assert [(await answer(reader)).status for _ in range(3)] == [200, 403, 200]
        writer.close()


@pytest.mark.parametrize("protocol", ["websocket", "h2c"])
async def test_asking_for_another_protocol_gets_nobody_past_the_guard(protocol: str) -> None:
    upgrade = ["Connection: Upgrade", f"Upgrade: {protocol}"]
    async with guarded() as server:
        head = "\r\n".join(
            [POST, "Host: localhost", *upgrade, "Content-Type: text/plain", f"Content-Length: {len(RUN)}"]
        )
        refused = await server.send(f"{head}\r\n\r\n".encode() + RUN)
        assert 400 <= refused.told[0] < 500
        assert server.emulator.running == 0
        page = "\r\n".join([GET, "Host: localhost", *upgrade, "Origin: http://attacker.example", "", ""])
        assert (await server.send(page.encode())).told[0] == 403


async def test_whatever_bytes_come_the_answer_has_the_one_form_and_is_no_fault_of_ours() -> None:
    chance = random.Random(7)
    parts = [
        b"GET",
        b"POST",
        b" ",
        b"/",
        b"/api/v1/runs",
        b"/livez",
        b"%ff",
        b"http://x/",
        b"HTTP/1.1",
        b"\r\n",
        b":",
    ]
    parts += [
        b"Host: localhost\r\n",
        b"Origin: null\r\n",
        b"Content-Length: 3\r\n",
        b"Expect: x\r\n",
        b"\xff\xfe",
    ]
    async with guarded() as server:
        for _ in range(300):
            head = b"".join(chance.choices(parts, k=chance.randint(1, 6)))
            data = chance.choice([b"", b"GET /api/v1/runs HTTP/1.1\r\n", b"POST /livez HTTP/1.1\r\n"]) + head
            answered = secured(await server.send(data + b"\r\n\r\nabc\r\n\r\n"))
            if answered.status != 200:
                assert 400 <= answered.told[0] < 500
        assert not [line for line in server.lines if '"error"' in line and "internal" in line]
