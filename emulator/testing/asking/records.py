"""What is on record: deliveries and attempts, what the application called, and e-mails."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.testing.answers import Count
from emulator.testing.asking.forms import API, Labelled, get, listing, post, run_path
from emulator.testing.asking.words import Match, Moment, Order, given, moment_of, segment
from emulator.testing.call import Call, Listing, exact
from emulator.testing.records import Attempt, Delivery, Notification, Request, Run


class OfRecords(Labelled):
    """What is asked of the records of runs."""

    def deliveries(self, run: str | Run, *, order: Order = "asc") -> Listing[Delivery]:
        """The deliveries of a run, with their explanations, in the order in which they began."""
        path = run_path(run).removeprefix(API)
        return listing(Delivery, f"{path}/deliveries", {"order": order})

    def delivery(self, id: str | Delivery) -> Call[Delivery]:
        """One delivery, with its explanation."""
        return get(f"/deliveries/{segment(id)}", Delivery)

    def redeliver(self, delivery: str | Delivery) -> Call[Attempt]:
        """Make one more attempt of a delivery that has ended: the same bytes, now, without retries."""
        return post(f"{API}/deliveries/{segment(delivery)}/redeliver", Attempt)

    def attempts(
        self,
        *,
        run: str | Run | None = None,
        delivery: str | Delivery | None = None,
        event: str | None = None,
        event_name: str | None = None,
        provider: str | None = None,
        type: str | None = None,
        url: str | None = None,
        status: int | None = None,
        result: str | None = None,
        trigger: str | None = None,
        number: int | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        labels: Mapping[str, str] | None = None,
        order: Order = "asc",
    ) -> Listing[Attempt]:
        """Attempts in the order in which they ended; all that is given holds together."""
        filters = given(
            run=run,
            delivery=delivery,
            event=event,
            event_name=event_name,
            provider=provider,
            type=type,
            url=url,
            status=status,
            result=result,
            trigger=trigger,
            number=number,
            since=moment_of(since),
            until=moment_of(until),
            labels=labels,
        )
        return listing(Attempt, "/attempts", {"order": order, **self._filters(filters)})

    def attempt(self, id: str | Attempt) -> Call[Attempt]:
        """One attempt."""
        return get(f"/attempts/{segment(id)}", Attempt)

    def request_body(self, attempt: str | Attempt) -> Call[bytes]:
        """The exact bytes that were sent."""
        return Call(method="GET", path=f"{API}/attempts/{segment(attempt)}/request/body", read=exact)

    def response_body(self, attempt: str | Attempt) -> Call[bytes]:
        """The bytes that came back, unpacked, as far as they were kept."""
        return Call(method="GET", path=f"{API}/attempts/{segment(attempt)}/response/body", read=exact)

    def find_attempts(self, match: Match, *, order: Order = "asc") -> Listing[Attempt]:
        """The attempts that fit a match, in the order in which they ended."""
        return self._found(Attempt, "attempts", match, order)

    def count_attempts(self, match: Match) -> Call[Count]:
        """How many attempts fit a match."""
        return self._counted("attempts", match)

    def requests(
        self,
        *,
        run: str | Run | None = None,
        provider: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        route: str | None = None,
        labels: Mapping[str, str] | None = None,
        order: Order = "asc",
    ) -> Listing[Request]:
        """The calls that the application made to the provider's API, in the order of their coming."""
        filters = given(
            run=run, provider=provider, method=method, path=path, status=status, route=route, labels=labels
        )
        return listing(Request, "/requests", {"order": order, **self._filters(filters)})

    def request(self, id: str | Request) -> Call[Request]:
        """One call to the provider's API."""
        return get(f"/requests/{segment(id)}", Request)

    def find_requests(self, match: Match, *, order: Order = "asc") -> Listing[Request]:
        """The calls to the provider's API that fit a match, in the order of their coming."""
        return self._found(Request, "requests", match, order)

    def count_requests(self, match: Match) -> Call[Count]:
        """How many calls to the provider's API fit a match."""
        return self._counted("requests", match)

    def notifications(
        self,
        *,
        run: str | Run | None = None,
        labels: Mapping[str, str] | None = None,
        order: Order = "asc",
    ) -> Listing[Notification]:
        """The e-mails about exhausted deliveries, in their order."""
        filters = self._filters(given(run=run, labels=labels))
        return listing(Notification, "/notifications", {"order": order, **filters})

    def find_notifications(self, match: Match, *, order: Order = "asc") -> Listing[Notification]:
        """The e-mails that fit a match."""
        return self._found(Notification, "notifications", match, order)

    def count_notifications(self, match: Match) -> Call[Count]:
        """How many e-mails fit a match."""
        return self._counted("notifications", match)
