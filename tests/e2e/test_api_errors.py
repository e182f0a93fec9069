"""The one form of errors: what cannot be read, what is not there, what is not allowed, and our own mistakes."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from emulator.server.errors import CODES
from tests.helpers.serving import Api, serving

CHUNKED = (
    b"POST /api/v1/reset HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
NESTED = b'{"scenario": ' + b"[" * 200 + b"]" * 200 + b"}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "expected JSON: Expecting property name enclosed in double quotes, at line 1, column 2"),
        (b'{"a": 1,\n  b}', "expected JSON: Expecting property name enclosed in double quotes, at line 2, column 3"),
        (b"\xff{}", "expected JSON in UTF-8, found byte 0xff at position 0"),
        (b'{"a": "\xc3"}', "expected JSON in UTF-8, found byte 0xc3 at position 7"),
        (b'{"seed": 1, "seed": 2}', "expected JSON: the key 'seed' is repeated"),
        (b'{"scenario": {"a": {"b": 1, "b": 2}}}', "expected JSON: the key 'b' is repeated"),
        (b'{"seed": NaN}', "expected JSON: NaN is no JSON number"),
        (b'{"seed": -Infinity}', "expected JSON: -Infinity is no JSON number"),
        (b'{"seed": 1e999}', "a number that JSON cannot hold"),
        (b'{"seed": ' + b"1" * 5_000 + b"}", "expected JSON: a number of more than 1000 digits"),
        (b'{"scenario": "\\ud800"}', "a text that JSON cannot hold: half of a surrogate pair"),
        (NESTED, "nested deeper than 100 levels"),
        (b"[" * 100_000, "expected JSON: nested too deep"),
        (b"{} {}", "expected JSON: Extra data, at line 1, column 4"),
    ],
)  # fmt: skip
async def test_a_body_that_is_no_json_is_malformed(data: bytes, message: str):
    async with serving() as api:
        for path in ("/api/v1/runs", "/api/v1/events", "/api/v1/reset", "/api/v1/runs/run_x/clock"):
            answer = await api.post(path, data)
            assert (answer.status, answer.error) == (
                400,
                {"code": "malformed", "message": message, "details": answer.error["details"]},
            )


@pytest.mark.parametrize("data", [b"[]", b"null", b"5", b'"text"'])
async def test_a_body_that_is_no_mapping_is_wrong_content(data: bytes):
    async with serving() as api:
        for path in ("/api/v1/runs", "/api/v1/events", "/api/v1/reset", "/api/v1/runs/run_x/clock"):
            answer = await api.post(path, data)
            assert answer.status == 422
            assert answer.error["message"].startswith("expected a mapping")


async def test_a_body_of_16_mib_is_read_and_a_larger_one_is_too_large():
    async with serving() as api:
        fits = b'{"body": "' + b"x" * ((16 << 20) - 12) + b'"}'
        answer = await api.post("/api/v1/events", fits)
        assert answer.told == (422, "the key 'provider' is missing: a provider such as entuitive")
        answer = await api.post("/api/v1/events", fits + b" ")
        assert answer.told == (413, "expected a body of at most 16 MiB")
        assert answer.error["code"] == "too_large"


async def test_a_large_body_holds_up_nobody_else():
    many = {"provider": "entuitive", "data": {f"k{n}": [n] * 20 for n in range(20_000)}}
    async with serving() as api:
        large = asyncio.create_task(api.post("/api/v1/events", {**many, "tpye": 1}))
        while not large.done():
            async with asyncio.timeout(3):
                assert (await api.get("/livez")).status == 200
        assert (await large).status == 422


BELOW = "the API is below /api/v1/, as /api/v1/info and /api/v1/runs, and /docs describes it"


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/", f"; {BELOW}"),
        ("/api", f"; {BELOW}"),
        ("/api/v1", f"; {BELOW}"),
        ("/api/v1/", f"; {BELOW}"),
        ("/api/v1/run", "; did you mean /api/v1/runs?"),
        ("/livez/", "; did you mean /livez?"),
        ("/api/v1/runs/", "; did you mean /api/v1/runs?"),
        ("/runs/run_x", "; did you mean /api/v1/runs/run_x?"),
        ("/api/v2/runs", "; did you mean /api/v1/runs?"),
        ("/api/v1/delivery/dlv_x/redeliver", "; did you mean /api/v1/deliveries/dlv_x/redeliver?"),
        ("/api/v1/runs/a/clocks", "; did you mean /api/v1/runs/a/clock?"),
        ("/api/v1/scenarios/", "; did you mean /api/v1/scenarios?"),
        ("/favicon.ico", ""),
    ],
)
async def test_an_unknown_path_is_told_with_the_nearest(path: str, hint: str):
    async with serving() as api:
        answer = await api.get(path)
        assert answer.told == (404, f"there is nothing at {path}{hint}")
        assert answer.error["code"] == "not_found"


async def test_yaml_in_the_place_of_json_is_told_how_it_goes():
    hint = '; a scenario in YAML goes as a text into JSON: {"scenario": {"yaml": "…"}}'
    text = b"# comment\nversion: 1\nprovider: entuitive\nevents: []\n"
    async with serving() as api:
        answer = await api.post("/api/v1/runs", text)
        assert answer.told == (400, f"expected JSON: Expecting value, at line 1, column 1{hint}")
        answer = await api.call("POST", "/api/v1/runs", text, headers={"Content-Type": "application/yaml"})
        assert answer.told == (
            415,
            f"expected a body of the type application/json, found application/yaml{hint}",
        )


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/livez", "GET, HEAD"),
        ("PUT", "/api/v1/runs", "GET, HEAD, POST"),
        ("POST", "/api/v1/runs/x", "DELETE, GET, HEAD"),
        ("GET", "/api/v1/runs/x/cancel", "POST"),
        ("OPTIONS", "/api/v1/events", "POST"),
        ("TRACE", "/api/v1/attempts", "GET, HEAD"),
        ("GET", "/api/v1/attempts/count", "POST"),
        ("GET", "/api/v1/requests/find?limit=1", "POST"),
    ],
)
async def test_another_method_is_told_with_those_that_are_allowed(method: str, path: str, allow: str):
    async with serving() as api:
        answer = await api.call(method, path)
        assert answer.status == 405
        assert answer.headers["Allow"] == allow
        assert answer.error["code"] == "method_not_allowed"
        assert allow in answer.error["message"]


@pytest.mark.parametrize("query", ["x=%ff", "%ff=x", "limit=%80"])
async def test_a_query_that_is_no_utf8_is_malformed(query: str):
    async with serving() as api:
        answer = await api.get(f"/api/v1/attempts?{query}")
        assert answer.told == (400, "the query is no UTF-8")


async def test_a_query_of_very_many_parameters_is_malformed():
    async with serving() as api:
        answer = await api.get("/api/v1/runs?" + "&".join(f"label.k{n}=" for n in range(201)))
        assert answer.told == (400, "the query has more than 200 parameters")


async def test_a_path_without_parameters_says_that_it_takes_none():
    async with serving() as api:
        answer = await api.get("/api/v1/info?verbose=1")
        assert answer.told == (422, "verbose: unknown parameter; this path takes none")


async def raw(api: Api, data: bytes) -> tuple[int, dict[str, Any]]:
    """What the server makes of these very bytes."""
    port = int(api.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        body = await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()
    error: dict[str, Any] = json.loads(body)["error"]
    return int(head.split()[1]), error


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nbad header\r\n\r\n",
        b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        CHUNKED + b"zz\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_told_in_the_same_form(data: bytes):
    async with serving() as api:
        status, error = await raw(api, data)
        assert (status, set(error)) == (400, {"code", "message", "details"})


@pytest.mark.parametrize(
    "path",
    [b"/%ff", b"/%00", b"/\xc3\xa4", b"/api/v1/runs/%ff%fe", b"/api/v1/runs/%00", b"/api/v1/attempts/%0a%0d",
     b"/api/v1/scenarios/%2e%2e%2f%2e%2e%2fetc%2fpasswd", b"/api/v1/scenarios/../../x",
     b"/api/v1/runs/" + b"x" * 8_000],
)  # fmt: skip
async def test_a_nasty_path_is_not_found(path: bytes):
    async with serving() as api:
        status, error = await raw(api, b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert (status, error["code"]) in ((404, "not_found"), (400, "malformed"))


async def test_our_own_mistake_is_told_without_its_trace_and_logged_with_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    async def broken() -> None:
        raise ZeroDivisionError("inner detail")

    async with serving() as api:
        monkeypatch.setattr(api.emulator.journal, "check", broken)
        with caplog.at_level(logging.ERROR, "emulator.server"):
            answer = await api.get("/readyz")
        assert answer.told == (500, "a mistake of ours; the server's log has more")
        assert answer.error["code"] == "internal"
        assert b"inner" not in answer.body
        (logged,) = caplog.records
        assert logged.exc_info is not None
        assert logged.exc_info[0] is ZeroDivisionError
        assert vars(logged)["fields"] == {"method": "GET", "path": "/readyz"}


def test_every_status_has_a_code_of_its_own():
    assert len(set(CODES.values())) == len(CODES)
