"""What every journal promises: records in order, read back as they were put, and loss that is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Generic, Protocol, TypeVar

from emulator.endpoint import Endpoint
from emulator.matcher import Matcher, MessageMatcher
from emulator.matcher.message import Miss
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

T = TypeVar("T")


@value(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a journal keeps; None is without limit."""

    attempts: int | None = 100_000
    size: int | None = 1 << 30


@value(frozen=True, slots=True, kw_only=True)
class PageOf:
    """Which part of a list: at most `limit` records behind the cursor `after`, oldest first unless `descending`."""

    limit: int = 100
    after: str | None = None
    descending: bool = False


@value(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list. `next` is the cursor behind its last record, or None when nothing follows yet."""

    items: Sequence[T]
    next: str | None


@value(frozen=True, slots=True, kw_only=True)
class AttemptFilter:
    """The filters of `GET /api/v1/attempts`; those left out hold for every attempt.

    `since` and `until` bound the real moment of sending, in microseconds since 1970, both included. `nulls` names
    filters that hold where there is nothing: no `status`, no `type`.
    """

    run: str | None = None
    delivery: str | None = None
    event: str | None = None
    event_name: str | None = None
    provider: str | None = None
    type: str | None = None
    url: str | None = None
    status: int | None = None
    result: str | None = None
    trigger: str | None = None
    number: int | None = None
    since: int | None = None
    until: int | None = None
    labels: tuple[tuple[str, str], ...] = ()
    nulls: tuple[str, ...] = ()


@value(frozen=True, slots=True, kw_only=True)
class RequestFilter:
    """The filters of `GET /api/v1/requests`; those left out hold for every request.

    `nulls` names filters that hold where there is nothing: no `status`, no `route`.
    """

    run: str | None = None
    provider: str | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    route: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    nulls: tuple[str, ...] = ()


@value(frozen=True, slots=True, kw_only=True)
class NotificationFilter:
    """The filters of `GET /api/v1/notifications`; those left out hold for every notification."""

    run: str | None = None
    delivery: str | None = None
    labels: tuple[tuple[str, str], ...] = ()


Filter = AttemptFilter | RequestFilter | NotificationFilter


@value(frozen=True, slots=True, kw_only=True)
class Match:
    """What is looked for: records that a filter selects and whose `parts` fit, each as `emulator.matcher` says.

    Parts are the `request` and the `response` of attempts, and of requests to a provider, and the texts `to`,
    `subject` and `text` of notifications.
    """

    where: Filter
    request: MessageMatcher | None = None
    response: MessageMatcher | None = None
    texts: tuple[tuple[str, Matcher], ...] = ()

    @property
    def plain(self) -> bool:
        """The filter says it all."""
        return self.request is None and self.response is None and not self.texts

    @property
    def empty(self) -> bool:
        """Everything of its kind fits."""
        return self.plain and self.where == type(self.where)()


@value(frozen=True, slots=True, kw_only=True)
class Found:
    """What one look brought: for each record that fits, its number and its moment; and `last`, the last number seen.

    The moment is when it was sent, came in or was due, as its kind has it. With `done`, there is nothing behind.
    Of `unclear` ones nobody can tell, since their bodies were cut or cannot be searched; `one_unclear` is one's id.
    """

    records: Sequence[tuple[int, int]]
    last: int
    done: bool
    unclear: int = 0
    one_unclear: str | None = None


@value(frozen=True, slots=True)
class Near:
    """A record and the parts of it that do not fit."""

    id: str
    misses: tuple[Miss, ...]


@value(frozen=True, slots=True, kw_only=True)
class Standing:
    """The runs in question: how many are known, still running, and cut short; and the attempts they have `lost`.

    `gone` are those of them whose runs went as a whole, with all their records. `lost_requests` are requests to the
    provider's API that they have lost. `one` is the id of a running one.
    """

    known: int
    running: int
    cut: int
    lost: int
    gone: int
    lost_requests: int = 0
    one: str | None = None

    def lost_of(self, where: Filter) -> int:
        """How many lost records may have been among those that a filter selects."""
        match where:
            case AttemptFilter():
                return self.lost
            case RequestFilter():
                return self.lost_requests
            case NotificationFilter():
                return self.gone


class Journal(Protocol):
    """The store of all records of one process."""

    def put(self, *records: Record) -> None:
        """Take records, in order, without waiting. A run, delivery or endpoint put again replaces its older form.

        Those put together are stored together or not at all. The plan of a run goes when the run is put as ended.
        Raises JournalError once the store has failed.
        """
        ...

    @property
    def crowded(self) -> bool:
        """So much is taken and not yet stored that one had better `flush` before putting more."""
        ...

    @property
    def lasting(self) -> bool:
        """The records outlive this process, so that a flush before each successor is worth its wait."""
        ...

    async def flush(self) -> None:
        """Return when all that was put before is stored, survives the process and is seen by readers.

        Raises JournalError when it cannot be.
        """
        ...

    def on_lost(self, tell: Callable[[str, int], None]) -> None:
        """Have `tell(run, how_many)` called, on the event loop, when a running run loses attempts or requests."""
        ...

    async def run(self, id: str) -> RunRecord | None:
        """One run."""
        ...

    async def runs(self, page: PageOf, labels: tuple[tuple[str, str], ...] = ()) -> Page[RunRecord]:
        """Runs in the order of their start."""
        ...

    async def delivery(self, id: str) -> DeliveryRecord | None:
        """One delivery."""
        ...

    async def deliveries(self, run: str, page: PageOf) -> Page[DeliveryRecord]:
        """A run's deliveries in the order of their making."""
        ...

    async def explanations(self, deliveries: Sequence[str]) -> dict[str, list[str]]:
        """The explanation lines of each delivery's attempts, in order."""
        ...

    async def attempt(self, id: str) -> AttemptRecord | None:
        """One attempt."""
        ...

    async def attempts(self, where: AttemptFilter, page: PageOf) -> Page[AttemptRecord]:
        """Attempts in the order of their recording."""
        ...

    async def attempt_text(self, id: str) -> str | None:
        """One attempt in its JSON form, as text that any encoding takes."""
        ...

    async def attempt_texts(self, where: AttemptFilter, page: PageOf) -> Page[str]:
        """Attempts in their JSON form, as texts that any encoding takes, in the order of their recording."""
        ...

    async def count(self, where: AttemptFilter) -> int:
        """How many attempts there are."""
        ...

    async def notifications(self, where: NotificationFilter, page: PageOf) -> Page[NotificationRecord]:
        """Notifications in order."""
        ...

    async def request(self, id: str) -> RequestRecord | None:
        """One call to a provider's API."""
        ...

    async def requests(self, where: RequestFilter, page: PageOf) -> Page[RequestRecord]:
        """Calls to the providers' APIs in the order of their coming."""
        ...

    async def find(self, match: Match, page: PageOf) -> Page[str]:
        """Records in their JSON form, as texts, in the order of their list.

        Raises InvalidInput where a regular expression takes too long, or all of it does.
        """
        ...

    def looks(self, match: Match, behind: int = 0) -> AsyncIterator[Found]:
        """All that fits behind a number, look by look; each takes a few milliseconds at most.

        Raises InvalidInput as `find` does.
        """
        ...

    async def nearest(self, match: Match) -> list[Near]:
        """Up to three of the latest records of the runs in question, those that miss by the fewest parts."""
        ...

    async def absent(self, where: Filter) -> tuple[str, ...]:
        """The filters of these whose value no delivery of the runs in question has: `delivery`, `type` and such."""
        ...

    async def standing(self, run: str | None, labels: tuple[tuple[str, str], ...]) -> Standing:
        """How the runs stand that are this one, have these labels, or are known at all."""
        ...

    async def plans(self) -> list[Plan]:
        """The plans of the runs that have not ended: run by run in the order of their start, and part by part."""
        ...

    async def endpoints(self) -> list[Endpoint]:
        """The endpoints that were put and not unregistered, in order; only a lasting journal keeps them."""
        ...

    async def check(self) -> None:
        """Raise JournalError, saying why, if records can no longer be stored and read where they are expected."""
        ...

    async def evicted(self, run: str) -> bool:
        """The run was known and its records had to go."""
        ...

    async def remove(self, run: str) -> None:
        """Forget a run and all that belongs to it."""
        ...

    async def close(self) -> None:
        """Store what was put, then close."""
        ...
