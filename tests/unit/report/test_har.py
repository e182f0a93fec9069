"""HAR 1.2, as haralyzer reads it, and by the letter of its specification."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any

import hypothesis
from haralyzer import HarParser
from hypothesis import strategies as st

from emulator.record import AttemptError, ErrorKind, Request, Response, Result
from tests.helpers import any_record
from tests.helpers.recorded import Recorded, hostile, written
from tests.helpers.records import attempt, request, settled

TEXT, NUMBER, LIST, OBJECT = str, (int, float), list, dict
FORM: dict[str, dict[str, Any]] = {
    "log": {"version": TEXT, "creator": OBJECT, "entries": LIST},
    "creator": {"name": TEXT, "version": TEXT},
    "page": {"startedDateTime": TEXT, "id": TEXT, "title": TEXT, "pageTimings": OBJECT},
    "entry": {
        "startedDateTime": TEXT,
        "time": NUMBER,
        "request": OBJECT,
        "response": OBJECT,
        "cache": OBJECT,
        "timings": OBJECT,
    },
    "request": {
        "method": TEXT,
        "url": TEXT,
        "httpVersion": TEXT,
        "cookies": LIST,
        "headers": LIST,
        "queryString": LIST,
        "headersSize": NUMBER,
        "bodySize": NUMBER,
    },
    "response": {
        "status": int,
        "statusText": TEXT,
        "httpVersion": TEXT,
        "cookies": LIST,
        "headers": LIST,
        "content": OBJECT,
        "redirectURL": TEXT,
        "headersSize": NUMBER,
        "bodySize": NUMBER,
    },
    "content": {"size": NUMBER, "mimeType": TEXT},
    "postData": {"mimeType": TEXT, "params": LIST, "text": TEXT},
    "timings": {"send": NUMBER, "wait": NUMBER, "receive": NUMBER},
}
"""What the specification asks for, object by object; all other names are optional there, or begin with `_`."""
OPTIONAL = {
    "log": {"pages", "browser", "comment"},
    "entry": {"pageref", "comment", "serverIPAddress", "connection"},
    "request": {"postData", "comment"},
    "response": {"comment"},
    "content": {"text", "encoding", "compression", "comment"},
    "timings": {"blocked", "dns", "connect", "ssl", "comment"},
}


def check(kind: str, found: dict[str, Any]) -> None:
    for name, form in FORM[kind].items():
        assert isinstance(found[name], form), (kind, name)
    known = {*FORM[kind], *OPTIONAL.get(kind, ())}
    assert {name for name in found if not name.startswith("_")} <= known, kind


def checked(text: str) -> dict[str, Any]:
    """The log of a report, held to the specification."""
    log: dict[str, Any] = json.loads(text)["log"]
    assert log["version"] == "1.2"
    check("log", log)
    check("creator", log["creator"])
    pages = {page["id"] for page in log["pages"]}
    for page in log["pages"]:
        check("page", page)
        datetime.fromisoformat(page["startedDateTime"])
    for entry in log["entries"]:
        for kind, part in (
            ("entry", entry),
            ("request", entry["request"]),
            ("response", entry["response"]),
            ("content", entry["response"]["content"]),
            ("timings", entry["timings"]),
        ):
            check(kind, part)
        if "postData" in entry["request"]:
            check("postData", entry["request"]["postData"])
        for named in (
            *entry["request"]["headers"],
            *entry["response"]["headers"],
            *entry["request"]["queryString"],
        ):
            assert set(named) == {"name", "value"}
            assert all(isinstance(each, str) for each in named.values())
        assert entry["pageref"] in pages
        assert entry["time"] == sum(entry["timings"].values())
        datetime.fromisoformat(entry["startedDateTime"])
    return log


async def entries(journal: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = checked(await written("har", journal, settled()))["entries"]
    return found


async def test_an_attempt_is_an_entry_that_haralyzer_reads():
    sent = Request(
        url="http://127.0.0.1:3000/hook?a=1&b=%20&a=2",
        headers=(("Content-Type", "application/json"), ("X-Twice", "1"), ("X-Twice", "2")),
        body='{"name":"Zoë"}'.encode(),
    )
    came = Response(status=200, headers=(("content-type", "text/plain"),), body=b"thanks")
    made = attempt(1, request=sent, response=came, offset_us=10_000_000, number=2)
    text = await written("har", Recorded(attempts=[made]), settled())
    checked(text)
    (page,) = HarParser(json.loads(text)).pages
    (entry,) = page.entries
    assert (page.title, page.page_id) == ("entuitive/accepted", "run_1")
    assert (entry.request.method, entry.request.url, entry.request.bodySize) == ("POST", sent.url, 15)
    assert entry.request.text == '{"name":"Zoë"}'
    assert (entry.response.status, entry.response.text, entry.response.mimeType) == (
        200,
        "thanks",
        "text/plain",
    )
    assert entry.time == 3.1
    assert entry.startTime is not None
    (raw,) = json.loads(text)["log"]["entries"]
    assert [(each["name"], each["value"]) for each in raw["request"]["queryString"]] == [
        ("a", "1"),
        ("b", " "),
        ("a", "2"),
    ]
    assert len(raw["request"]["headers"]) == 3
    assert raw["startedDateTime"] == "2026-01-05T09:00:00.000001Z"
    assert raw["_webhookEmulator"] == {
        "kind": "attempt",
        "id": "att_1_1_1",
        "run": "run_1",
        "delivery": "dlv_1_1",
        "event_name": "created",
        "index": 0,
        "provider": "entuitive",
        "type": "user.created",
        "number": 2,
        "trigger": "schedule",
        "remade": False,
        "result": "accepted",
        "due_at": "2026-01-05T09:00:00Z",
        "offset_s": 10.0,
        "lateness_ms": 0.8,
        "faults": [],
        "final": True,
    }


async def test_an_attempt_without_an_answer_has_status_0_and_says_why():
    error = AttemptError(ErrorKind.TIMEOUT, "no answer within 3 s")
    made = attempt(1, status=None, error=error, result=Result.FAILED)
    (entry,) = await entries(Recorded(attempts=[made]))
    assert entry["response"]["status"] == 0
    assert entry["response"]["_error"] == "timeout: no answer within 3 s"
    assert entry["response"]["content"] == {"size": 0, "mimeType": "x-unknown"}


async def test_bytes_that_are_no_text_are_base64():
    made = attempt(
        1, body=b"\xff\x00", response=Response(status=200, headers=(), body=b"\xfe", truncated=True)
    )
    (entry,) = await entries(Recorded(attempts=[made]))
    assert (entry["request"]["postData"]["text"], entry["request"]["postData"]["_encoding"]) == (
        "/wA=",
        "base64",
    )
    assert entry["response"]["content"] == {
        "size": 1,
        "mimeType": "application/octet-stream",
        "text": "/g==",
        "encoding": "base64",
        "comment": "the body was longer; this much is kept",
    }


async def test_a_call_of_the_application_is_an_entry_as_well():
    call = request(
        1,
        headers=(("Host", "localhost:4622"), ("Authorization", "Bearer ***")),
        query=(("q", "a b"),),
        body=b"{}",
        response=Response(status=201, headers=(), body=b"{}"),
    )
    (entry,) = await entries(Recorded(requests=[call]))
    assert entry["request"]["url"] == "http://localhost:4622/compliancely/api/v1/submissions/?q=a+b"
    assert entry["comment"] == "a call of the application to the API of compliancely"
    assert entry["_webhookEmulator"]["kind"] == "request"
    (dropped,) = await entries(Recorded(requests=[request(1)]))
    assert dropped["response"]["status"] == 0


async def test_several_runs_are_pages_of_one_archive():
    journal = Recorded(attempts=[attempt(1)])
    log = checked(await written("har", journal, settled("run_1"), settled("run_2")))
    assert [page["id"] for page in log["pages"]] == ["run_1", "run_2"]
    assert len(log["entries"]) == 2
    assert checked(await written("har", Recorded()))["entries"] == []


@hypothesis.given(any_record.texts, st.binary(max_size=20))
@hypothesis.settings(max_examples=50)
def test_whatever_stands_in_the_records_the_archive_is_one(text, body):
    run, journal = hostile(text, body)
    log = checked(asyncio.run(written("har", journal, run)))
    assert len(log["entries"]) == 3
    assert log["pages"][0]["title"] == text
