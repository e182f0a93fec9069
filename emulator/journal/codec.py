"""Records as rows of the tables, and back: exact for every text and every byte.

The hot rows are made of plain integers and texts, which sqlite3 binds several times faster than bytes or None; so a
body is stored as text where it is UTF-8, and what is mostly absent is gathered in one column.
"""

from __future__ import annotations

import json
from typing import Any

from emulator.journal.lines import join_headers, join_lines, split_headers, split_lines
from emulator.record import (
    AttemptError,
    AttemptRecord,
    DeliveryRecord,
    DeliveryState,
    ErrorKind,
    Request,
    Response,
    Result,
    SignatureRecord,
)

Row = tuple[Any, ...]

DELIVERY_COLUMNS = "id, run, event, event_name, idx, provider, type, url, state, attempts, next_due_at, notes"
ATTEMPT_COLUMNS = (
    "id, run, delivery, event, event_name, provider, type, url, number, status, result, sent_wall, size"
)
CONTENT_COLUMNS = (
    "explanation, due_at, offset_us, planned_wall, lateness_us, duration_us, next_due_at, idx, final, signature, "
    "request_headers, response_headers, rare, request_body, response_body"
)

OVERHEAD = 500
"""Bytes that an attempt takes beside its bodies and headers, with its share of indexes and its delivery."""

NEVER = -(1 << 63)
"""How a moment that is missing stands in a column."""

_dumps = json.JSONEncoder(ensure_ascii=False).encode
_RESULTS = {result.value: result for result in Result}
_STATES = {state.value: state for state in DeliveryState}


def storable(value: Any) -> Any:
    """`value`; as bytes where it is a text that is not valid Unicode, which SQLite would not take."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogatepass")
    return value


def readable(row: Row) -> Row:
    """A row of texts and numbers as it was before `storable`."""
    if bytes not in map(type, row):
        return row
    return tuple(value.decode("utf-8", "surrogatepass") if type(value) is bytes else value for value in row)


def _stored_body(body: bytes) -> str | bytes:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body


def _body(stored: str | bytes) -> bytes:
    return stored.encode() if type(stored) is str else bytes(stored)  # type: ignore[arg-type]  # bytes, then


_NO_NOTES = (None, None, None, None)


def encode_delivery(no: int, record: DeliveryRecord) -> Row:
    """The row of a delivery."""
    due = record.next_due_at
    notes = record.cause, record.ending, record.going, record.endpoint
    return (
        no,
        record.id,
        record.run,
        record.event,
        record.event_name,
        record.index,
        record.provider,
        record.type,
        record.url,
        record.state._value_,
        record.attempts,
        NEVER if due is None else due,
        "" if notes == _NO_NOTES else _dumps(notes),
    )


def decode_delivery(row: Row) -> DeliveryRecord:
    """The record of a row of DELIVERY_COLUMNS."""
    id, run, event, event_name, index, provider, type, url, state, attempts, due, notes = readable(row)
    cause, ending, going, endpoint = [*json.loads(notes), None, None][:4] if notes else _NO_NOTES
    return DeliveryRecord(
        id=id,
        run=run,
        event=event,
        event_name=event_name,
        index=index,
        provider=provider,
        type=type,
        url=url,
        state=_STATES[state],
        attempts=attempts,
        next_due_at=None if due == NEVER else due,
        cause=cause,
        ending=ending,
        going=going,
        endpoint=endpoint,
    )


def encode_attempt(no: int, record: AttemptRecord) -> tuple[Row, Row]:
    """The rows of an attempt: the narrow one that filters read, and its contents."""
    request, response, due = record.request, record.response, record.next_due_at
    headers, body = join_headers(request.headers), request.body
    if response is None:
        status, answer_headers, answer = None, "", b""
    else:
        status, answer_headers, answer = response.status, join_headers(response.headers), response.body
    narrow = (
        no,
        record.id,
        record.run,
        record.delivery,
        record.event,
        record.event_name,
        record.provider,
        record.type,
        request.url,
        record.number,
        status,
        record.result._value_,
        record.sent_wall,
        OVERHEAD + len(headers) + len(body) + len(answer_headers) + len(answer),
    )
    contents = (
        no,
        record.explanation,
        record.due_at,
        record.offset_us,
        record.planned_wall,
        record.lateness_us,
        record.duration_us,
        NEVER if due is None else due,
        record.index,
        1 if record.final else 0,
        _signature(record.signature),
        headers,
        answer_headers,
        _rare(record),
        _stored_body(body),
        _stored_body(answer),
    )
    return narrow, contents


def _signature(signature: SignatureRecord | None) -> str:
    return "" if signature is None else join_lines((signature.header, signature.value, signature.message))


def _decode_signature(joined: str, valid: bool) -> SignatureRecord | None:  # noqa: FBT001 - a field, not a mode
    if not joined:
        return None
    header, value, message = split_lines(joined)
    return SignatureRecord(header=header, value=value, message=message, valid=valid)


def _rare(record: AttemptRecord) -> str:
    """What hardly any attempt has, as JSON; empty where there is none of it."""
    request, response, signature, error = record.request, record.response, record.signature, record.error
    found: dict[str, Any] = {}
    if record.copy:
        found["copy"] = record.copy
    if record.trigger != "schedule":
        found["trigger"] = record.trigger
    if record.remade:
        found["remade"] = True
    if record.faults:
        found["faults"] = record.faults
    if error is not None:
        found["error"] = error.kind._value_, error.message
    if request.method != "POST":
        found["method"] = request.method
    if signature is not None and not signature.valid:
        found["valid"] = False
    if response is not None and response.truncated:
        found["truncated"] = True
    return _dumps(found) if found else ""


def was_cut(rare: str) -> bool:
    """Whether more of the answer came than was kept; `rare` is the column of that name."""
    return bool(rare) and "truncated" in json.loads(rare)


def decode_attempt(row: Row) -> AttemptRecord:
    """The record of a row of ATTEMPT_COLUMNS and CONTENT_COLUMNS."""
    (id, run, delivery, event, event_name, provider, type, url, number, status, result, sent_wall, _,
     explanation, due_at, offset, planned_wall, lateness, duration, next_due_at, index, final, signature,
     headers, answer_headers, rare) = readable(row[:-2])  # fmt: skip  # in the order of the columns
    found = json.loads(rare) if rare else {}
    error = found.get("error")
    return AttemptRecord(
        id=id,
        run=run,
        delivery=delivery,
        event=event,
        event_name=event_name,
        index=index,
        provider=provider,
        type=type,
        number=number,
        copy=found.get("copy", 0),
        trigger=found.get("trigger", "schedule"),
        remade="remade" in found,
        due_at=due_at,
        offset_us=offset,
        planned_wall=planned_wall,
        sent_wall=sent_wall,
        lateness_us=lateness,
        duration_us=duration,
        request=Request(
            method=found.get("method", "POST"), url=url, headers=split_headers(headers), body=_body(row[-2])
        ),
        signature=_decode_signature(signature, "valid" not in found),
        response=None
        if status is None
        else Response(
            status=status,
            headers=split_headers(answer_headers),
            body=_body(row[-1]),
            truncated="truncated" in found,
        ),
        error=None if error is None else AttemptError(ErrorKind(error[0]), error[1]),
        result=_RESULTS[result],
        faults=tuple(found.get("faults", ())),
        final=bool(final),
        next_due_at=None if next_due_at == NEVER else next_due_at,
        explanation=explanation,
    )
