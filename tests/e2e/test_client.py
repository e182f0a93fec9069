"""The clients of `emulator.testing` against a real server: every method, as it is awaited and as it is not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from emulator.errors import InvalidInput
from emulator.journal import Limits
from emulator.sender import MemorySender
from emulator.testing import ApiError, Unreachable, call
from tests.helpers.asking import Asked
from tests.helpers.playing import Endpoint
from tests.helpers.serving import Api, scenario, serving, until, waiting_calls

TARGET = "http://127.0.0.1:9/hook"
START = "2026-01-05T09:00:00Z"
LABELS = {"test": "mine"}
TWO = scenario(
    TARGET,
    {"name": "first"},
    {"name": "second", "at": "1h", "payload": {"id": 2}},
    start=START,
    secret="s3cr3t",
)
OPEN = {
    "version": 1,
    "name": "open",
    "provider": "entuitive",
    "secret": "s3cr3t",
    "target": TARGET,
    "start": START,
    "routes": [
        {
            "request": {"method": "POST", "path": "/v1/users"},
            "response": {"status": 201, "json": {"id": 7}},
            "emits": [{"event": "created", "delay": "5s"}],
        }
    ],
    "events": [{"name": "created", "type": "user.created"}],
}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """A server whose webhooks are refused once, and accepted from then on."""
    async with serving(sender=MemorySender(Endpoint(503, 200))) as api:
        yield api


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(kind: str, api: Api) -> Asked:
    return Asked(kind, api.url, labels=LABELS)


async def test_it_tells_of_the_server(client: Asked, api: Api) -> None:
    await client.ready()
    assert await client.alive() is True
    info = await client.info()
    assert (info.version, info.counts["running"]) == ("0.1.0", 0)
    assert info.settings["host"] == "127.0.0.1"
    assert {each["provider"] for each in info.providers} >= {"compliancely", "entuitive"}


async def test_it_knows_the_scenarios(client: Asked) -> None:
    names = [each.name for each in await client.scenarios()]
    assert "entuitive/every-event" in names
    found = await client.scenario("entuitive/every-event")
    assert (found.name, found.shipped, found.problems) == ("entuitive/every-event", True, ())
    assert found.document["provider"] == "entuitive"


async def test_a_run_is_played_to_its_end_and_explained(client: Asked) -> None:
    run = await client.play(TWO, seed=7, labels={"more": "x"})
    assert (run.scenario, run.state, run.seed) == ("inline", "settled", 7)
    assert run.labels == {"test": "mine", "more": "x"}
    assert run.start == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert run.clock.now == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert (run.counts.attempts, run.counts.delivered, run.counts.lost) == (3, 2, 0)
    assert run.passed
    assert run.explain() == f"inline ({run.id}): passed"
    assert run.raw["verdict"] == "passed"


async def test_a_failed_run_says_in_a_line_each_what_failed(client: Asked) -> None:
    run = await client.play({**TWO, "expect": {"notifications": 1}})
    assert not run.passed
    assert run.failures[0].check == "notifications"
    assert run.explain() == f"inline ({run.id}): failed\n  run: {run.failures[0].message}"


async def test_what_a_call_says_goes_before_the_scenario(client: Asked) -> None:
    run = await client.play(
        {**TWO, "variables": {"company": "a"}},
        target=["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"],
        secret=None,
        speed="36000x",
        start=datetime(2027, 1, 1, tzinfo=UTC),
        variables={"company": "b"},
        wait="10s",
    )
    assert (run.speed, run.start) == ("36000x", datetime(2027, 1, 1, tzinfo=UTC))
    deliveries = await client.deliveries(run)
    assert {each.url for each in deliveries} == {"http://127.0.0.1:9/a", "http://127.0.0.1:9/b"}
    assert {each.signature for each in await client.attempts(run=run)} == {None}


async def test_a_run_that_is_not_waited_for_is_given_as_it_stands(client: Asked) -> None:
    run = await client.play(TWO, speed="real", wait=None)
    assert (run.state, run.verdict) == ("running", None)
    assert run.explain() == f"inline ({run.id}): no verdict yet, running"
    cancelled = await client.cancel(run)
    assert (cancelled.state, cancelled.verdict) == ("cancelled", "incomplete")
    assert await client.remove(run.id) is None
    with pytest.raises(ApiError) as raised:
        await client.run(run)
    assert (raised.value.status, raised.value.code) == (404, "not_found")


async def test_one_event_is_sent(client: Asked) -> None:
    run = await client.send("entuitive", "user.created", data={"company_name": "Harbour"}, target=TARGET)
    assert (run.scenario, run.state, run.labels) == ("event", "settled", LABELS)
    (first, second) = await client.attempts(run=run)
    assert first.request.json()["data"]["company_name"] == "Harbour"
    assert (first.status, second.status) == (503, 200)


async def test_one_event_takes_a_body_of_any_kind(client: Asked) -> None:
    given = {"target": TARGET, "headers": {"X-More": "1"}, "secret": None, "seed": 3, "speed": "instant"}
    bare = await client.send("entuitive", payload=None, **given)
    (attempt, *_) = await client.attempts(run=bare)
    assert (attempt.request.content, attempt.request.header("x-more")) == (b"null", "1")
    exact = await client.send("entuitive", body=' {"a" : 1}', **given)
    assert await client.request_body((await client.attempts(run=exact))[0]) == b' {"a" : 1}'


async def test_lists_go_on_over_pages_and_in_either_order(
    client: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.testing.asking.forms._PAGE", "2")
    events = [{"name": f"e{number}"} for number in range(5)]
    run = await client.play(scenario(TARGET, *events, speed="instant"))
    names = [each.event_name for each in await client.deliveries(run)]
    assert names == ["e0", "e1", "e2", "e3", "e4"]
    assert [each.event_name for each in await client.deliveries(run, order="desc")] == names[::-1]
    assert len(await client.attempts(run=run)) == 6
    assert len(await client.find_attempts({"result": "accepted"}, order="desc")) == 5


async def test_labels_keep_a_test_to_its_own(client: Asked, api: Api, kind: str) -> None:
    other = Asked(kind, api.url, labels={"test": "another"})
    theirs, mine = await other.play(TWO), await client.play(TWO)
    assert [run.id for run in await client.runs()] == [mine.id]
    assert [run.id for run in await client.runs(test="another")] == [theirs.id]
    assert {each.run for each in await client.attempts()} == {mine.id}
    assert {each.run for each in await client.find_attempts({})} == {mine.id}
    assert int(await client.count_attempts({})) == 2
    assert {each.run for each in await client.attempts(run=theirs)} == {theirs.id}
    assert int(await client.count_attempts({"run": theirs})) == 3
    assert (await client.verify({}, count=2)).passed
    assert (await client.reset()).runs == 1
    assert [run.id for run in await other.runs()] == [theirs.id]
    assert (await client.reset(labels={"test": "another"})).runs == 1
    assert (await client.reset(labels={"test": "another"})).runs == 0


async def test_one_run_is_reset(client: Asked) -> None:
    run = await client.play(TWO)
    assert (await client.reset(run)).runs == 1
    assert await client.runs() == []


async def test_without_labels_everything_is_reset(kind: str, api: Api) -> None:
    await Asked(kind, api.url, labels={"test": "a"}).play(TWO)
    assert (await Asked(kind, api.url).reset()).runs == 1


async def test_a_delivery_and_its_attempts_are_told_with_types(client: Asked) -> None:
    run = await client.play(TWO)
    first = (await client.deliveries(run))[0]
    assert await client.delivery(first.id) == first
    assert (first.event_name, first.state, first.attempts, first.next_due_at) == (
        "first",
        "delivered",
        2,
        None,
    )
    assert (
        first.explanation[1]
        == "attempt 2 at 10 s: 200 OK in 0 ms; delivered"[:17] + first.explanation[1][17:]
    )
    refused, accepted = await client.attempts(delivery=first)
    assert await client.attempt(refused) == refused
    assert (refused.result, refused.status, refused.final, refused.error) == ("rejected", 503, False, None)
    assert refused.next_due_at == accepted.due_at == datetime(2026, 1, 5, 9, 0, 10, tzinfo=UTC)
    assert (accepted.offset_s, accepted.number, accepted.trigger) == (10.0, 2, "schedule")
    assert accepted.sent_wall.tzinfo is UTC
    assert accepted.signature.header == "X-Entuitive-Signature"
    assert accepted.request.header("x-entuitive-signature") == accepted.signature.value
    assert await client.request_body(accepted) == accepted.request.content
    assert await client.response_body(accepted.id) == accepted.response.content == b""


async def test_attempts_are_filtered(client: Asked) -> None:
    run = await client.play(TWO)
    last = (await client.attempts(run=run))[-1]
    every = {"delivery": last.delivery, "event": last.event, "event_name": "second", "provider": "entuitive"}
    more = {"type": "user.created", "url": TARGET, "status": 200, "result": "accepted", "number": 1}
    moments = {"since": last.sent_wall, "until": last.sent_wall}
    assert await client.attempts(run=run, labels=LABELS, **every, **more, **moments) == [last]
    assert await client.attempts(status=404) == []


async def test_a_delivery_is_made_again(client: Asked) -> None:
    run = await client.play(TWO)
    delivery = (await client.deliveries(run))[1]
    again = await client.redeliver(delivery)
    assert (again.delivery, again.trigger, again.number, again.result) == (
        delivery.id,
        "redeliver",
        2,
        "accepted",
    )


async def test_a_manual_clock_is_moved(client: Asked) -> None:
    run = await client.play(TWO, speed="manual")
    assert (run.state, run.clock.state, run.counts.attempts) == ("running", "ready", 1)
    run = await client.advance(run, "9s")
    assert (run.clock.now.second, run.counts.attempts) == (9, 1)
    run = await client.move(run)
    assert (run.clock.now.second, run.counts.attempts) == (10, 2)
    run = await client.move(run, datetime(2026, 1, 5, 9, 30, tzinfo=UTC))
    assert run.clock.now.minute == 30
    run = await client.move(run, to="end")
    assert (run.state, run.verdict) == ("settled", "passed")
    with pytest.raises(ApiError, match=r"^409 conflict: "):
        await client.advance(run, 1)


async def test_an_open_run_is_finished_and_its_calls_are_found(client: Asked, api: Api) -> None:
    run = await client.play(OPEN)
    assert (run.open, run.verdict) == (True, None)
    assert run.explain() == f"open ({run.id}): no verdict yet, settled, open"
    async with api.session.post(f"{api.url}/entuitive/v1/users?a=1", json={"email": "a@b.test"}) as answer:
        assert answer.status == 201
    run = await client.finish(run)
    assert (run.open, run.verdict) == (False, "passed")
    (call,) = await client.requests(method="POST")
    assert await client.request(call.id) == call
    assert (call.path, call.query, call.route) == ("/v1/users", (("a", "1"),), "POST /v1/users")
    assert (call.json(), call.response.json()) == ({"email": "a@b.test"}, {"id": 7})
    assert (call.header("content-type"), call.at) == ("application/json", datetime(2026, 1, 5, 9, tzinfo=UTC))
    every = {"provider": "entuitive", "path": "/v1/users", "status": 201, "route": "POST /v1/users"}
    assert await client.requests(run=run, **every) == [call]
    assert await client.find_requests({"json": {"$.email": {"contains": "@"}}}) == [call]
    assert await client.count_requests({"method": "GET"}) == await client.count_requests({"path": "/"})
    assert (await client.deliveries(run))[0].cause == call.id


async def test_e_mails_are_found(kind: str) -> None:
    async with serving(sender=MemorySender(Endpoint(503))) as api:
        client = Asked(kind, api.url, labels=LABELS)
        run = await client.play(scenario(TARGET, start=START, secret="s3cr3t"))
        (mail,) = await client.notifications(run=run)
        assert await client.notifications() == await client.notifications(labels=LABELS) == [mail]
        assert await client.find_notifications({"to": mail.to, "subject": {"contains": "created"}}) == [mail]
        assert (await client.count_notifications({"text": "nothing"})).count == 0
        assert (await client.count_notifications({"run": run})).count == 1
        assert (mail.run, mail.sent, mail.at) == (run.id, False, datetime(2026, 1, 5, 9, 2, 10, tzinfo=UTC))
        assert (await client.verify({}, of="notifications", count=1)).passed


async def test_a_question_is_answered_with_the_nearest(client: Asked) -> None:
    await client.play(TWO)
    met = await client.verify({"status": 503}, count={"min": 1, "max": 1})
    assert (met.passed, bool(met), met.matched, met.lost) == (True, True, 1, 0)
    assert met.explain() == "passed: expected 1 attempt, found 1"
    missed = await client.verify({"status": 503, "event_name": "second"})
    nearest = missed.nearest[0]
    assert (missed.passed, bool(missed), missed.verdict) == (False, False, "failed")
    assert missed.message == "expected at least 1 attempt, found none"
    assert str(nearest.reasons[0]) == "status: expected 503, found 200"
    assert missed.explain().splitlines()[:2] == [
        f"failed: {missed.message}",
        f"  {nearest.id}: {nearest.reasons[0]}",
    ]
    assert await client.verify({"status": 404}, never=True)
    assert not await client.verify({"status": 503}, never=True)


async def test_several_questions_are_answered_together(client: Asked) -> None:
    await client.play(TWO)
    questions = [{"match": {"status": 503}, "count": 1}, {"match": {"event_name": "second"}}]
    both = await client.verify_all(questions, in_order=True)
    assert (both.passed, [each.verdict for each in both.all]) == (True, ["passed", "passed"])
    assert (await client.verify_all(questions[::-1], in_order=True)).verdict == "failed"


async def test_a_question_waits_for_its_answer(client: Asked, api: Api) -> None:
    run = await client.play(TWO, speed="manual")
    asked = asyncio.create_task(client.verify({"event_name": "second"}, within="20s"))
    await waiting_calls(api, 1)
    await client.move(run, to="end")
    assert (await asked).passed


async def test_who_waits_longer_than_a_server_lets_asks_again(
    client: Asked, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "LONGEST_TURN_S", 0.02)
    run = await client.play(TWO, speed="real", wait="100ms")
    assert run.state == "running"
    assert (await client.run(run, wait=0.1)).state == "running"
    assert (await client.verify({"status": 404}, never=True, within="100ms")).verdict == "incomplete"
    waited = asyncio.create_task(client.run(run, wait="5m"))
    await waiting_calls(api, 1)
    await client.cancel(run)
    assert (await waited).state == "cancelled"


async def test_an_answer_that_came_early_is_not_asked_for_again(kind: str) -> None:
    async with serving(sender=MemorySender(Endpoint(200)), limits=Limits(attempts=1)) as api:
        client = Asked(kind, api.url, labels=LABELS)
        await client.play(TWO)
        async with asyncio.timeout(20):
            told = await client.verify({"status": 404}, never=True, within="5m")
        assert told.verdict == "incomplete"


async def test_endpoints_are_registered_changed_and_removed(client: Asked) -> None:
    made = await client.register("entuitive", TARGET)
    assert (made.types, made.active, made.source, len(made.secret)) == (None, True, "api", 32)
    changed = await client.update_endpoint(
        made,
        url=f"{TARGET}2",
        types=["user.created"],
        active=True,
        description="mine",
        rotate="1h",
        secret="new",
    )
    assert (changed.url, changed.types, changed.description) == (f"{TARGET}2", ("user.created",), "mine")
    assert (changed.secret, changed.rotation.old_secret) == ("new", made.secret)
    assert (await client.update_endpoint(made, types=None)).types is None
    assert await client.endpoint(made.id) == await client.update_endpoint(made)
    assert [each.secret for each in await client.endpoints(provider="entuitive")] == ["***"]
    run = await client.send("entuitive", "user.created")
    assert {each.request.url for each in await client.attempts(run=run)} == {f"{TARGET}2"}
    assert await client.unregister(changed) is None
    unsigned = await client.register(
        "entuitive", TARGET, None, ["user.created"], active=False, description="x"
    )
    assert (unsigned.secret, unsigned.types, unsigned.active) == (None, ("user.created",), False)
    assert [each.id for each in await client.endpoints()] == [unsigned.id]


async def test_a_file_is_sent_with_all_that_it_names(
    client: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "exact.bin").write_bytes(b"\x00exact")
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "acme.yaml").write_text("version: 1\nprovider: acme\n")
    file = tmp_path / "mine.yaml"
    file.write_text(
        f"version: 1\nprovider: acme\ntarget: {TARGET}\nsecret: ${{MINE:-x}}\n"
        "events:\n  - {name: a, payload_file: bodies/exact.bin, headers: {X-Of: '${OF}'}}\n"
    )
    monkeypatch.setenv("OF", "environment")
    run = await client.play(file)
    attempts = await client.attempts(run=run)
    assert attempts[0].provider == "acme"
    assert await client.request_body(attempts[0]) == b"\x00exact"
    assert attempts[0].request.header("X-Of") == "environment"


async def test_a_file_keeps_its_lines(client: Asked, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"version: 1\nprovider: entuitive\ntarget: {TARGET}\nevents:\n  - tipe: user.created\n")
    with pytest.raises(ApiError) as raised:
        await client.play(file)
    assert raised.value.status == 422
    assert any(":5:" in line or "5:5" in line for line in raised.value.details), raised.value.details


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "a: ${NOT_SET_ANYWHERE}\n",
            "mine.yaml:1:4: a: the environment variable NOT_SET_ANYWHERE is not set",
        ),
        ("a: [\n", "mine.yaml:"),
        ("events: [{payload_file: none.bin}]\n", "mine.yaml: payload_file: there is no such file"),
        (None, "mine.yaml: there is no such file"),
    ],
)
async def test_a_file_that_cannot_be_sent_is_told_here(
    client: Asked, tmp_path: Path, text: str | None, told: str
) -> None:
    file = tmp_path / "mine.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InvalidInput) as raised:
        await client.play(file)
    assert told in str(raised.value)


async def test_errors_show_each_problem_on_a_line(client: Asked) -> None:
    with pytest.raises(ApiError) as raised:
        await client.play({**TWO, "speed": "warp", "seed": -1})
    error = raised.value
    assert (error.status, error.code, error.message) == (422, "invalid", "2 problems")
    assert str(error).splitlines() == ["422 invalid: 2 problems", *(f"  {line}" for line in error.details)]


@pytest.mark.parametrize("wait", ["soon", -1])
async def test_a_wait_that_is_none_is_told_before_anything_is_sent(client: Asked, wait: Any) -> None:
    with pytest.raises(ValueError, match=r"^expected a duration"):
        await client.play(TWO, wait=wait)
    assert await client.runs() == []


async def test_where_nobody_listens_it_says_how_to_start_a_server(kind: str) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        client = Asked(kind, f"http://127.0.0.1:{bound.getsockname()[1]}")
        assert await client.alive() is False
        with pytest.raises(Unreachable, match=r"start the emulator with `webhook-emulator serve`"):
            await client.info()
        with pytest.raises(Unreachable):
            await client.ready(0.1)


async def test_a_server_that_says_nothing_is_left_in_time(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Asked(kind, f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.1)
        with pytest.raises(Unreachable, match="the time is over"):
            await client.info()


@pytest.mark.parametrize(
    ("format", "opening"),
    [
        ("junit", b"<?xml"),
        ("har", b"{"),
        ("jsonl", b"{"),
        ("html", b"<!doctype html>"),
    ],
)
async def test_a_report_of_a_run_comes_as_its_bytes(client: Asked, format: str, opening: bytes) -> None:
    run = await client.play(TWO)
    report = await client.report(run, format)
    assert report.lower().startswith(opening)
    assert run.id.encode() in report


async def test_records_come_by_the_stream_with_their_types(client: Asked, api: Api) -> None:
    run = await client.play(scenario(TARGET), speed="manual")
    streamed = asyncio.create_task(client.streamed("run", run=run))
    await until(lambda: api.get("/livez"), lambda _: api.emulator.stream.readers == 1)
    await client.move(run, "end")
    events = await streamed
    attempt, delivery, ended = (event.record for event in events)
    assert [event.kind for event in events] == ["attempt", "delivery", "run"]
    assert (attempt.number, delivery.state, ended.verdict) == (2, "delivered", "passed")
    assert [event.kind for event in await client.streamed("run", after=events[0].id)] == ["delivery", "run"]


async def test_a_record_of_many_pieces_comes_whole_by_the_stream(client: Asked, api: Api) -> None:
    body = "x" * 1_600_000
    given = {
        **scenario(TARGET),
        "events": [{"name": "large", "body": body, "repeat": {"times": 2, "every": "1m"}}],
    }
    run = await client.play(given, speed="manual")
    streamed = asyncio.create_task(client.streamed("run", run=run))
    await until(lambda: api.get("/livez"), lambda _: api.emulator.stream.readers == 1)
    await client.move(run, "next")
    attempts = [event.record for event in await streamed if event.kind == "attempt"]
    assert attempts
    assert {attempt.request.body for attempt in attempts} == {body}


async def test_a_stream_that_is_asked_wrongly_is_told_when_it_is_entered(client: Asked) -> None:
    with pytest.raises(ApiError, match=r"^422 invalid: of: "):
        await client.streamed("run", of=["atempts"])


@asynccontextmanager
async def another(path: str, answer: Callable[[web.Request], web.Response]) -> AsyncIterator[str]:
    """A server of another kind."""

    async def handle(request: web.Request) -> web.Response:
        return answer(request)

    app = web.Application()
    app.router.add_get(path, handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield "http://{}:{}".format(*runner.addresses[0])
    finally:
        await runner.cleanup()


async def test_what_is_no_emulator_is_told(kind: str) -> None:
    async with another("/api/v1/info", lambda _: web.Response(text="hello")) as url:
        client = Asked(kind, url)
        with pytest.raises(ApiError, match=r"is not what an emulator tells"):
            await client.info()
        with pytest.raises(ApiError, match=r"does something else listen there"):
            await client.run("run_x")


async def test_the_token_goes_out_below_the_path_of_the_url(kind: str) -> None:
    def scenario_named(request: web.Request) -> web.Response:
        told = {"name": request.match_info["name"], "path": request.headers["Authorization"]}
        return web.json_response(
            {**told, "shipped": False, "description": "", "providers": [], "problems": [], "document": None}
        )

    async with another("/base/api/v1/scenarios/{name:.+}", scenario_named) as url:
        found = await Asked(kind, f"{url}/base/", token="t0ken").scenario("a b/ü?%")
    assert (found.name, found.path) == ("a b/ü?%", "Bearer t0ken")


async def test_many_may_use_one_client_at_once(client: Asked) -> None:
    runs = await asyncio.gather(*(client.send("entuitive", "user.created", target=TARGET) for _ in range(8)))
    assert len({run.id for run in runs}) == 8
    assert all(run.passed for run in runs)
    assert len(await client.runs()) == 8


async def test_a_stream_that_breaks_off_is_no_end(kind: str) -> None:
    """The server goes without the last chunk of its answer."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(b"6\r\nid: 1\n\r\n6\r\n\n:\n:\n\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        url = "http://127.0.0.1:{1}".format(*server.sockets[0].getsockname())
        with pytest.raises(Unreachable):
            await Asked(kind, url).streamed("run")


async def test_empty_labels_reset_nothing(client: Asked) -> None:
    run = await client.play(TWO)
    with pytest.raises(ValueError, match=r"labels is empty, .* reset\(\) without it removes everything"):
        await client.reset(labels={})
    assert [each.id for each in await client.runs()] == [run.id]


async def test_never_is_true_or_left_out(client: Asked) -> None:
    with pytest.raises(ValueError, match="never is True or left out, found False"):
        await client.verify({}, never=False)


@pytest.mark.parametrize("token", ["marker-5d21\n", "marker-5d21 x", "marker-é5d21", ""])
def test_a_token_that_cannot_be_sent_is_not_shown(kind: str, token: str) -> None:
    with pytest.raises(ValueError, match="the token cannot be sent") as caught:
        Asked(kind, "http://127.0.0.1:9", token=token)
    assert "marker" not in str(caught.value)


def test_a_port_that_is_none_is_told_at_once(kind: str) -> None:
    with pytest.raises(
        ValueError, match=r"expected a port from 0 to 65535, found 'http://127\.0\.0\.1:99999'"
    ):
        Asked(kind, "http://127.0.0.1:99999")
