"""Runs, notifications and requests as JSON documents, and back: few and seldom written, so each is one column."""

from __future__ import annotations

import base64
import json
from dataclasses import fields
from typing import Any

from emulator.record import (
    Counts,
    Expected,
    Failure,
    NotificationRecord,
    RequestRecord,
    Response,
    RunRecord,
    RunState,
    Verdict,
)

_RUN = tuple(field.name for field in fields(RunRecord))
_FAILURE = tuple(field.name for field in fields(Failure))
_EXPECTED = tuple(field.name for field in fields(Expected))
_COUNTS = tuple(field.name for field in fields(Counts))
_REQUEST = tuple(field.name for field in fields(RequestRecord))
_RESPONSE = tuple(field.name for field in fields(Response))
_NOTIFICATION = tuple(field.name for field in fields(NotificationRecord))

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _members(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def encode_run(record: RunRecord) -> str:
    """The document of a run."""
    members = _members(record, _RUN)
    members["counts"] = _members(record.counts, _COUNTS)
    members["failures"] = [_members(failure, _FAILURE) for failure in record.failures]
    members["labels"] = dict(record.labels)
    members["expects"] = [_members(expected, _EXPECTED) for expected in record.expects]
    return _dumps(members)


def decode_run(document: str | bytes, lost: int, gone: int) -> RunRecord:
    """The run of a document. `lost` attempts, at least, are counted as lost; all of them when the run is `gone`."""
    members = json.loads(_text(document))
    counts = Counts(**members.pop("counts"))
    if gone:
        lost = max(lost, counts.attempts)
    if lost > counts.lost:
        counts = Counts(**{**_members(counts, _COUNTS), "lost": lost})
    verdict = members.pop("verdict")
    return RunRecord(
        state=RunState(members.pop("state")),
        verdict=None if verdict is None else Verdict(verdict),
        failures=tuple(Failure(**failure) for failure in members.pop("failures")),
        counts=counts,
        warnings=tuple(members.pop("warnings", ())),
        expects=tuple(Expected(**expected) for expected in members.pop("expects", ())),
        **members,
    )


def encode_notification(record: NotificationRecord) -> str:
    """The document of a notification."""
    return _dumps(_members(record, _NOTIFICATION))


def decode_notification(document: str | bytes) -> NotificationRecord:
    """The notification of a document."""
    return NotificationRecord(**json.loads(_text(document)))


def encode_request(record: RequestRecord) -> str:
    """The document of a request."""
    members = _members(record, _REQUEST) | {"body": _written(record.body)}
    if record.response is not None:
        members["response"] = _members(record.response, _RESPONSE) | {"body": _written(record.response.body)}
    return _dumps(members)


def decode_request(document: str | bytes) -> RequestRecord:
    """The request of a document."""
    members = json.loads(_text(document))
    response = members.pop("response")
    return RequestRecord(
        query=_pairs(members.pop("query")),
        headers=_pairs(members.pop("headers")),
        body=_read(members.pop("body")),
        response=None
        if response is None
        else Response(headers=_pairs(response.pop("headers")), body=_read(response.pop("body")), **response),
        **members,
    )


def _written(body: bytes) -> str:
    return base64.b64encode(body).decode()


def _read(body: str) -> bytes:
    return base64.b64decode(body)


def _pairs(pairs: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)


def _text(document: str | bytes) -> str:
    return document.decode("utf-8", "surrogatepass") if isinstance(document, bytes) else document
