"""A group: what the writer stores with one commit. Runs and deliveries put repeatedly come down to their last form."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from emulator.endpoint import Endpoint, Unregistered
from emulator.record import (
    AttemptRecord,
    DeliveryRecord,
    NotificationRecord,
    Plan,
    Record,
    RequestRecord,
    RunRecord,
)
from emulator.value import value

_COUNT = 512
_BYTES = 8 << 20


@value(frozen=True, slots=True)
class Job:
    """Something to be done with the writing connection, after all that was put before it is stored."""

    do: Callable[[sqlite3.Connection], object]


@value(frozen=True, slots=True)
class Removal:
    """A run to be forgotten, and who waits for that."""

    run: str
    waiting: asyncio.Future[None]


Item = tuple[Record, ...] | Job | Removal
"""What one group takes whole: records that were put together among them."""


def weight(attempt: AttemptRecord) -> int:
    """The bytes of an attempt's bodies."""
    response = attempt.response
    return len(attempt.request.body) + (0 if response is None else len(response.body))


@dataclass(slots=True)
class Group:
    """Records by kind, in the order of their first putting; then jobs, then at most one removal."""

    runs: dict[str, RunRecord] = field(default_factory=dict)
    deliveries: dict[str, DeliveryRecord] = field(default_factory=dict)
    attempts: list[AttemptRecord] = field(default_factory=list)
    notifications: dict[str, NotificationRecord] = field(default_factory=dict)
    requests: list[RequestRecord] = field(default_factory=list)
    plans: dict[tuple[str, int], Plan] = field(default_factory=dict)
    endpoints: dict[str, Endpoint | Unregistered] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    removal: Removal | None = None
    count: int = 0
    size: int = 0

    @classmethod
    def gather(cls, items: Iterable[Item]) -> Group:
        """As many of the items as one commit should carry. What follows a removal is of another group."""
        group = cls()
        for item in items:
            if isinstance(item, tuple):
                group._take(item)
                group.count += len(item)
            else:
                group._add(item)
                group.count += 1
            if group.full:
                break
        return group

    @property
    def full(self) -> bool:
        """It was cut off: more may be waiting."""
        return self.count >= _COUNT or self.size >= _BYTES or self.removal is not None

    def _take(self, records: tuple[Record, ...]) -> None:
        for record in records:
            if isinstance(record, DeliveryRecord):
                self.deliveries[record.id] = record
            elif isinstance(record, AttemptRecord):
                self.attempts.append(record)
                self.size += weight(record)
            elif isinstance(record, RunRecord):
                self.runs[record.id] = record
            elif isinstance(record, NotificationRecord):
                self.notifications[record.id] = record
            elif isinstance(record, RequestRecord):
                self.requests.append(record)
                self.size += len(record.body)
            elif isinstance(record, Endpoint | Unregistered):
                self.endpoints[record.id] = record
            else:
                self._plan(record)

    def _plan(self, plan: Plan) -> None:
        if not plan.document:
            self.plans = {key: each for key, each in self.plans.items() if each.run != plan.run}
        self.plans[plan.run, plan.part] = plan

    def _add(self, item: Job | Removal) -> None:
        if isinstance(item, Job):
            self.jobs.append(item)
        else:
            self.removal = item

    @property
    def records(self) -> bool:
        """There is a record in it."""
        of_runs = self.attempts or self.deliveries or self.runs
        return bool(of_runs or self.notifications or self.requests or self.plans or self.endpoints)
