"""Lines of the log: both forms, what no value can do to them, and what never stands in them."""

from __future__ import annotations

import json
import logging
import os
import select
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import InvalidInput, JournalError
from emulator.record import (
    AttemptError,
    Counts,
    ErrorKind,
    Request,
    Response,
    Result,
    RunState,
    Verdict,
)
from emulator.server.lines import Lines
from emulator.server.log import Log, json_line, libraries_logged, text_line
from emulator.server.telling import Telling
from tests.helpers.records import attempt, delivery, request, run

AT = 1_795_341_600_123_456  # 2026-11-22T10:00:00.123456Z


class Kept:
    """Keeps lines in a list; `lost` is told once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.lost = 0

    def put(self, line: str) -> None:
        self.lines.append(line)

    def dropped(self) -> int:
        lost, self.lost = self.lost, 0
        return lost


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def log(kept: Kept) -> Log:
    return Log(kept, "json", wall_ns=lambda: AT * 1_000)


def test_a_line_of_text():
    fields = {"run": "run_1", "scenario": "entuitive/burst", "verdict": "passed", "attempts": 5}
    assert text_line(AT, "info", "run settled", fields) == (
        "2026-11-22T10:00:00.123Z INFO run settled run=run_1 scenario=entuitive/burst verdict=passed attempts=5"
    )


def test_the_same_as_json():
    line = json_line(AT, "warning", "run settled", {"run": "run_1", "labels": {"suite": "a"}})
    assert json.loads(line) == {
        "time": "2026-11-22T10:00:00.123Z",
        "level": "warning",
        "event": "run settled",
        "run": "run_1",
        "labels": {"suite": "a"},
    }


def test_values_that_are_no_single_word_are_quoted():
    fields = {"a": "two words", "b": 'say "x"', "c": "", "d": "back\\slash", "labels": {"a b": "c d"}}
    assert text_line(AT, "info", "told", fields).partition("told ")[2] == (
        r'a="two words" b="say \"x\"" c="" d="back\\slash" "labels.a b"="c d"'
    )


@given(st.text(), st.text())
def test_no_value_makes_a_line_of_its_own_or_steers_a_terminal(key: str, value: str):
    fields = {"name": value, "labels": {key: value}}
    assert text_line(AT, "info", "told", fields).isprintable()
    line = json_line(AT, "info", "told", fields)
    assert line.isprintable()
    assert json.loads(line)["name"] == value


@given(st.text(min_size=1))
def test_no_value_looks_like_another_field(value: str):
    line = text_line(AT, "info", "told", {"name": f"{value} level=error"})
    assert line.startswith('2026-11-22T10:00:00.123Z INFO told name="')
    assert line.endswith(' level=error"')


def test_a_long_value_is_cut(log: Log, kept: Kept):
    log.info("told", name="x" * 5_000)
    assert json.loads(kept.lines[0])["name"] == "x" * 2_000 + "…"


def test_an_error_of_ours_has_no_traceback_and_any_other_has_one(log: Log, kept: Kept):
    log.error("journal failed", error=JournalError("the disk is full"))
    log.error("internal error", error=ZeroDivisionError("by zero"))
    ours, other = map(json.loads, kept.lines)
    assert (ours["error"], "traceback" in ours) == ("the disk is full", False)
    assert (other["error"], other["traceback"]) == ("by zero", "ZeroDivisionError: by zero")


def test_lines_that_were_lost_are_told_with_the_next_one(log: Log, kept: Kept):
    kept.lost = 3
    log.info("told")
    first, second = map(json.loads, kept.lines)
    assert (first["event"], first["lines"], second["event"]) == ("log lines dropped", 3, "told")


def test_what_libraries_log_comes_in_the_same_form(log: Log, kept: Kept):
    with libraries_logged(log):
        logging.getLogger("asyncio").error("no good\nat all", exc_info=InvalidInput.of("wrong"))
        logging.getLogger("emulator.server").warning("unsigned", extra={"fields": {"run": "run_1"}})
        logging.getLogger("aiohttp.access").info("GET /")
    error, warning = map(json.loads, kept.lines)
    assert (error["level"], error["message"], error["error"]) == ("error", "no good\nat all", "wrong")
    assert (warning["event"], warning["run"], warning["message"]) == ("run warning", "run_1", "unsigned")


def told(kept: Kept) -> list[dict[str, Any]]:
    return [json.loads(line) for line in kept.lines]


def test_a_run_has_a_line_at_its_start_and_at_its_end(log: Log, kept: Kept):
    telling = Telling(log)
    begun = run(state=RunState.RUNNING, verdict=None, settled_wall=None, labels={"suite": "a"})
    telling(begun)
    telling(begun)  # as when its clock has moved
    telling(run(state=RunState.SETTLED, verdict=Verdict.FAILED, counts=Counts(attempts=5, lost=2)))
    start, end = told(kept)
    assert (start["event"], start["run"], start["labels"]) == ("run started", begun.id, {"suite": "a"})
    assert (end["event"], end["verdict"], end["attempts"], end["lost"]) == ("run settled", "failed", 5, 2)


def test_a_run_that_goes_on_is_told_as_such(log: Log, kept: Kept):
    telling = Telling(log)
    with telling.resuming():
        telling(run(state=RunState.RUNNING))
    assert [line["event"] for line in told(kept)] == ["run resumed"]


def test_a_run_that_ends_with_an_error_is_an_error(log: Log, kept: Kept):
    telling = Telling(log)
    with telling.resuming():
        telling(run(state=RunState.ERROR, verdict=Verdict.INCOMPLETE, error="its plan is gone"))
    (line,) = told(kept)
    assert (line["level"], line["event"], line["error"]) == ("error", "run error", "its plan is gone")


REFUSED = Response(status=503, headers=(("X", "marker-header"),), body=b"marker-body")
SENT = Request(
    url="http://user:marker-password@127.0.0.1:3000/hook?key=marker-query#x", headers=(), body=b"marker-body"
)


def test_a_delivery_that_is_exhausted_has_one_line_and_its_attempts_have_none(log: Log, kept: Kept):
    telling = Telling(log)
    telling(attempt(number=1, final=False, result=Result.REJECTED, response=REFUSED, request=SENT))
    last = attempt(number=5, final=True, result=Result.REJECTED, response=REFUSED, request=SENT)
    telling(last)
    telling(delivery())
    telling(attempt(final=True, result=Result.ACCEPTED))
    (line,) = told(kept)
    assert (line["event"], line["level"]) == ("delivery exhausted", "info")
    assert (line["delivery"], line["attempts"], line["status"]) == (last.delivery, 5, 503)
    assert line["target"] == "http://127.0.0.1:3000/hook"
    assert "marker" not in kept.lines[0]


def test_a_blocked_delivery_is_a_warning_with_its_reason(log: Log, kept: Kept):
    error = AttemptError(ErrorKind.BLOCKED, "nothing was sent: 'http://x/?key=marker-query' is no target")
    Telling(log)(attempt(final=True, result=Result.FAILED, response=None, error=error, request=SENT))
    (line,) = told(kept)
    assert (line["event"], line["level"]) == ("delivery blocked", "warning")
    assert line["reason"].startswith("nothing was sent")
    assert "marker" not in kept.lines[0]


def test_a_redelivery_has_a_line_of_its_own_and_its_run_ends_no_second_time(log: Log, kept: Kept):
    telling = Telling(log)
    telling(run(state=RunState.RUNNING))
    telling(run(state=RunState.SETTLED, counts=Counts(attempts=1)))
    again = attempt(final=True, result=Result.REJECTED, trigger="redeliver", response=REFUSED, request=SENT)
    telling(again)
    telling(delivery())
    telling(run(state=RunState.SETTLED, counts=Counts(attempts=2)))
    assert [line["event"] for line in told(kept)] == ["run started", "run settled", "redelivered"]
    line = told(kept)[-1]
    assert (line["run"], line["delivery"], line["status"]) == (again.run, again.delivery, 503)
    assert line["target"] == "http://127.0.0.1:3000/hook"
    assert "marker" not in kept.lines[-1]


def test_a_request_that_could_not_be_answered_is_a_warning(log: Log, kept: Kept):
    telling = Telling(log)
    telling(request(1))
    telling(request(2, error="there is no name"))
    (line,) = told(kept)
    assert (line["event"], line["level"]) == ("request not answered", "warning")
    assert (line["request"], line["reason"]) == ("req_1_2", "there is no name")
    assert line["route"] == "POST /api/v1/submissions/"


def test_what_was_cancelled_has_no_line(log: Log, kept: Kept):
    telling = Telling(log)
    cancelled = AttemptError(ErrorKind.CANCELLED, "the run was cancelled")
    telling(attempt(final=True, result=Result.FAILED, response=None, error=cancelled))
    assert kept.lines == []


def test_lines_are_written_in_order():
    out, into = os.pipe()
    lines = Lines(into)
    for number in range(100):
        lines.put(f"{number} \udc80")
    lines.close()
    os.close(into)
    with os.fdopen(out, "rb") as written:
        assert written.read().splitlines() == [b"%d \\udc80" % number for number in range(100)]


def test_a_log_that_nobody_reads_loses_lines_and_holds_up_nobody():
    out, into = os.pipe()
    lines = Lines(into, most=10)
    lines.put("x" * 1_000_000)  # more than a pipe takes
    select.select([out], [], [])  # so it is being written, and nothing else with it
    for number in range(100):
        lines.put(str(number))
    assert lines.dropped() == 0  # there is no room to tell it yet
    read = threading.Thread(target=drain, args=[out])
    read.start()
    lines.close()
    assert lines.dropped() == 90
    os.close(into)
    read.join()


def drain(descriptor: int) -> None:
    while os.read(descriptor, 1 << 16):
        pass
    os.close(descriptor)


def test_a_log_whose_reader_went_away_is_no_reason_to_stop():
    out, into = os.pipe()
    os.close(out)
    lines = Lines(into)
    lines.put("told")
    lines.close()
    os.close(into)
