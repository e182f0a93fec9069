"""Why a record is not what was looked for: each part that does not fit, with what was wanted and what is there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from emulator.duration import format_moment
from emulator.journal.seam import AttemptFilter, Match, Near, NotificationFilter, RequestFilter
from emulator.matcher import Message, MessageMatcher
from emulator.matcher.message import Miss, fits, missed
from emulator.record import AttemptRecord, NotificationRecord, RequestRecord, Response


def attempt_misses(match: Match, record: AttemptRecord) -> Near:
    """An attempt, and what of it does not fit."""
    where = match.where
    assert isinstance(where, AttemptFilter)  # noqa: S101 - it is one of attempts
    wanted = {
        "delivery": (where.delivery, record.delivery),
        "event": (where.event, record.event),
        "event_name": (where.event_name, record.event_name),
        "provider": (where.provider, record.provider),
        "type": (where.type, record.type),
        "url": (where.url, record.request.url),
        "status": (where.status, record.status),
        "result": (where.result, record.result.value),
        "trigger": (where.trigger, record.trigger),
        "number": (where.number, record.number),
    }
    sent = Message(headers=record.request.headers, body=record.request.body)
    return Near(
        record.id,
        (
            *_filtered(wanted, where.nulls),
            *_moments(where, record.sent_wall),
            *_parts("request", match.request, sent),
            *_answered(match.response, record.response, record.explanation),
        ),
    )


def request_misses(match: Match, record: RequestRecord) -> Near:
    """A request to a provider, and what of it does not fit."""
    where = match.where
    assert isinstance(where, RequestFilter)  # noqa: S101 - it is one of requests
    wanted = {
        "provider": (where.provider, record.provider),
        "method": (where.method, record.method),
        "path": (where.path, record.path),
        "status": (where.status, record.response and record.response.status),
        "route": (where.route, record.route),
    }
    came = Message(headers=record.headers, body=record.body, query=record.query)
    answered = _answered(match.response, record.response, "the connection was dropped")
    return Near(record.id, (*_filtered(wanted, where.nulls), *_parts("", match.request, came), *answered))


def notification_misses(match: Match, record: NotificationRecord) -> Near:
    """A notification, and what of it does not fit."""
    where = match.where
    assert isinstance(where, NotificationFilter)  # noqa: S101 - it is one of notifications
    texts = ((name, matcher, getattr(record, name)) for name, matcher in match.texts)
    return Near(
        record.id,
        (
            *_filtered({"delivery": (where.delivery, record.delivery)}, ()),
            *(missed(name, matcher, text) for name, matcher, text in texts if not fits(matcher, text)),
        ),
    )


def _filtered(wanted: dict[str, tuple[Any, Any]], nulls: Sequence[str]) -> Iterator[Miss]:
    for part, (value, actual) in wanted.items():
        if (value is not None or part in nulls) and value != actual:
            yield _miss(part, value, actual)


def _moments(where: AttemptFilter, sent: int) -> Iterator[Miss]:
    if where.since is not None and sent < where.since:
        yield _miss("since", format_moment(where.since), format_moment(sent))
    if where.until is not None and sent > where.until:
        yield _miss("until", format_moment(where.until), format_moment(sent))


def _miss(part: str, wanted: Any, actual: Any) -> Miss:
    return Miss(part, wanted, actual, f"{part}: expected {_told(wanted)}, found {_told(actual)}")


def _told(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _parts(of: str, matcher: MessageMatcher | None, message: Message) -> Iterator[Miss]:
    for miss in matcher.misses(message) if matcher else ():
        before = f"{of} " if of else ""
        yield Miss(before + miss.part, miss.wanted, miss.actual, before + miss.message)


def _answered(matcher: MessageMatcher | None, response: Response | None, why: str) -> Iterator[Miss]:
    if matcher is None:
        return
    if response is None:
        yield Miss("response", "an answer", None, f"response: there is none: {why}")
        return
    yield from _parts("response", matcher, message_of(response))


def message_of(response: Response) -> Message:
    """An answer, as matchers take it."""
    return Message(headers=response.headers, body=response.body, truncated=response.truncated)
