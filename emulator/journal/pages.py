"""Reading a run's records page by page, so that a large run needs no memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from emulator.journal.seam import (
    AttemptFilter,
    Journal,
    NotificationFilter,
    Page,
    PageOf,
    RequestFilter,
)
from emulator.record import AttemptRecord, DeliveryRecord, NotificationRecord, RequestRecord, RunRecord

T = TypeVar("T")
_PAGE = 1_000


async def _all(read: Callable[[PageOf], Awaitable[Page[T]]], *, descending: bool = False) -> AsyncIterator[T]:
    after: str | None = None
    while True:
        page = await read(PageOf(limit=_PAGE, after=after, descending=descending))
        for item in page.items:
            yield item
        if page.next is None:
            return
        after = page.next


def all_runs(journal: Journal, labels: tuple[tuple[str, str], ...] = ()) -> AsyncIterator[RunRecord]:
    """The runs that have all these labels, in the order of their start."""
    return _all(lambda page: journal.runs(page, labels))


def all_attempts(
    journal: Journal, where: AttemptFilter, *, descending: bool = False
) -> AsyncIterator[AttemptRecord]:
    """Attempts in the order of their recording, or the latest first."""
    return _all(lambda page: journal.attempts(where, page), descending=descending)


def all_attempt_texts(journal: Journal, where: AttemptFilter) -> AsyncIterator[str]:
    """The same in their JSON form, as texts."""
    return _all(lambda page: journal.attempt_texts(where, page))


def all_requests(journal: Journal, run: str) -> AsyncIterator[RequestRecord]:
    """The calls that a run took, in the order of their coming."""
    return _all(lambda page: journal.requests(RequestFilter(run=run), page))


def all_deliveries(journal: Journal, run: str) -> AsyncIterator[DeliveryRecord]:
    """A run's deliveries in the order of their making."""
    return _all(lambda page: journal.deliveries(run, page))


def all_notifications(journal: Journal, run: str) -> AsyncIterator[NotificationRecord]:
    """A run's notifications in order."""
    return _all(lambda page: journal.notifications(NotificationFilter(run=run), page))
