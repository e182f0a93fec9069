"""The stream over a real journal: what is kept, for how long, and what is told of the rest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from emulator.endpoint import Unregistered
from emulator.errors import JournalError
from emulator.journal import SqliteJournal, open_journal
from emulator.record import DeliveryState, Plan, Record
from emulator.streaming import Position, Reader, Selection, Stream
from emulator.streaming import stream as module
from tests.helpers.records import attempt, delivery, notification, request, run

ALL = Selection()


@pytest.fixture
async def journal() -> AsyncIterator[SqliteJournal]:
    journal = await open_journal(None)
    yield journal
    await journal.close()


def stream_of(journal: SqliteJournal, **more: Any) -> Stream:
    return Stream(journal, {"run_2": {"test": "mine"}}.get, **more)


def put(journal: SqliteJournal, stream: Stream, *records: Record) -> None:
    journal.put(*records)
    stream.put(records)


async def told(reader: Reader) -> list[tuple[str, str, Any]]:
    """Number, name and data of each event that comes next."""
    found: list[tuple[str, str, Any]] = []
    while portion := await reader.portion():
        for event in b"".join(portion).decode().removesuffix("\n\n").split("\n\n"):
            id, name, data = (line.partition(": ")[2] for line in event.split("\n"))
            found.append((id.partition("-")[2], name, json.loads(data)))
    return found


async def heads(reader: Reader) -> list[tuple[str, str]]:
    return [(number, name) for number, name, _ in await told(reader)]


async def test_records_of_each_kind_are_told_and_secrets_are_not(journal: SqliteJournal) -> None:
    stream = stream_of(journal)
    with stream.reading(ALL) as reader:
        put(journal, stream, run(), Plan("run_1", "{}"))
        put(journal, stream, Unregistered("end_1"))
        put(journal, stream, delivery(), attempt(), notification(), request())
        assert await heads(reader) == [
            ("1", "run"),
            ("2", "delivery"),
            ("3", "attempt"),
            ("4", "notification"),
            ("5", "request"),
        ]
        assert await heads(reader) == []


async def test_nothing_is_kept_while_nobody_reads(journal: SqliteJournal) -> None:
    stream = stream_of(journal)
    put(journal, stream, run())
    assert stream.ring is None
    with stream.reading(ALL) as reader:
        assert await heads(reader) == []


async def test_what_was_put_while_a_reader_was_away_is_kept_for_it_and_not_for_ever(
    journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_S", 0.05)
    stream = stream_of(journal)
    with stream.reading(ALL):
        put(journal, stream, run())
        epoch = stream.epoch
    put(journal, stream, attempt())
    with stream.reading(ALL, Position(epoch, 1)) as reader:
        assert await heads(reader) == [("2", "attempt")]
    later = asyncio.Event()
    asyncio.get_running_loop().call_later(2 * module.KEPT_S, later.set)
    await later.wait()
    assert stream.ring is None
    with stream.reading(ALL, Position(epoch, 2)) as reader:
        assert stream.epoch != epoch
        ((number, name, data),) = await told(reader)
        assert (number, name, data["records"]) == ("0", "lost", None)


async def test_a_position_that_was_not_reached_yet_is_not_taken_for_one(journal: SqliteJournal) -> None:
    stream = stream_of(journal)
    with stream.reading(ALL), stream.reading(ALL, Position(stream.epoch, 5)) as reader:
        put(journal, stream, run())
        assert await heads(reader) == [("0", "lost"), ("1", "run")]


async def test_what_had_to_make_room_is_counted_as_lost(journal: SqliteJournal) -> None:
    stream = stream_of(journal, most=20_000)
    with stream.reading(ALL) as reader:
        for number in range(50):
            put(journal, stream, attempt(number))
        ring = stream.ring
        assert ring is not None
        assert ring.held <= 20_000
        (_, name, data), *rest = await told(reader)
        assert (name, data["records"]) == ("lost", ring.first - 1)
        assert [number for number, _, _ in rest] == [str(number) for number in range(ring.first, 51)]


async def test_a_record_larger_than_all_that_is_kept_is_told(journal: SqliteJournal) -> None:
    stream = stream_of(journal, most=10)
    with stream.reading(ALL) as reader:
        put(journal, stream, attempt())
        assert await heads(reader) == [("1", "attempt")]


async def test_a_record_that_is_not_stored_yet_is_not_told(
    journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = asyncio.Event()
    monkeypatch.setattr(journal, "flush", stored.wait)
    stream = stream_of(journal)
    with stream.reading(ALL) as reader:
        put(journal, stream, run())
        waiting = asyncio.create_task(told(reader))
        await asyncio.wait([waiting], timeout=0.05)
        assert not waiting.done()
        stored.set()
        assert [name for _, name, _ in await waiting] == ["run"]


async def test_a_record_that_cannot_be_stored_is_not_told(
    journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> None:
        raise JournalError("the disk is full")

    monkeypatch.setattr(journal, "flush", fail)
    stream = stream_of(journal)
    with stream.reading(ALL) as reader:
        put(journal, stream, run())
        with pytest.raises(JournalError, match="the disk is full"):
            await reader.portion()


async def test_readers_share_the_texts(journal: SqliteJournal) -> None:
    stream = stream_of(journal)
    with stream.reading(ALL) as one, stream.reading(ALL) as other:
        put(journal, stream, attempt())
        assert (await one.portion())[0] is (await other.portion())[0]


async def test_portions_are_bounded(journal: SqliteJournal) -> None:
    stream = stream_of(journal)
    with stream.reading(ALL) as reader:
        put(journal, stream, *(attempt(number) for number in range(1_000)))
        sizes = []
        while portion := await reader.portion():
            sizes.append(sum(map(len, portion)))
    assert len(sizes) > 5
    assert max(sizes) <= module.PORTION_BYTES


async def test_labels_are_those_of_the_run_or_of_its_record_beside(journal: SqliteJournal) -> None:
    stream = stream_of(journal)
    with stream.reading(Selection(labels=(("test", "mine"),))) as reader:
        put(journal, stream, attempt(1, run="run_1"))
        put(journal, stream, attempt(2, run="run_2"))
        put(journal, stream, attempt(3, run="run_3"), run("run_3", labels={"test": "mine"}))
        assert [number for number, _, _ in await told(reader)] == ["2", "3", "4"]
        assert reader.position.endswith("-4")


async def test_a_delivery_shows_what_its_attempts_so_far_explain(journal: SqliteJournal) -> None:
    stream = stream_of(journal)
    with stream.reading(ALL) as reader:
        put(journal, stream, attempt(1, number=1, explanation="one"), delivery(1, attempts=1))
        second = attempt(1, id="att_1_1_2", number=2, explanation="two")
        put(journal, stream, second, delivery(1, attempts=2, state=DeliveryState.DELIVERED))
        shown = [data["explanation"] for _, name, data in await told(reader) if name == "delivery"]
    assert shown == [["one"], ["one", "two"]]


async def test_half_a_surrogate_pair_is_told_as_its_escape(journal: SqliteJournal) -> None:
    stream = stream_of(journal)
    with stream.reading(ALL) as reader:
        put(journal, stream, run(scenario="half \udc80 and \u2028 line\r\nbreaks"))
        assert [data["scenario"] for _, _, data in await told(reader)] == [
            "half \udc80 and \u2028 line\r\nbreaks"
        ]
