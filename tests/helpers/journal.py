"""A journal of plain lists, for tests that look at what was put."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from emulator.record import (
    AttemptRecord,
    DeliveryRecord,
    NotificationRecord,
    Plan,
    Record,
    RunRecord,
    RunState,
)


class ListJournal:
    """Keeps records in the order in which they were put; runs and deliveries by id, in their last form."""

    def __init__(self, *, lasting: bool = False, crowded: bool = False) -> None:
        self.lasting = lasting
        self.crowded = crowded
        self.records: list[Record] = []
        self.flushes = 0
        self.closed = False
        self.fails: Exception | None = None

    def put(self, *records: Record) -> None:
        if self.fails is not None:
            raise self.fails
        self.records += records

    async def flush(self) -> None:
        self.flushes += 1

    async def check(self) -> None:
        if self.fails is not None:
            raise self.fails

    async def plans(self) -> list[Plan]:
        ended = {run.id for run in self.played if run.state is not RunState.RUNNING}
        return [record for record in self.records if isinstance(record, Plan) and record.run not in ended]

    async def close(self) -> None:
        self.closed = True

    def on_lost(self, tell: Callable[[str, int], None]) -> None:
        self.tell_lost = tell

    @property
    def made(self) -> list[AttemptRecord]:
        return [record for record in self.records if isinstance(record, AttemptRecord)]

    @property
    def notified(self) -> list[NotificationRecord]:
        return [record for record in self.records if isinstance(record, NotificationRecord)]

    @property
    def delivered(self) -> list[DeliveryRecord]:
        return _last(record for record in self.records if isinstance(record, DeliveryRecord))

    @property
    def played(self) -> list[RunRecord]:
        return _last(record for record in self.records if isinstance(record, RunRecord))


T = TypeVar("T", RunRecord, DeliveryRecord)


def _last(records: Iterable[T]) -> list[T]:
    return list({record.id: record for record in records}.values())
