"""Verify: each form of the question, each verdict, and waiting that ends as soon as the verdict is certain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from emulator.journal import Limits
from emulator.record import Request, Response
from emulator.sender import MemorySender
from tests.helpers.playing import Endpoint
from tests.helpers.serving import Api, body, serving, waiting_calls

TARGET = "http://127.0.0.1:9/hook"
LABELS = {"test": "a"}


async def verify(api: Api, question: dict[str, Any]) -> dict[str, Any]:
    answer = await api.post("/api/v1/verify", question)
    assert answer.status == 200, answer.body
    verdict: dict[str, Any] = answer.json
    assert {"verdict", "matched", "lost", "message", "nearest"} <= set(verdict)
    return verdict


async def verdict(api: Api, question: dict[str, Any]) -> str:
    return str((await verify(api, question))["verdict"])


def asked(match: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"match": {"labels": LABELS, **match}, **more}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """A run of two events: the first is refused once, the second accepted."""
    async with serving(sender=MemorySender(Endpoint(503, 200))) as api:
        events = (
            {"name": "first", "payload": {"id": 1}},
            {"name": "second", "at": "1h", "payload": {"id": 2}},
        )
        await api.run(body(TARGET, *events, labels=LABELS))
        yield api


@pytest.mark.parametrize(("question", "verdict"), [
    (asked({"event_name": "first"}), "passed"),
    (asked({"event_name": "first"}, count=2), "passed"),
    (asked({"event_name": "first"}, count=1), "failed"),
    (asked({"event_name": "first"}, count=3), "failed"),
    (asked({"event_name": "first"}, count={"min": 1, "max": 2}), "passed"),
    (asked({"event_name": "first"}, count={"max": 1}), "failed"),
    (asked({}, count={"min": 4}), "failed"),
    (asked({"status": 500}, never=True), "passed"),
    (asked({"status": 500}, count=0), "passed"),
    (asked({"status": 503}, never=True), "failed"),
    (asked({"request": {"json": {"$.id": 2}}}, count=1), "passed"),
    (asked({}, of="requests", never=True), "passed"),
    (asked({}, of="notifications", count=1), "failed"),
    ({"match": {"labels": {"test": "other"}}, "never": True}, "incomplete"),
    ({"match": {"run": "run_nobody"}}, "incomplete"),
    ({"match": {"event_name": "first"}, "count": 2}, "passed"),
])  # fmt: skip
async def test_a_settled_run_has_a_certain_answer(api: Api, question: dict[str, Any], verdict: str) -> None:
    assert (await verify(api, question))["verdict"] == verdict


FIRST, SECOND = asked({"status": 503}, count=1), asked({"event_name": "first", "status": 200}, count=1)
THIRD, NEVER = asked({"event_name": "second"}), asked({"status": 500}, never=True)


@pytest.mark.parametrize(("question", "verdict", "message"), [
    ({"all": [FIRST, SECOND, THIRD, NEVER]}, "passed", "all 4 hold"),
    ({"all": [THIRD, asked({"status": 500}), FIRST]}, "failed",
     "all[1]: expected at least 1 attempt, found none"),
    ({"all": [FIRST, {"match": {"run": "run_x"}}]}, "incomplete",
     "all[1]: expected at least 1 attempt, found none: no run is in question"),
    ({"all": [FIRST, SECOND, THIRD], "in_order": True}, "passed", "all came in this order"),
    ({"all": [FIRST, NEVER, THIRD], "in_order": True}, "passed", "all came in this order"),
    ({"all": [FIRST, THIRD, SECOND], "in_order": True}, "failed",
     "all[2]: it did not come after those before it; the order found is all[0], all[2], all[1]"),
    ({"all": [THIRD, THIRD], "in_order": True}, "failed", "all[1]: it did not come after those before it"),
    ({"all": [FIRST, {"match": {"labels": LABELS}, "never": True, "of": "requests"}]}, "passed", "all 2 hold"),
    ({"of": "requests", "all": [asked({}, never=True), {**FIRST, "of": "attempts"}]}, "passed", "all 2 hold"),
])  # fmt: skip
async def test_several_questions_hold_together(
    api: Api, question: dict[str, Any], verdict: str, message: str
) -> None:
    answer = await verify(api, question)
    assert (answer["verdict"], answer["message"]) == (verdict, message)
    assert len(answer["all"]) == len(question["all"])


async def test_what_came_too_early_is_shown_with_what_it_was_to_follow(api: Api) -> None:
    answer = await verify(api, {"all": [FIRST, THIRD, SECOND], "in_order": True})
    (second,) = await api.items("/api/v1/attempts?event_name=first&status=200")
    (third,) = await api.items("/api/v1/attempts?event_name=second")
    told = [(near["id"], near["reasons"][0]["message"]) for near in answer["nearest"]]
    assert told == [
        (second["id"], "all[2]: expected after all[1]"),
        (third["id"], "all[1]: came to hold with this one"),
    ]


STATUS = {"part": "status", "wanted": 503, "found": 200, "message": "status: expected 503, found 200"}
ID = {"part": "request $.id", "wanted": 2, "found": 1, "message": "request $.id: expected 2, found 1"}


async def test_what_comes_nearest_is_shown_with_its_reasons(api: Api) -> None:
    answer = await verify(api, asked({"status": 503, "request": {"json": {"$.id": 2}}}, count=1))
    assert (answer["verdict"], answer["message"]) == ("failed", "expected 1 attempt, found none")
    second, first = (
        (await api.items("/api/v1/attempts?event_name=second")),
        (await api.items("/api/v1/attempts?event_name=first")),
    )
    assert answer["nearest"] == [
        {"id": second[0]["id"], "reasons": [STATUS]},
        {"id": first[0]["id"], "reasons": [ID]},
        {"id": first[1]["id"], "reasons": [STATUS, ID]},
    ]


@pytest.mark.parametrize(("match", "reasons"), [
    ({"status": 404, "event_name": "first", "number": 1},
     ["status: expected 404, found 503"]),
    ({"event_name": "secnod", "number": 1, "status": 200},
     ['event_name: expected "secnod", found "second"']),
    ({"event_name": "second", "result": "rejected"},
     ['result: expected "rejected", found "accepted"']),
    ({"event_name": "second", "type": None},
     ['type: expected nothing, found "user.created"']),
    ({"event_name": "second", "url": "http://127.0.0.1:9/hooks"},
     ['url: expected "http://127.0.0.1:9/hooks", found "http://127.0.0.1:9/hook"']),
    ({"event_name": "second", "until": "2020-01-01T00:00:00Z"},
     ['until: expected "2020-01-01T00:00:00Z", found "20']),
    ({"event_name": "second", "request": {"headers": {"content-type": {"contains": "xml"}}}},
     ['request header content-type: expected a text that contains "xml", found "application/json"']),
    ({"event_name": "second", "request": {"headers": {"x-none": "1"}}},
     ['request header x-none: expected "1", found nothing']),
    ({"event_name": "second", "request": {"json": {"$.items[?@.price > 10].id": 7}}},
     ["request $.items[?@.price > 10].id: expected 7, found nothing"]),
    ({"event_name": "second", "response": {"json": {"$.ok": True}}},
     ["response the body is not JSON"]),
    ({"event_name": "second", "request": {"body": {"matches": "^<xml>"}}},
     ['request body: expected a text that matches "^<xml>", found "{']),
])  # fmt: skip
async def test_each_reason_says_in_a_line_what_differs(
    api: Api, match: dict[str, Any], reasons: list[str]
) -> None:
    answer = await verify(api, asked(match, count=1))
    assert (answer["verdict"], answer["message"].partition(";")[0]) == (
        "failed",
        "expected 1 attempt, found none",
    )
    told = [reason["message"] for reason in answer["nearest"][0]["reasons"]]
    assert len(told) == len(reasons)
    assert all(line.startswith(start) for line, start in zip(told, reasons, strict=True)), told


async def test_what_is_long_is_shown_by_its_beginning(api: Api) -> None:
    long = {"request": {"body": "x" * 5_000, "json": {"$.id": "y" * 5_000}}}
    answer = await verify(api, asked(long, count=1))
    for near in answer["nearest"]:
        for reason in near["reasons"]:
            assert all(len(str(shown)) <= 300 for shown in reason.values())


async def test_what_came_too_often_is_shown(api: Api) -> None:
    answer = await verify(api, asked({"status": 503}, never=True))
    (attempt,) = await api.items("/api/v1/attempts?status=503")
    assert answer["message"] == "expected no attempt, found 1"
    assert answer["nearest"] == [{"id": attempt["id"], "reasons": []}]


@pytest.mark.parametrize(("question", "message"), [
    ({}, 'expected either "match" or "all", found neither'),
    ({"match": {}}, "match: expected at least one key: what fits everything asks nothing"),
    ({"match": {"labels": {}, "request": {}}},
     "match: expected at least one key: what fits everything asks nothing"),
    ({"all": [{"match": {}}]}, "all[0].match: expected at least one key: what fits everything asks nothing"),
    ({"all": []}, "all: expected at least 1 item, found none"),
    ({"all": [{"match": {"status": 1}}]},
     "all[0].match.status: expected a whole number from 100 to 999, found number 1"),
    ({"match": {"status": 200}, "count": 1, "never": True}, 'expected either "count" or "never", found both'),
    ({"match": {"status": 200}, "never": False}, "never: expected true; leave it out otherwise"),
    ({"match": {"status": 200}, "count": {"min": 0}}, "count: expected min of at least 1, or max: this asks nothing"),
    ({"match": {"status": 200}, "count": {"min": 3, "max": 2}}, "count: expected min to be at most max, found 3 and 2"),
    ({"match": {"status": 200}, "count": "3"}, "count: expected a whole number from 0 to 1000000"),
    ({"match": {"status": 200}, "all": [FIRST]}, 'match: expected it in the questions of "all", found it beside'),
    ({"match": {"status": 200}, "in_order": True}, 'in_order: expected it beside "all": one question has no order'),
    ({"all": [FIRST, asked({}, of="requests")], "in_order": True},
     "in_order: expected all questions to be of one kind, since only these have an order; found attempts and requests"),
    ({"match": {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "never": True},
     "match.since: expected a moment before that of until"),
    ({"match": {"method": "POST"}, "of": "request"},
     "of: expected attempts, requests or notifications, found text 'request'"),
    ({"match": {"method": "POST"}}, "match.method: unknown key 'method'"),
    ({"match": {"status": 200}, "within": "soon"}, "within: expected a duration such as 250ms, 10s,"),
    ({"mach": {"status": 200}}, "mach: unknown key 'mach'; did you mean 'match'?"),
])  # fmt: skip
async def test_a_wrong_question_is_told(api: Api, question: dict[str, Any], message: str) -> None:
    answer = await api.post("/api/v1/verify", question)
    assert answer.status == 422
    assert any(line.startswith(message) for line in answer.error["details"])


async def test_a_minimum_passes_while_the_run_goes_on_and_all_else_waits_for_its_end() -> None:
    async with serving(sender=MemorySender(Endpoint())) as api:
        events = ({"name": "now"}, {"name": "later", "at": "1h"})
        run = (await api.run(body(TARGET, *events, speed="manual", labels=LABELS)))["id"]
        assert await verdict(api, asked({"event_name": "now"}, within="20s")) == "passed"
        assert await verdict(api, asked({"event_name": "now"}, count=2)) == "incomplete"
        assert await verdict(api, asked({"event_name": "now"}, count={"max": 0}, within="20s")) == "failed"
        exact = await verify(api, asked({"event_name": "now"}, count=1, within="50ms"))
        assert (exact["verdict"], exact["message"]) == (
            "incomplete",
            f"expected 1 attempt, found 1 so far; {run} has not ended: its manual clock stands; move it to the end",
        )
        assert await verdict(api, asked({"status": 503}, never=True)) == "incomplete"
        await api.post(f"/api/v1/runs/{run}/clock", {"to": "end"})
        assert await verdict(api, asked({"event_name": "now"}, count=1)) == "passed"
        assert await verdict(api, asked({"status": 503}, never=True)) == "passed"


async def test_a_waiting_question_is_answered_by_the_record_that_decides_it() -> None:
    events = ({"name": "now"}, {"name": "later", "at": "1h"}, {"name": "at last", "at": "2h"})
    async with serving(sender=MemorySender(Endpoint())) as api, asyncio.timeout(30):
        waiting = asyncio.create_task(verify(api, asked({}, count={"min": 2}, within="60s")))
        await waiting_calls(api, 1)
        await api.run(body(TARGET, labels={"test": "other"}))
        run = await api.run(body(TARGET, *events, speed="manual", labels=LABELS))
        assert not waiting.done()
        moved = await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "next"})
        assert ((await waiting)["verdict"], moved.json["state"]) == ("passed", "running")


async def test_a_minimum_that_no_known_run_can_meet_any_more_fails_at_once(api: Api) -> None:
    async with asyncio.timeout(30):
        assert await verdict(api, asked({}, count={"min": 9}, within="60s")) == "failed"


async def test_a_waiting_question_is_answered_by_the_end_of_its_run() -> None:
    endpoint = Endpoint()
    async with serving(sender=MemorySender(endpoint)) as api, asyncio.timeout(30):
        endpoint.hold("hook")
        run = (await api.post("/api/v1/runs", body(TARGET, labels=LABELS))).json["id"]
        waiting = [
            asyncio.create_task(verify(api, {**question, "within": "60s"}))
            for question in (
                asked({"status": 503}, never=True),
                asked({"status": 200}, count=1),
                {"match": {"run": run}, "count": 3},
                {"all": [asked({"number": 1}), asked({"number": 2}, never=True)], "in_order": True},
            )
        ]
        await waiting_calls(api, 4)
        endpoint.release("hook")
        answers = await asyncio.gather(*waiting)
    assert [answer["verdict"] for answer in answers] == ["passed", "passed", "failed", "passed"]


async def test_a_cancelled_run_answers_at_once_and_is_incomplete() -> None:
    endpoint = Endpoint()
    async with serving(sender=MemorySender(endpoint)) as api, asyncio.timeout(30):
        endpoint.hold("hook")
        run = (await api.post("/api/v1/runs", body(TARGET, labels=LABELS))).json["id"]
        waiting = asyncio.create_task(verify(api, asked({"status": 503}, never=True, within="60s")))
        await waiting_calls(api, 1)
        await api.post(f"/api/v1/runs/{run}/cancel")
        answer = await waiting
    assert (answer["verdict"], answer["message"]) == (
        "incomplete",
        "expected no attempt, found none; 1 run was cut short",
    )


async def test_a_run_that_is_removed_is_no_longer_in_question() -> None:
    endpoint = Endpoint()
    async with serving(sender=MemorySender(endpoint)) as api:
        run = await api.run(body(TARGET, labels=LABELS))
        await api.delete(f"/api/v1/runs/{run['id']}")
        answer = await verify(api, asked({}, never=True))
    assert answer["message"] == "expected no attempt, found none: no run is in question"


async def test_no_pass_on_evidence_that_was_lost() -> None:
    async with serving(sender=MemorySender(Endpoint()), limits=Limits(attempts=2)) as api:
        await api.run(body(TARGET, labels=LABELS))
        await api.run(body(TARGET, {}, {}, labels=LABELS))
        await api.run(body(TARGET, {}, labels={"test": "b"}))
        answer = await verify(api, asked({"status": 500}, never=True))
        assert (answer["verdict"], answer["lost"]) == ("incomplete", 3)
        answer = await verify(api, asked({}, of="requests", never=True))
        assert (answer["verdict"], answer["lost"]) == ("passed", 0)  # there were none that could be lost
        assert await verdict(api, {"match": {"labels": {"test": "b"}}, "count": 1}) == "passed"


async def test_an_open_run_settles_when_it_is_finished() -> None:
    route = {"request": {"method": "POST", "path": "/v1/x"}, "response": {"status": 201}}
    scenario = {"version": 1, "provider": "entuitive", "target": TARGET, "routes": [route]}
    async with serving(sender=MemorySender(Endpoint())) as api, asyncio.timeout(30):
        run = (await api.run({"scenario": scenario}))["id"]
        of_requests = {"match": {"run": run, "method": "POST"}, "of": "requests"}
        unasked = await verify(api, of_requests)
        assert unasked["message"] == (
            f"expected at least 1 request, found none so far; {run} has not ended: it is open, so more may come; "
            "nothing has been asked of the provider yet; finish it"
        )
        waiting = asyncio.create_task(verify(api, {**of_requests, "within": "60s"}))
        await waiting_calls(api, 1)
        await api.post("/entuitive/v1/x", {})
        assert (await waiting)["verdict"] == "passed"
        still = await verify(api, {**of_requests, "count": 1})
        assert (still["verdict"], still["message"]) == (
            "incomplete",
            f"expected 1 request, found 1 so far; {run} has not ended: it is open, so more may come; finish it",
        )
        await api.post(f"/api/v1/runs/{run}/finish")
        assert await verdict(api, {**of_requests, "count": 1}) == "passed"


async def test_a_delivery_names_its_run(api: Api) -> None:
    await api.post("/api/v1/runs?wait=10s", body(TARGET, {"at": "1h"}, speed="manual"))
    (attempt,) = await api.items("/api/v1/attempts?event_name=second")
    for key in ("delivery", "event"):
        assert await verdict(api, {"match": {key: attempt[key]}, "count": 1}) == "passed"
    assert await verdict(api, {"match": {"event_name": "second"}, "count": 1}) == "incomplete"


@pytest.mark.parametrize(("match", "more", "verdict", "message"), [
    ({"delivery": "dlv_RUN_99"}, {"never": True}, "incomplete",
     'expected no attempt, found none; nothing of these runs has delivery "dlv_RUN_99"'),
    ({"delivery": "dlv_RUN_99"}, {"count": 1}, "incomplete",
     'expected 1 attempt, found none; nothing of these runs has delivery "dlv_RUN_99"'),
    ({"delivery": "dlv_RUN_99"}, {"never": True, "of": "notifications"}, "incomplete",
     'expected no notification, found none; nothing of these runs has delivery "dlv_RUN_99"'),
    ({"run": "RUN", "delivery": "dlv_OTHER_1"}, {"count": {"max": 3}}, "incomplete",
     'expected 0 to 3 attempts, found none; nothing of these runs has delivery "dlv_OTHER_1"'),
    ({"labels": {"test": "b"}, "delivery": "dlv_RUN_1"}, {"never": True}, "incomplete",
     "expected no attempt, found none: no run is in question"),
    ({"delivery": "nonsense"}, {"never": True}, "incomplete",
     'expected no attempt, found none; nothing of these runs has delivery "nonsense"'),
    ({"event": "evt_RUN_99", "status": 503}, {"never": True}, "incomplete",
     'expected no attempt, found none; nothing of these runs has event "evt_RUN_99"'),
    ({"run": "RUN", "event_name": "frist"}, {"never": True}, "incomplete",
     'expected no attempt, found none; nothing of these runs has event_name "frist"'),
    ({"run": "OTHER", "event_name": "second"}, {"never": True}, "incomplete",
     'expected no attempt, found none; nothing of these runs has event_name "second"'),
    ({"run": "RUN", "event_name": "frist"}, {"count": 1}, "failed",
     'expected 1 attempt, found none; nothing of these runs has event_name "frist"'),
    ({"run": "RUN", "event_name": "first", "status": 500}, {"never": True}, "passed",
     "expected no attempt, found none"),
    ({"run": "RUN", "type": "user.craeted", "provider": "entuitive"}, {"never": True}, "passed",
     'expected no attempt, found none; nothing of these runs has type "user.craeted"'),
    ({"run": "RUN", "delivery": "dlv_RUN_1", "status": 500}, {"never": True}, "passed",
     "expected no attempt, found none"),
    ({"run": "RUN", "event": "evt_RUN_2"}, {"never": True, "of": "attempts"}, "failed",
     "expected no attempt, found 1"),
])  # fmt: skip
async def test_never_is_not_proved_by_a_name_that_nothing_has(
    api: Api, match: dict[str, Any], more: dict[str, Any], verdict: str, message: str
) -> None:
    other = (await api.run(body(TARGET, labels={"test": "b"})))["id"]
    (run,) = {it["run"] for it in await api.items("/api/v1/attempts?label.test=a")}

    def named(text: str) -> str:
        for word, id in (("RUN", run), ("OTHER", other)):
            text = text.replace(f"_{word}_", f"_{id.removeprefix('run_')}_").replace(word, id)
        return text

    asked = {key: named(value) if isinstance(value, str) else value for key, value in match.items()}
    answer = await verify(api, {"match": asked, **more})
    assert (answer["verdict"], answer["message"]) == (verdict, named(message))


async def test_an_event_that_a_call_would_have_brought_about_never_came() -> None:
    routes = [
        {
            "request": {"method": "POST", "path": "/v1/x"},
            "response": {"status": 422},
            "emits": [{"event": "made"}],
        }
    ]
    events = [{"name": "made", "type": "user.created"}]
    scenario = {"version": 1, "provider": "entuitive", "target": TARGET, "events": events, "routes": routes}
    async with serving(sender=MemorySender(Endpoint())) as api:
        run = (await api.run({"scenario": scenario}))["id"]
        never = {"match": {"run": run, "event_name": "made"}, "never": True}
        assert await verdict(api, never) == "incomplete"
        await api.post(f"/api/v1/runs/{run}/finish")
        assert await verdict(api, never) == "passed"
        assert await verdict(api, {**never, "match": {"run": run, "event_name": "mode"}}) == "incomplete"


async def test_e_mails_are_verified_by_their_texts() -> None:
    async with serving(sender=MemorySender(Endpoint(500))) as api:
        run = (await api.run(body(TARGET)))["id"]
        match = {"run": run, "subject": {"contains": "was not delivered"}, "to": {"matches": "@example"}}
        assert await verdict(api, {"match": match, "of": "notifications", "count": 1}) == "passed"
        wrong = await verify(api, {"match": {**match, "text": "no"}, "of": "notifications"})
        (near,) = wrong["nearest"]
        assert (wrong["verdict"], [it["part"] for it in near["reasons"]]) == ("failed", ["text"])


async def test_a_client_that_goes_away_leaves_nothing_behind() -> None:
    async with serving(sender=MemorySender(Endpoint())) as api:
        waiting = asyncio.create_task(verify(api, asked({}, within="60s")))
        await waiting_calls(api, 1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await waiting_calls(api, 0)
        run = await api.run(body(TARGET, labels=LABELS))
    assert run["verdict"] == "passed"


async def test_closing_answers_all_who_wait() -> None:
    async with serving(sender=MemorySender(Endpoint())) as api, asyncio.timeout(30):
        waiting = [asyncio.create_task(verify(api, asked({}, within="60s"))) for _ in range(20)]
        await waiting_calls(api, 20)
        api.context.closing.set()
        answers = await asyncio.gather(*waiting)
    assert {answer["verdict"] for answer in answers} == {"incomplete"}


def long_answer(_: Request) -> Response:
    return Response(
        status=200, headers=(), body=b'{"pad": "' + b"x" * 70_000 + b'", "error": "SECRET"}', truncated=False
    )


@pytest.mark.parametrize("part", [{"body": {"contains": "SECRET"}}, {"json": {"$.error": "SECRET"}}])
async def test_what_may_stand_in_the_rest_of_a_cut_body_is_no_proof(part: dict[str, Any]) -> None:
    async with serving(sender=MemorySender(long_answer)) as api:
        run = (await api.run(body(TARGET, labels=LABELS)))["id"]
        (attempt,) = await api.items(f"/api/v1/attempts?run={run}")
        for often in ({"never": True}, {"count": 1}, {"count": {"max": 1}}):
            answer = await verify(api, asked({"response": part}, **often))
            assert answer["verdict"] == "incomplete"
            assert answer["message"].endswith(
                f"; the body of {attempt['id']} was cut or cannot be searched, and may hold it"
            )
            assert answer["nearest"][0]["reasons"][0]["message"].endswith("the body was cut")
        assert await verdict(api, asked({"status": 503, "response": part}, never=True)) == "passed"
        assert await verdict(api, asked({"response": {"body": {"contains": "pad"}}})) == "passed"


async def test_what_was_found_of_a_run_that_is_removed_meanwhile_counts_no_more() -> None:
    async with serving(sender=MemorySender(Endpoint())) as api, asyncio.timeout(30):
        gone = await api.run(body(TARGET, labels=LABELS))
        stays = await api.run(body(TARGET, {}, {"name": "later", "at": "1h"}, speed="manual", labels=LABELS))
        waiting = asyncio.create_task(verify(api, asked({}, count=3, within="60s")))
        await waiting_calls(api, 1)
        await api.delete(f"/api/v1/runs/{gone['id']}")
        await api.post(f"/api/v1/runs/{stays['id']}/clock", {"to": "end"})
        answer = await waiting
    assert (answer["verdict"], answer["matched"], answer["message"]) == (
        "failed",
        2,
        "expected 3 attempts, found 2",
    )


async def test_a_run_has_not_settled_while_a_delivery_of_it_is_redelivered() -> None:
    endpoint = Endpoint()
    async with serving(sender=MemorySender(endpoint)) as api, asyncio.timeout(30):
        run = (await api.run(body(TARGET, labels=LABELS)))["id"]
        (delivery,) = await api.items(f"/api/v1/runs/{run}/deliveries")
        endpoint.hold("hook")
        endpoint.arrived["hook"].clear()
        again = asyncio.create_task(api.post(f"/api/v1/deliveries/{delivery['id']}/redeliver"))
        await endpoint.arrived["hook"].wait()
        answer = await verify(api, asked({}, count=1))
        assert (answer["verdict"], answer["message"]) == (
            "incomplete",
            f"expected 1 attempt, found 1 so far; {run} has not ended: a delivery of it is being redelivered",
        )
        assert await verdict(api, {"match": {"run": "run_x"}, "never": True}) == "incomplete"
        waiting = asyncio.create_task(verify(api, asked({}, count=2, within="60s")))
        await waiting_calls(api, 1)
        endpoint.release("hook")
        assert (await again).status == 201
        assert (await waiting)["verdict"] == "passed"


@pytest.mark.parametrize(
    "of", [{"response": {"headers": {}}}, {"response": {"json": {}}}, {"request": {"json": {}}}]
)
async def test_a_match_of_too_many_parts_is_refused(api: Api, of: dict[str, Any]) -> None:
    ((side, parts),) = of.items()
    (part,) = parts
    many = {f"$.a{number}" if part == "json" else f"x-{number}": "1" for number in range(101)}
    answer = await api.post("/api/v1/verify", {"match": {side: {part: many}}})
    assert answer.status == 422
    assert any("expected at most 100 keys, found 101" in line for line in answer.error["details"])
