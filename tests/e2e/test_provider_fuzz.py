"""Whatever an application sends below a provider's path, the provider answers it, and the connection stays good."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import string
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.journal import Limits
from emulator.record import Request, Response
from emulator.sender import MemorySender
from tests.helpers.guarded import Raw
from tests.helpers.serving import serving

EXAMPLES = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TOKEN = "known-token"
PATHS = [
    "/api/v1/auth-token",
    "/api/v2/token/",
    "/api/v2/token/refresh/",
    "/api/v2/token/validate/",
    "/api/v1/submissions/",
    "/api/v1/tin/match/",
    "/api/v1/tin/match/tin/match/",
    "/api/v1/sos_submissions/",
    "/api/v2/taxexempt/",
    "/api/v1/bulk_upload/tin/",
]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "x"]
FIELDS = [
    *("tin", "name", "state", "webhook_urls", "callback_url", "username", "password", "token", "refresh"),
    *("priority", "file", "address"),
]
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            *(
                "900000003",
                "Larkspur & Sons",
                "delaware",
                "http://127.0.0.1:9/",
                "",
                "\0",
                "1" * 5_000,
                "٣" * 9,
            ),
            *("http://[::1", "javascript:1", "\ud800", "http://127.0.0.1:9/{{ now }}", "${HOME}", "1e400"),
        ]
    ),
)
JSONS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(FIELDS) | TEXTS, inner, max_size=4)
    ),
    max_leaves=8,
)
FORMS = st.dictionaries(st.sampled_from(FIELDS), TEXTS, max_size=6)
FILES = st.one_of(
    st.binary(max_size=80),
    st.lists(st.tuples(TEXTS, TEXTS), max_size=4).map(
        lambda rows: "\n".join(map(",".join, [("tin", "name"), *rows])).encode(errors="replace")
    ),
    st.sampled_from(
        [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"tin,name\n\x00,\xff"]
    ),
)
BOUNDARY = "b0undary"


def multipart(parts: list[tuple[str, str | None, bytes]]) -> bytes:
    data = b""
    for name, file, content in parts:
        named = f'name="{name}"' + ("" if file is None else f'; filename="{file}"')
        head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {named}\r\n\r\n"
        data += head.encode(errors="replace") + content + b"\r\n"
    return data + f"--{BOUNDARY}--\r\n".encode()


PARTS = st.lists(
    st.tuples(
        st.sampled_from(FIELDS),
        st.none() | st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a", "a.CSV", '"', "..\\..\\a.csv"]),
        FILES,
    ),
    max_size=4,
)
BODIES: st.SearchStrategy[tuple[str | None, bytes]] = st.one_of(
    JSONS.map(lambda value: ("application/json", json.dumps(value).encode())),
    st.dictionaries(st.sampled_from(FIELDS), JSONS, max_size=6).map(
        lambda value: ("application/json", json.dumps(value).encode())
    ),
    FORMS.map(
        lambda value: ("application/x-www-form-urlencoded", urlencode(value, errors="replace").encode())
    ),
    PARTS.map(lambda parts: (f"multipart/form-data; boundary={BOUNDARY}", multipart(parts))),
    st.tuples(
        st.sampled_from(
            [
                None,
                "application/json",
                "application/json; charset=utf-16",
                "application/json; charset=nonsense",
                "application/x-www-form-urlencoded; charset=utf-7",
                "multipart/form-data",
                f"multipart/form-data; boundary={BOUNDARY}",
                'multipart/form-data; boundary="',
                "multipart/form-data; boundary=\xff",
                "text/csv",
                "/",
                ";;;",
                "*/*",
            ]
        ),
        st.binary(max_size=200),
    ),
)
NAMES = st.sampled_from(
    [
        *("Accept", "Cookie", "Referer", "User-Agent", "X-Forwarded-For", "Accept-Language", "If-None-Match"),
        *("Content-Encoding", "Range", "X-HTTP-Method-Override", "Content-MD5", "Authorization"),
    ]
)
VALUES = st.one_of(
    st.text(string.printable.strip() + " éÿ", max_size=30).map(str.strip),
    st.sampled_from(
        ["gzip", "deflate", "br", "identity", "Token", "Bearer a.b.c", "Basic Og==", "Token a b", "*/*"]
    ),
)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=3)
CREDENTIALS = st.sampled_from([None, f"Token {TOKEN}", f"Token {TOKEN}", f"Token {TOKEN}"])
SUFFIXES = st.one_of(
    st.just(""),
    st.sampled_from(["1", "1/", "0", "-1", "9" * 30, "x/y", "..", "%00", "%", "%zz", "//"]),
    TEXTS,
)
QUERIES = st.lists(st.tuples(TEXTS, TEXTS), max_size=2)


@dataclass
class World:
    """A server, a run that knows a token, and one connection to it that is kept as long as it can be."""

    runner: asyncio.Runner
    port: int
    below: list[str]
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def ask(self, data: bytes, method: str = "GET") -> Raw:
        return self.runner.run(self._ask(data, method))

    async def _ask(self, data: bytes, method: str) -> Raw:
        if self.connection is None:
            self.connection = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.connection
        self.connection = None
        writer.write(data)
        async with asyncio.timeout(30):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            }
            size = 0 if method == "HEAD" else int(headers.get("content-length", "0"))
            body = await reader.readexactly(size)
        if headers.get("connection", "").lower() == "close" or first.startswith("HTTP/1.0"):
            writer.close()
        else:
            self.connection = reader, writer
        return Raw(int(first.split()[1]), headers, body)


@pytest.fixture
def world() -> Iterator[World]:
    def answered(_: Request) -> Response:
        return Response(status=200, headers=())

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        limits = Limits(attempts=500)
        api = runner.run(
            stack.enter_async_context(serving(environment={}, limits=limits, sender=MemorySender(answered)))
        )
        scenario = {"version": 1, "name": "fuzzed", "provider": "compliancely", "secret": None}
        run = runner.run(api.run({"scenario": {**scenario, "api": {"tokens": {TOKEN: "demo"}}}}))
        world = World(
            runner, int(api.url.rpartition(":")[2]), ["/compliancely", f"/runs/{run['id']}/compliancely"]
        )
        try:
            yield world
        finally:
            if world.connection is not None:
                world.connection[1].close()
            runner.run(stack.aclose())


def written(method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> bytes:
    lines = [
        f"{method} {target} HTTP/1.1",
        "Host: localhost",
        *(f"{name}: {value}" for name, value in headers),
    ]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body


def check(method: str, path: str, answer: Raw) -> None:
    assert answer.status < 500, answer.body
    kind = answer.headers.get("content-type", "")
    if method == "HEAD" or not answer.body:
        return
    if kind.startswith("text/csv"):
        list(csv.reader(io.StringIO(answer.body.decode())))
    else:
        assert kind == "application/json", (kind, answer.body)
        told = json.loads(answer.body)
        if answer.status >= 400 and not no_http(answer.status, told):
            assert in_its_own_form(path, answer.status, told), (answer.status, told)


def no_http(status: int, told: dict[str, Any]) -> bool:
    """What is no request at all reaches no provider."""
    return status == 400 and told.get("error", {}).get("code") == "malformed"


def in_its_own_form(path: str, status: int, told: dict[str, Any]) -> bool:
    """`detail`, texts by the field's name (of a list's items by their number), or what only exemptions have."""
    if "detail" in told:
        return told.keys() <= {"detail", "code"} and all(isinstance(text, str) for text in told.values())
    if path == "/api/v2/taxexempt/":
        assert {**told, "errors": []} == {"errors": [], "data": None, "success": False}
        return bool(told["errors"]) and all(set(each) == {"code", "message"} for each in told["errors"])
    return status == 400 and bool(told) and all(map(texts, told.values()))


def texts(told: object) -> bool:
    if isinstance(told, dict):
        return bool(told) and all(map(texts, told.values()))
    return isinstance(told, list) and bool(told) and all(isinstance(text, str) for text in told)


def test_every_call_is_answered_and_the_next_one_too(world: World):
    @EXAMPLES
    @given(
        st.sampled_from(world.below),
        st.sampled_from(METHODS) | st.just("POST"),
        st.sampled_from(PATHS),
        SUFFIXES,
        QUERIES,
        CREDENTIALS,
        HEADERS,
        BODIES,
    )
    def attack(
        below: str,
        method: str,
        path: str,
        suffix: str,
        query: list[tuple[str, str]],
        credentials: str | None,
        headers: list[tuple[str, str]],
        body: tuple[str | None, bytes],
    ) -> None:
        kind, data = body
        target = below + path + quote(suffix, safe="/%", errors="replace")
        if query:
            target += "?" + urlencode(query, errors="replace")
        own = [("Authorization", credentials)] if credentials else []
        typed = [("Content-Type", kind)] if kind is not None else []
        check(method, path, world.ask(written(method, target, [*own, *typed, *headers], data), method))
        assert world.ask(written("GET", "/livez", [], b"")).status == 200

    attack()


def test_any_fields_of_a_right_call_are_answered_in_the_providers_form(world: World):
    @EXAMPLES
    @given(st.sampled_from(PATHS), st.dictionaries(st.sampled_from(FIELDS), JSONS, max_size=6))
    def attack(path: str, fields: dict[str, object]) -> None:
        right = {"tin": "900000003", "name": "A", "state": "delaware", "username": "a", "password": "b"}
        data = json.dumps({**right, **fields}).encode()
        headers = [("Authorization", f"Token {TOKEN}"), ("Content-Type", "application/json")]
        answer = world.ask(written("POST", f"/compliancely{path}", headers, data))
        check("POST", path, answer)
        assert answer.status in (200, 201, 400, 401), answer.body

    attack()
    listed = world.ask(written("GET", "/api/v1/requests?limit=1000", [], b""))
    assert listed.status == 200
    assert TOKEN.encode() not in listed.body
