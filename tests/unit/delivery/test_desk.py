"""The desk of an open run: what is prepared elsewhere, what is taken, and what a mistake of ours comes to."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from emulator.answering.apis import Apis
from emulator.answering.seam import Call
from emulator.delivery import desk as desks
from emulator.delivery.desk import Desk, Taken
from emulator.delivery.playing import Playing
from emulator.reception import Asked, Reception
from emulator.record import Plan, RequestRecord, Verdict
from tests.helpers.playing import scenario

START = 1_767_603_600_000_000
ROUTE = {"request": {"method": "POST", "path": "/a"}, "response": {"text": "{{ request.json.a }}"}}
CALL = Call(method="POST", path="/a", body=b'{"a": "x"}', at=START, wall=START)


def playing() -> Playing:
    loaded = scenario({"name": "it", "at": "0s"}, routes=[ROUTE])
    return Playing(loaded, run="run_1", seed=7, start=START, labels={}, measures=False)


def desk(of: Playing, *, lasting: bool = True) -> Desk:
    return Desk(of, tuple, lasting=lasting)


def test_a_call_is_kept_for_a_restarted_emulator_only_where_the_journal_outlives_this_one() -> None:
    at = desk(playing(), lasting=False)
    taken = at.take(at.prepare("entuitive", CALL))
    assert [type(record) for record in taken.records] == [RequestRecord]


def test_a_call_that_was_kept_is_taken_again_as_it_came() -> None:
    body = json.dumps({"a": "x", "more": "é" * 1_000_000}).encode() + b"  "
    at = desk(playing())
    taken = at.take(at.prepare("entuitive", Call(method="POST", path="/a", body=body, at=START, wall=START)))
    (plan,) = (record for record in taken.records if isinstance(record, Plan))
    members = json.loads(plan.document)
    assert (members["path"], members["endpoints"]) == ("/a", [])
    assert desks.call_of(plan.document)[1].body == body


def test_a_mistake_of_ours_is_an_answer_fails_the_run_and_tells_no_value(monkeypatch: Any) -> None:
    def broken(*_: object) -> None:
        raise KeyError("marker-1")

    monkeypatch.setattr(Apis, "answer", broken)
    played = playing()
    at = desk(played)
    taken = at.take(at.prepare("entuitive", CALL))
    record, plan = taken.records
    assert isinstance(record, RequestRecord)
    assert isinstance(plan, Plan)
    assert taken.reply.status == 500
    assert b"a mistake of the emulator: KeyError in test_desk.py:" in taken.reply.body
    assert b"marker" not in taken.reply.body
    verdict, failures = played.tally.verdict()
    assert (verdict, failures[0].check) == (Verdict.FAILED, "route")
    assert failures[0].message.startswith("the route POST /a could not answer the request req_1_1: a mistake")
    again = playing()
    desk(again).again([plan.document])
    assert again.tally.verdict() == (verdict, failures)


def test_a_call_that_is_taken_again_fails_its_run_as_before_however_fast_a_pattern_is_now(
    monkeypatch: Any,
) -> None:
    def slow(*_: object) -> bool:
        raise TimeoutError("too slow")

    routes = [{"request": {"method": "POST", "path": "/a", "body": {"matches": "x"}}}]

    def matching() -> Playing:
        loaded = scenario({"name": "it", "at": "0s"}, routes=routes)
        return Playing(loaded, run="run_1", seed=7, start=START, labels={}, measures=False)

    played, again = matching(), matching()
    with monkeypatch.context() as patched:
        patched.setattr("emulator.matcher.value.searched", slow)
        at = desk(played)
        _, plan = at.take(at.prepare("entuitive", CALL)).records
    assert isinstance(plan, Plan)
    desk(again).again([plan.document])
    verdict, failures = again.tally.verdict()
    assert (verdict, failures[0].check) == (Verdict.FAILED, "route")
    assert failures == played.tally.verdict()[1]


@pytest.mark.parametrize(
    ("size", "kind", "elsewhere"),
    [
        (10, "application/json", False),
        (100_000, "application/json", True),
        (10, "multipart/form-data; boundary=a", True),
        (10, "Multipart/Form-Data; boundary=a", True),
    ],
)
async def test_a_large_call_and_any_that_may_hold_a_file_is_answered_in_a_thread(
    size: int, kind: str, elsewhere: bool, monkeypatch: Any
) -> None:
    threads: list[threading.Thread] = []

    def watched(*given: Any) -> str:
        threads.append(threading.current_thread())
        return original(*given)

    original = desks.call_document
    monkeypatch.setattr(desks, "call_document", watched)
    at = Reception(playing(), tuple, lasting=True)
    headers = (("content-Type", kind),)
    asked = Asked(method="POST", path="/a", headers=headers, body=json.dumps({"a": "x" * size}).encode())

    async def take() -> Taken:
        async with at.prepared("entuitive", asked, at=START, wall=START) as prepared:
            return at.take(prepared)

    taken = await asyncio.gather(*(take() for _ in range(3)))
    assert [record.id for it in taken for record in it.records if isinstance(record, RequestRecord)] == [
        "req_1_1",
        "req_1_2",
        "req_1_3",
    ]
    assert [thread is not threading.main_thread() for thread in threads] == [elsewhere] * 3
