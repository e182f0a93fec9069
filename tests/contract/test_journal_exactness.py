"""Every form of the journal gives any record back exactly as it was put."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.endpoint import Endpoint, Unregistered
from emulator.journal import AttemptFilter, NotificationFilter, PageOf, RequestFilter, SqliteJournal
from emulator.record import (
    AttemptError,
    AttemptRecord,
    DeliveryRecord,
    ErrorKind,
    NotificationRecord,
    Plan,
    Record,
    Request,
    RequestRecord,
    Response,
    Result,
    RunRecord,
    SignatureRecord,
)
from tests.helpers import any_record
from tests.helpers.journals import opened
from tests.helpers.records import attempt, run


async def _read(journal: SqliteJournal, record: Record) -> Record | None:
    match record:
        case AttemptRecord():
            assert await journal.count(AttemptFilter(run=record.run, delivery=record.delivery)) == 1
            return await journal.attempt(record.id)
        case DeliveryRecord():
            assert (await journal.deliveries(record.run, PageOf())).items == [record]
            return await journal.delivery(record.id)
        case RunRecord():
            assert (await journal.runs(PageOf(), tuple(record.labels.items()))).items == [record]
            return await journal.run(record.id)
        case NotificationRecord():
            return (await journal.notifications(NotificationFilter(run=record.run), PageOf())).items[0]
        case RequestRecord():
            where = RequestFilter(run=record.run, provider=record.provider, method=record.method)
            assert (await journal.requests(where, PageOf())).items == [record]
            return await journal.request(record.id)
        case Endpoint() | Unregistered():
            raise AssertionError("the endpoints have tests of their own")
        case Plan():
            journal.put(run(record.run))
            return (await journal.plans())[0] if journal.lasting else record


def _comes_back(form: str, folder: Path, record: Record) -> None:
    async def there_and_back() -> None:
        async with opened(form, folder) as journal:
            journal.put(record)
            assert await _read(journal, record) == record
            if not isinstance(record, Endpoint | Unregistered):
                await journal.remove(record.id if isinstance(record, RunRecord) else record.run)

    asyncio.run(there_and_back())


ANY_EXAMPLE = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@ANY_EXAMPLE
@given(
    record=st.one_of(
        any_record.attempts,
        any_record.deliveries,
        any_record.runs,
        any_record.notifications,
        any_record.requests,
        st.builds(Plan, any_record.texts, any_record.texts),
    )
)
def test_any_record_comes_back_exactly(form: str, tmp_path: Path, record: Record) -> None:
    _comes_back(form, tmp_path, record)


def _with(request: Request | None = None, response: Response | None = None) -> AttemptRecord:
    made = attempt()
    return replace(made, request=request or made.request, response=response or made.response)


def _same_text(form: str, folder: Path, record: AttemptRecord) -> None:
    async def put_and_read() -> tuple[str | None, list[str]]:
        async with opened(form, folder) as journal:
            journal.put(record)
            texts = await journal.attempt_texts(AttemptFilter(run=record.run), PageOf())
            text = await journal.attempt_text(record.id)
            await journal.remove(record.run)
            return text, list(texts.items)

    text, texts = asyncio.run(put_and_read())
    assert texts == [text]
    assert text is not None
    assert json.loads(text.encode()) == json.loads(json.dumps(record.to_json()))
    try:
        exact = json.dumps(record.to_json(), ensure_ascii=False, separators=(",", ":")).encode().decode()
    except UnicodeEncodeError:
        return
    assert text == exact


moments = st.integers(-62_135_596_800_000_000, 2**62)
"""From the calendar's first moment to some that are years behind its last."""


@ANY_EXAMPLE
@given(record=any_record.attempts, data=st.data())
def test_any_attempt_is_the_same_as_text(
    form: str, tmp_path: Path, record: AttemptRecord, data: st.DataObject
) -> None:
    due_at, planned_wall, sent_wall = data.draw(st.tuples(moments, moments, moments))
    next_due_at = data.draw(st.none() | moments)
    _same_text(
        form,
        tmp_path,
        replace(
            record, due_at=due_at, planned_wall=planned_wall, sent_wall=sent_wall, next_due_at=next_due_at
        ),
    )


URL = "http://127.0.0.1/"
HARD = {
    "16 MiB": _with(Request(url=URL, headers=(), body=bytes(range(256)) * (1 << 16))),
    "16 MiB of text": _with(Request(url=URL, headers=(), body=b"ab\xc3\xa9\n" * ((16 << 20) // 5))),
    "empty bodies": _with(Request(url=URL, headers=(), body=b""), Response(status=204, headers=())),
    "100,000 headers": _with(
        Request(url=URL, headers=tuple((f"X-{n}", str(n)) for n in range(100_000)), body=b"")
    ),
    "headers with line breaks": _with(Request(url=URL, headers=(("a\nb", "\n"), ("", "")), body=b"\n")),
    "one empty header": _with(Request(url=URL, headers=(("", ""),), body=b"\0")),
    "NULs": _with(Request(url="\0/\0", headers=(("\0", "a\0b"),), body=b"\0\0")),
    "half a pair": _with(Request(url="\ud83d", headers=(("\udcff", "\ud83d\ude00"),), body=b"\xed\xa0\x80")),
    "a whole pair of halves": attempt(explanation="\ud83d\ude00", event_name="\ud83d"),
    "Latin-1": _with(Request(url=URL, headers=(("X", "\xff\x80"),), body="é".encode("latin-1"))),
    "no answer": attempt(status=None, error=AttemptError(ErrorKind.TIMEOUT, "x\ny"), result=Result.FAILED),
    "backslashes": _with(
        Request(url="\\n", headers=(("X\\n", '\\"'), ("\\", "a\\\nb")), body=b'\\n"\\u0000'),
        Response(status=200, headers=(("A", "b\\n"), ("\\\\n", ""))),
    ),
    "a signature with half a pair": attempt(
        signature=SignatureRecord(header="\ud83d", value="\n\\n", message='"')
    ),
    "the last moment of all": attempt(due_at=253_402_300_799_999_999, sent_wall=253_402_300_800_000_000),
    "a rare one": attempt(copy=2, trigger="redeliver", remade=True, faults=("a\n\ud83d", '"')),
    "unsigned": attempt(signature=None),
    "no type": attempt(type=None),
}


@pytest.mark.parametrize("record", HARD.values(), ids=HARD.keys())
def test_hard_attempts_come_back_exactly(form: str, tmp_path: Path, record: AttemptRecord) -> None:
    _comes_back(form, tmp_path, record)


@pytest.mark.parametrize("record", HARD.values(), ids=HARD.keys())
def test_hard_attempts_are_the_same_as_text(form: str, tmp_path: Path, record: AttemptRecord) -> None:
    _same_text(form, tmp_path, record)
