from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.journal import Limits, ledger
from emulator.journal.group import Group, Removal
from emulator.journal.ledger import Ledger
from emulator.journal.place import FilePlace
from emulator.record import Record
from tests.helpers.records import attempt, delivery, notification, run, settled


@pytest.fixture
def place(tmp_path: Path) -> Iterator[FilePlace]:
    place = FilePlace(tmp_path / "journal.db")
    yield place
    place.release()


@pytest.fixture
def connection(place: FilePlace) -> Iterator[sqlite3.Connection]:
    connection = place.open()
    yield connection
    connection.close()


def rows(connection: sqlite3.Connection) -> dict[str, int]:
    tables = ("runs", "labels", "deliveries", "attempts", "contents", "notifications")
    return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608


def some(name: str, many: int) -> Group:
    records: list[Record] = [run(name, labels={"team": name}), notification(1, name)]
    for number in range(many):
        records += [delivery(number, name), attempt(number, name)]
    return Group.gather([tuple(records)])


def test_a_group_is_stored_whole_or_not_at_all(connection: sqlite3.Connection) -> None:
    book = Ledger(connection, Limits(), shared=True)
    book.store(some("run_1", 3))
    before = rows(connection)
    with pytest.raises(OverflowError):
        book.store(Group.gather([(run("run_2"), delivery(1, "run_2"), attempt(1, "run_2", number=1 << 70))]))
    assert rows(connection) == before
    assert not connection.in_transaction


async def test_what_was_begun_is_gone_on_with_after_an_end(
    connection: sqlite3.Connection, place: FilePlace, monkeypatch
) -> None:
    """A run is deleted part by part; should the process end between, the next one goes on."""
    monkeypatch.setattr("emulator.journal.retention._STEP", 10)
    monkeypatch.setattr("emulator.journal.retention._PART", 20)
    book = Ledger(connection, Limits(attempts=60), shared=True)
    book.store(some("run_1", 50))
    book.store(Group.gather([(settled("run_1"), *some("run_2", 50).attempts)]))
    removal = Removal("run_2", asyncio.get_running_loop().create_future())
    book.store(Group.gather([removal]))
    assert book.busy
    assert rows(connection)["attempts"] > 0
    again = Ledger(connection, Limits(attempts=60), shared=True)
    while again.busy:
        again.store(Group())
    assert rows(connection) == dict.fromkeys(rows(connection), 0) | {"runs": 1}
    assert connection.execute("SELECT id, gone, purge FROM runs").fetchall() == [("run_1", 1, 0)]


def test_the_log_stays_short_however_busy_the_readers_are(
    connection: sqlite3.Connection, place: FilePlace, monkeypatch
) -> None:
    monkeypatch.setattr(ledger, "_LOG_SIZE", 200_000)
    reading, stop = place.second(), threading.Event()

    def read() -> None:
        while not stop.is_set():
            reading.execute("SELECT sum(size) FROM attempts").fetchone()

    reader = threading.Thread(target=read)
    reader.start()
    book = Ledger(connection, Limits(), shared=True)
    for number in range(100):
        book.store(Group.gather([(attempt(number, body=b"x" * 50_000),)]))
    stop.set()
    reader.join()
    reading.close()
    log = place.path.with_name("journal.db-wal").stat().st_size
    assert log < 1_000_000


def test_an_empty_group_costs_no_transaction(connection: sqlite3.Connection) -> None:
    book = Ledger(connection, Limits(), shared=True)
    book.store(Group())
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    book.store(Group())
    connection.set_trace_callback(None)
    assert statements == []
