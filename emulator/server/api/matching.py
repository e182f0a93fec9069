"""Questions about attempts, requests and notifications: what a match may say, and what fits it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from emulator.document import Field, Invalid, Place, Shape, nullable, record
from emulator.journal import AttemptFilter, Match, NotificationFilter, RequestFilter
from emulator.journal.seam import Filter
from emulator.matcher import MessageMatcher, matcher_shape, message_shape
from emulator.matcher.message import message_fields, query_field
from emulator.server.answer import Answer, json_answer, list_answer
from emulator.server.api import attempts, notifications, requests
from emulator.server.api.finding import check_kept, run_of
from emulator.server.call import Call
from emulator.server.parameters import labels_shape, page_of

Of = Literal["attempts", "requests", "notifications"]

_LABELS = {"labels": Field(labels_shape(), "Those whose run has all these labels.")}
_TEXTS = ("to", "subject", "text")


async def find(call: Call) -> Answer:
    """A page of what fits."""
    match: Match = call.body["match"]
    for run in _runs(match.where):
        await check_kept(call.context, run)
    page = await call.context.emulator.journal.find(match, page_of(call.query))
    return list_answer(page.items, page.next)


def _runs(where: Filter) -> Iterator[str | None]:
    """The runs that a filter names, or of which it names something."""
    yield where.run
    for name in ("delivery", "event"):
        yield run_of(getattr(where, name, None) or "")


async def count(call: Call) -> Answer:
    """How many fit."""
    journal, match = call.context.emulator.journal, call.body["match"]
    standing = await journal.standing(match.where.run, match.where.labels)
    if isinstance(match.where, AttemptFilter) and match.plain:
        found = await journal.count(match.where)
    else:
        found = sum([len(part.records) async for part in journal.looks(match)])
    return json_answer({"count": found, "lost": standing.lost_of(match.where)})


def _of_attempts(place: Place, values: dict[str, Any]) -> Match | Invalid:
    if {"since", "until"} <= values.keys() and values["since"] > values["until"]:
        return place.child("since").problem("expected a moment before that of until")
    request, response = values.pop("request", None), values.pop("response", None)
    asked = request if request and request.parts else None
    return Match(where=AttemptFilter(**_filters(values)), request=asked, response=response)


def _of_requests(_: Place, values: dict[str, Any]) -> Match:
    parts = {name: values.pop(name) for name in ("query", "headers", "body", "json") if name in values}
    asked, response = MessageMatcher(**parts), values.pop("response", None)
    where = RequestFilter(**_filters(values))
    return Match(where=where, request=asked if asked.parts else None, response=response)


def _of_notifications(_: Place, values: dict[str, Any]) -> Match:
    texts = tuple((name, values.pop(name)) for name in _TEXTS if name in values)
    return Match(where=NotificationFilter(**_filters(values)), texts=texts)


def _filters(values: dict[str, Any]) -> dict[str, Any]:
    nulls = tuple(name for name, value in values.items() if value is None)
    return {
        **values,
        "labels": tuple(values.get("labels", {}).items()),
        **({"nulls": nulls} if nulls else {}),
    }


def _match(
    build: Callable[[Place, dict[str, Any]], Match | Invalid], fields: Mapping[str, Field], such: str
) -> Shape[Match]:
    return record(build, fields, wanted=f"a mapping such as {such}")


def _or_null(filters: Mapping[str, Field], *names: str) -> dict[str, Field]:
    """Filters that also take null, for records that have nothing there."""
    return {
        name: Field(nullable(filters[name].shape), f"{filters[name].doc} null: those without one.")
        for name in names
    }


MATCHES: Mapping[Of, Shape[Match]] = {
    "attempts": _match(
        _of_attempts,
        {
            **attempts.FILTERS,
            **_or_null(attempts.FILTERS, "status", "type"),
            **_LABELS,
            "request": Field(message_shape(), "Those whose request fits: `headers`, `body`, `json`."),
            "response": Field(message_shape(), "Those whose answer fits, in the same way."),
        },
        '{"event_name": "created", "status": 503}',
    ),
    "requests": _match(
        _of_requests,
        {
            **requests.FILTERS,
            **_or_null(requests.FILTERS, "status", "route"),
            **_LABELS,
            "query": query_field(),
            **message_fields(),
            "response": Field(message_shape(), "Those whose answer fits: `headers`, `body`, `json`."),
        },
        '{"method": "POST", "json": {"$.tin": {"matches": "^9"}}}',
    ),
    "notifications": _match(
        _of_notifications,
        {
            **notifications.FILTERS,
            **_LABELS,
            **{name: Field(matcher_shape(any_value=False), f"Those whose `{name}` fits.") for name in _TEXTS},
        },
        '{"subject": {"contains": "not delivered"}}',
    ),
}
"""What a match may say, by what it is of."""


def _asking(of: Of) -> Shape[Mapping[str, Any]]:
    fields = {"match": Field(MATCHES[of], "What is looked for; `{}` fits all.", required=True)}

    def build(_: Place, values: dict[str, Any]) -> Mapping[str, Any] | Invalid:
        return values

    return record(build, fields, wanted='a mapping such as {"match": {"status": 503}}')


OF_ATTEMPTS = _asking("attempts")
OF_REQUESTS = _asking("requests")
OF_NOTIFICATIONS = _asking("notifications")
