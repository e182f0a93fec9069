"""Calls as data: what is asked in which turn, and what is made of an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from emulator.testing import UNSET, ApiError, Client, Run, Verification
from emulator.testing.asking import Asking
from emulator.testing.call import Call, Turns

RUN = {
    "id": "run_1",
    "scenario": "a",
    "state": "running",
    "open": False,
    "verdict": None,
    "failures": [],
    "speed": "real",
    "seed": 1,
    "start": "2026-01-05T09:00:00Z",
    "clock": {"now": "2026-01-05T09:00:00.5Z", "state": "advancing"},
    "counts": {"events": 1, "deliveries": 1, "attempts": 0, "delivered": 0, "exhausted": 0, "lost": 0},
    "started_wall": "2026-11-22T17:03:20.437782Z",
    "settled_wall": None,
    "labels": {},
    "warnings": ["unsigned"],
    "error": None,
}


def read(call: Call[Any], answer: dict[str, Any]) -> Any:
    return call.answered(200, json.dumps(answer).encode())


def test_a_long_wait_is_asked_for_in_turns() -> None:
    turns = Turns(Asking().play("a", wait="150s"), 1000.0)
    first = turns.next(1000.0)
    assert (first.method, first.target, turns.turn_s) == ("POST", "/api/v1/runs?wait=1m", 60.0)
    running = read(first, RUN)
    assert not turns.ended(running, 1060.0)
    second = turns.next(1060.1)
    assert (second.method, second.target, second.content) == ("GET", "/api/v1/runs/run_1?wait=1m", None)
    assert not turns.ended(running, 1120.1)
    assert turns.next(1120.1).target == "/api/v1/runs/run_1?wait=29s900ms"
    assert turns.ended(running, 1150.0)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "settled"},
        {"clock": {"now": "2026-01-05T09:00:00Z", "state": "ready"}},
    ],
)
def test_what_was_waited_for_ends_the_turns(change: dict[str, Any]) -> None:
    turns = Turns(Asking().advance("run_1", "1h", wait="5m"), 0.0)
    assert turns.ended(read(turns.next(0.0), {**RUN, **change}), 60.0)


def test_an_answer_before_its_time_ends_the_turns() -> None:
    turns = Turns(Asking().verify({"status": 1}, within="5m"), 0.0)
    asked = turns.next(0.0)
    answer = read(asked, {"verdict": "incomplete", "matched": 0, "lost": 1, "message": "", "nearest": []})
    assert isinstance(answer, Verification)
    assert turns.ended(answer, 59.0)
    assert not turns.ended(answer, 60.0)
    assert turns.next(60.0).body == {"match": {"status": 1}, "within": "1m"}


def test_what_is_not_waited_for_says_so() -> None:
    turns = Turns(Asking().finish("run_1", wait=None), 0.0)
    assert turns.next(0.0).target == "/api/v1/runs/run_1/finish?wait=0s"
    assert turns.ended(read(turns.next(0.0), RUN), 0.1)


def test_what_is_left_out_is_not_sent() -> None:
    assert Asking().play("a").body == {"scenario": "a"}
    assert Asking().send("acme").body == {"provider": "acme"}
    assert Asking().play("a", secret=None).body == {"scenario": "a", "secret": None}
    assert Asking().send("acme", data=None, payload=None, secret=UNSET).body == {
        "provider": "acme",
        "data": None,
        "payload": None,
    }


def test_labels_go_into_all_that_names_no_run() -> None:
    asking = Asking({"test": "a"})
    assert asking.verify({"run": "run_1"}).body == {"match": {"run": "run_1"}}
    assert asking.find_requests({"labels": {"more": "b"}}).first.body == {
        "match": {"labels": {"test": "a", "more": "b"}}
    }
    assert asking.attempts(delivery="dlv_1").first.query.get("label.test") is None
    assert asking.attempts(labels={"more": "b"}).first.query == {
        "limit": "200",
        "order": "asc",
        "label.test": "a",
        "label.more": "b",
    }
    assert asking.verify_all([{"match": {}}, {"match": {"event": "evt_1"}}]).body == {
        "all": [{"match": {"labels": {"test": "a"}}}, {"match": {"event": "evt_1"}}]
    }
    assert asking.stream(of=["runs", "attempts"]).target == "/api/v1/stream?of=runs%2Cattempts&label.test=a"


def test_names_and_ids_cannot_leave_their_place() -> None:
    assert Asking().scenario("a b/c?d").path == "/api/v1/scenarios/a%20b/c%3Fd"
    assert Asking().run("../x?y").path == "/api/v1/runs/..%2Fx%3Fy"


def test_moments_are_told_in_utc() -> None:
    moment = datetime(2026, 1, 5, 10, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=1)))
    assert Asking().move("run_1", moment).body == {"to": "2026-01-05T09:00:00.250000Z"}
    with pytest.raises(ValueError, match=r"^expected a datetime with a time zone"):
        Asking().play("a", start=datetime(2026, 1, 5))  # noqa: DTZ001 - that is the mistake


def test_values_have_pythons_types() -> None:
    run = read(Asking().run("run_1"), {**RUN, "newer": 1})
    assert isinstance(run, Run)
    assert run.clock.now == datetime(2026, 1, 5, 9, 0, 0, 500_000, tzinfo=UTC)
    assert (run.settled_wall, run.counts.attempts, run.raw["newer"]) == (None, 0, 1)
    assert run.explain() == "a (run_1): no verdict yet, running\n  warning: unsigned"
    assert "raw" not in repr(run)
    assert replace(run, seed=2) != run == read(Asking().run("run_1"), RUN)


def test_a_run_is_true_whatever_it_came_to() -> None:
    failed = read(Asking().run("run_1"), {**RUN, "verdict": "failed"})
    assert (bool(failed), failed.passed) == (True, False)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"nothing"])
def test_an_answer_that_no_emulator_gives_is_told(body: bytes) -> None:
    with pytest.raises(
        ApiError, match=r"^200 unexpected: the answer of GET /api/v1/info is not what an emulator"
    ):
        Asking().info().answered(200, body)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"error": 1}', b"<html>"])
def test_an_error_that_no_emulator_gives_is_told(body: bytes) -> None:
    with pytest.raises(ApiError, match=r"^502 unexpected: .+ does something else listen there\?$"):
        Asking().info().answered(502, body)


@pytest.mark.parametrize("url", ["127.0.0.1:4622", "ftp://host", "http://", ""])
def test_what_is_no_url_is_told(url: str) -> None:
    with pytest.raises(ValueError, match=r"^expected a URL such as http://127.0.0.1:4622, found "):
        Client(url)


def test_a_file_is_read_only_when_it_is_a_path() -> None:
    with pytest.raises(Exception, match="there is no such file"):
        Asking().play(Path("nowhere.yaml"))
