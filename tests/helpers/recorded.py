"""What a journal has of one run, read from lists."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from emulator.journal.seam import AttemptFilter, Page, PageOf, RequestFilter
from emulator.record import (
    AttemptError,
    AttemptRecord,
    DeliveryRecord,
    DeliveryState,
    ErrorKind,
    Expected,
    Failure,
    NotificationRecord,
    Request,
    RequestRecord,
    Response,
    Result,
    RunRecord,
    Verdict,
)
from tests.helpers.records import attempt, delivery, notification, request, settled


class Recorded:
    """The reading side of a journal, as reports use it. Every list is one page."""

    def __init__(
        self,
        *,
        deliveries: Sequence[DeliveryRecord] = (),
        attempts: Sequence[AttemptRecord] = (),
        requests: Sequence[RequestRecord] = (),
        notifications: Sequence[NotificationRecord] = (),
    ) -> None:
        self._deliveries = deliveries
        self._attempts = attempts
        self._requests = requests
        self._notifications = notifications

    async def run(self, id: str) -> RunRecord | None:
        return settled(id=id)

    async def evicted(self, run: str) -> bool:
        return False

    async def deliveries(self, run: str, page: PageOf) -> Page[DeliveryRecord]:
        return Page(self._deliveries, None)

    async def attempts(self, where: AttemptFilter, page: PageOf) -> Page[AttemptRecord]:
        of = where.delivery
        return Page([each for each in self._attempts if of in (None, each.delivery)], None)

    async def attempt_texts(self, where: AttemptFilter, page: PageOf) -> Page[str]:
        return Page([json.dumps(each.to_json()) for each in self._attempts], None)

    async def requests(self, where: RequestFilter, page: PageOf) -> Page[RequestRecord]:
        return Page(self._requests, None)

    async def request(self, id: str) -> RequestRecord | None:
        return next((each for each in self._requests if each.id == id), None)

    async def notifications(self, run: str | None, page: PageOf) -> Page[NotificationRecord]:
        return Page(self._notifications, None)

    async def explanations(self, deliveries: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self._attempts:
            if each.delivery in deliveries:
                found.setdefault(each.delivery, []).append(each.explanation)
        return found


def hostile(text: str, body: bytes) -> tuple[RunRecord, Recorded]:
    """A run of which all that others choose is this text and these bytes."""
    headers = ((text, text),)
    answer = Response(status=200, headers=headers, body=body)
    lost = Failure(
        event=text, check="outcome", expected=1, actual=text, message=text, delivery="dlv_1_1", index=0
    )
    expected = Expected(event=text, check="statuses", text=text)
    run = settled(
        scenario=text,
        verdict=Verdict.FAILED,
        expects=(expected,),
        failures=(lost,),
        warnings=(text,),
        labels={text: text},
    )
    sent = Request(url=text, headers=headers, body=body)
    error = AttemptError(ErrorKind.RESET, text)
    return run, Recorded(
        deliveries=[
            delivery(1, event_name=text, type=text, url=text, state=DeliveryState.EXHAUSTED, attempts=2)
        ],
        attempts=[
            attempt(1, event_name=text, type=text, request=sent, response=answer, explanation=text),
            attempt(
                1, request=sent, status=None, error=error, result=Result.FAILED, number=2, explanation=text
            ),
        ],
        requests=[
            request(1, path=text, query=headers, headers=headers, body=body, response=answer, route=text)
        ],
        notifications=[notification(1, to=text, subject=text, text=text, error=text)],
    )


async def written(name: str, journal: Any, *runs: Any) -> str:
    """A whole report, as it comes out of a file."""
    from emulator.report.formats import format_named, report

    text = "".join([piece async for piece in report(format_named(name), journal, *runs)])
    return text.encode(errors="backslashreplace").decode()
