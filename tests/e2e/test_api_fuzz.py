"""Whatever parameters, bodies and paths come, each route answers in its own forms, and never with a mistake of ours."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from emulator.journal import Limits
from emulator.record import Request, Response
from emulator.sender import MemorySender
from emulator.server.errors import CODES
from emulator.server.route import JSON, Route
from emulator.server.routes import ROUTES
from tests.helpers.serving import SECRET, Answer, Api, body, serving

EXAMPLES = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "0", "-1", "1", "1000", "10ms", "asc", "desc", "1e9", "9" * 30, "null", "event", "a" * 300,
                     "2026-01-05T09:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "attempts-1",
                     "attempts-fffffffffffffff", "manual", "instant", "user.created", "entuitive", "\0", "\x1b[2J",
                     "{{ now }}", "${HOME}", "../../etc/passwd", "run_x", "att_x_1_1", "dlv__", "'; DROP TABLE runs"]),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS.filter(lambda text: "manual" not in text),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
BODIES = {
    "scenario", "target", "secret", "speed", "seed", "start", "variables", "labels", "provider", "type", "data",
    "payload", "body", "headers", "advance", "to", "run", "yaml", "files", "version", "events",
    "url", "types", "active", "description", "rotate", "match", "count", "never", "all", "in_order", "of",
}  # fmt: skip
PATTERNS = st.one_of(
    VALUES,
    st.sampled_from(
        [{"matches": "(a|aa)+$"}, {"matches": "("}, {"contains": "e"}, {"matches": "e"}, {"contains": 1}]
    ),
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "headers": st.dictionaries(TEXTS, PATTERNS, max_size=2),
        "body": PATTERNS,
        "json": st.dictionaries(
            st.one_of(
                TEXTS,
                st.sampled_from(
                    ["$", "$..*", "$.a", "$[?@.a]", "$[0]", "$..a..b..c", "$[?search(@,'(a|aa)+$')]"]
                ),
            ),
            PATTERNS,
            max_size=2,
        ),
    },
)
FILTERS = ["run", "delivery", "event", "event_name", "type", "url", "since", "method", "path", "route"]
MATCHES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FILTERS, TEXTS),
        "status": st.one_of(st.integers(100, 999), VALUES),
        "number": st.integers(),
        "labels": st.dictionaries(TEXTS, TEXTS, max_size=2),
        "request": MESSAGES,
        "response": MESSAGES,
    },
)
QUESTIONS = st.fixed_dictionaries(
    {"match": MATCHES},
    optional={
        "count": st.one_of(
            st.integers(-1, 3), st.dictionaries(st.sampled_from(["min", "max"]), st.integers(0, 3)), VALUES
        ),
        "never": st.booleans(),
        "of": st.sampled_from(["attempts", "requests", "notifications", "x"]),
    },
)
SEVERAL = st.fixed_dictionaries({"all": st.lists(QUESTIONS, max_size=3), "in_order": st.booleans()})


def answered(_: Request) -> Response:
    return Response(status=200, headers=())


@pytest.fixture
def world() -> Iterator[tuple[asyncio.Runner, Api, dict[str, str]]]:
    """A server with something in it, on a loop that turns while it is asked; ids by the name of their routes' part."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        api = runner.run(
            stack.enter_async_context(serving(limits=Limits(attempts=500), sender=MemorySender(answered)))
        )
        try:
            yield runner, api, runner.run(known(api))
        finally:
            runner.run(stack.aclose())


async def known(api: Api) -> dict[str, str]:
    run = await api.run(body("http://127.0.0.1:9/"))
    (attempt,) = await api.items("/api/v1/attempts")
    given = {"provider": "entuitive", "url": "http://127.0.0.1:9/", "secret": "shown", "active": False}
    endpoint = (await api.post("/api/v1/endpoints", given)).json
    return {
        "runs": run["id"],
        "deliveries": attempt["delivery"],
        "attempts": attempt["id"],
        "endpoints": endpoint["id"],
        "scenarios": "entuitive/slow",
        "requests": "req_x_1",
    }


def parts(route: Route) -> st.SearchStrategy[str]:
    """What may stand for the variable part of its path."""
    return st.one_of(TEXTS, st.just("KNOWN")) if "{" in route.path else st.just("")


def filled(route: Route, part: str, ids: dict[str, str]) -> str:
    kind = route.path.split("/")[3] if route.path.startswith("/api") else ""
    value = quote(ids[kind], safe="/") if part == "KNOWN" else quote(part, safe="", errors="replace")
    return re.sub(r"\{.+?\}", lambda _: value, route.path)


def queries(route: Route) -> st.SearchStrategy[list[tuple[str, str]]]:
    names = [*route.parameters, *(["label.a", "label."] if route.labelled else []), "other"]
    wanted = [name for name in names if name != "wait"]
    pairs = st.lists(st.tuples(st.sampled_from(wanted), TEXTS), max_size=3)
    if "wait" not in names:
        return pairs
    return st.tuples(pairs, st.sampled_from(["0", "1ms", "x", "-1"])).map(
        lambda two: [*two[0], ("wait", two[1])]
    )


def bodies(route: Route) -> st.SearchStrategy[bytes | None]:
    if route.method != "POST":
        return st.none()
    keys = st.one_of(st.sampled_from(sorted(BODIES)), st.text(max_size=5))
    mapping = st.dictionaries(keys, VALUES, max_size=5)
    valid = mapping.map(lambda value: {**fitting(route), **value})
    others = [mapping, valid, VALUES]
    if route.body is not None and "match" in route.body.schema["properties"]:
        plain = MATCHES.map(lambda match: {"match": match})
        others = [plain, *([QUESTIONS, SEVERAL] if route.path.endswith("verify") else []), *others]
    return st.one_of(*(each.map(dumped) for each in others), st.binary(max_size=30))


def fitting(route: Route) -> dict[str, Any]:
    """The beginning of a body that fits, so that what is added to it gets further."""
    if route.path == "/api/v1/runs":
        return body("http://127.0.0.1:9/")
    if route.path == "/api/v1/events":
        return {"provider": "entuitive", "type": "user.created", "target": "http://127.0.0.1:9/"}
    return {"to": "end"} if route.path.endswith("clock") else {}


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def check(route: Route, answer: Answer) -> None:
    assert answer.status < 500, answer.body
    assert SECRET.encode() not in answer.body
    if answer.status >= 400:
        assert answer.error["code"] == CODES[answer.status]
        assert answer.error["message"]
        assert all(isinstance(line, str) for line in answer.error["details"])
        return
    assert answer.status in route.answers
    if answer.status == 204:
        return
    type = answer.headers["Content-Type"].partition(";")[0]
    assert type in route.gives.content
    if type == JSON:
        assert isinstance(answer.json, dict)


async def asked(api: Api, route: Route, path: str, data: bytes | None) -> Answer:
    """What a call is answered with; of a stream, which has no end, its head."""
    if "text/event-stream" not in route.gives.content:
        return await api.call(route.method, path, data)
    async with api.session.get(URL(api.url + path, encoded=True)) as response:
        return Answer(response.status, response.headers.copy(), b"" if response.ok else await response.read())


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_answers_in_its_forms(route: Route, world: tuple[asyncio.Runner, Api, dict[str, str]]):
    runner, api, ids = world

    @EXAMPLES
    @given(parts(route), queries(route), bodies(route))
    def attack(part: str, query: list[tuple[str, str]], data: bytes | None) -> None:
        path = filled(route, part, ids)
        pairs = "&".join(f"{quote(name)}={quote(value, errors='replace')}" for name, value in query)
        answer = runner.run(asked(api, route, f"{path}?{pairs}" if pairs else path, data))
        check(route, answer)

    attack()


@EXAMPLES
@given(st.binary(max_size=40), st.sampled_from([b"GET", b"POST", b"DELETE", b"HEAD", b"PATCH", b"x"]))
def test_no_raw_path_gets_more_than_an_error(path: bytes, method: bytes) -> None:
    """As bytes that no client would send."""
    target = b"/" + bytes(each for each in path if each not in b"\r\n ")
    data = method + b" " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    answer = asyncio.run(raw(data))
    status, head = int(answer.split()[1]), answer.partition(b"\r\n\r\n")[0]
    assert status < 500
    assert b"application/json" in head
    if method != b"HEAD" and status >= 400:
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == CODES[status]


async def raw(data: bytes) -> bytes:
    async with serving(sender=MemorySender(answered)) as api:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(api.url.rpartition(":")[2]))
        writer.write(data)
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer
