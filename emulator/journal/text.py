"""Attempts as JSON straight from their rows, for readers who only pass them on: no record is made in between.

The texts are those of `AttemptRecord.to_json`, without spaces. A half of a surrogate pair, which no encoding takes, is
written as its escape.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring as _plain
from json.encoder import encode_basestring_ascii as _escaped
from typing import Any

from emulator.duration import SECOND, format_moment
from emulator.journal.codec import NEVER, Row, readable
from emulator.journal.lines import split_lines

_Quote = Callable[[str], str]

_LATE_S = 253_370_764_800
"""The year 9999, the last of the calendar: what lies beyond it has no second of its own."""


def attempt_text(row: Row) -> str:
    """The JSON of a row of ATTEMPT_COLUMNS and CONTENT_COLUMNS."""
    try:
        return _text(row, _plain)
    except TypeError:  # a text is no valid Unicode, and stands in the row as bytes
        return _text((*readable(row[:-2]), *row[-2:]), _escaped)


def _text(row: Row, quote: _Quote) -> str:
    (id, run, delivery, event, event_name, provider, type_, url, number, status, result, sent_wall, _,
     explanation, due_at, offset, planned_wall, lateness, duration, next_due_at, index, final, signature,
     headers, answer_headers, rare, body, answer) = row  # fmt: skip  # in the order of the columns
    found = _loads(rare) if rare else _NOTHING
    error = found.get("error")
    return (
        f'{{"id":{quote(id)},"run":{quote(run)},"delivery":{quote(delivery)},"event":{quote(event)},'
        f'"event_name":{quote(event_name)},"index":{index},"provider":{quote(provider)},'
        f'"type":{"null" if type_ is None else quote(type_)},"number":{number},"copy":{found.get("copy", 0)},'
        f'"trigger":{quote(found.get("trigger", "schedule"))},"remade":{_bool("remade" in found)},'
        f'"due_at":{_moment(due_at)},"offset_s":{offset / SECOND},"planned_wall":{_moment(planned_wall)},'
        f'"sent_wall":{_moment(sent_wall)},"lateness_ms":{lateness / 1_000},"duration_ms":{duration / 1_000},'
        f'"request":{{"method":{quote(found.get("method", "POST"))},"url":{quote(url)},'
        f'"headers":{_headers(headers, quote)},{_body(body, quote)},"size":{_size(body)}}},'
        f'"signature":{_signature(signature, "valid" not in found, quote) if signature else "null"},'
        f'"response":{"null" if status is None else _response(status, answer_headers, answer, found, quote)},'
        f'"error":{"null" if error is None else _error(error, quote)},"result":"{result}",'
        f'"faults":[{",".join(map(quote, found.get("faults", ())))}],"final":{_bool(final)},'
        f'"next_due_at":{"null" if next_due_at == NEVER else _moment(next_due_at)},'
        f'"explanation":{quote(explanation)}}}'
    )


_NOTHING: dict[str, Any] = {}
_loads = json.JSONDecoder().decode


def _bool(value: object) -> str:
    return "true" if value else "false"


def _moment(micros: int) -> str:
    second, rest = divmod(micros, SECOND)
    if second >= _LATE_S:
        return f'"{format_moment(micros)}"'
    return f'"{_second(second)}.{rest:06d}Z"' if rest else f'"{_second(second)}Z"'


@lru_cache(1024)
def _second(second: int) -> str:
    return format_moment(second * SECOND)[:-1]


def _lines(joined: str, quote: _Quote) -> list[str]:
    """The texts that were joined, as JSON has them between its quotes; one call where no escape can be mistaken."""
    if "\\" not in joined and joined[0] == "\n":
        return quote(joined)[3:-1].split("\\n")
    return [quote(text)[1:-1] for text in split_lines(joined)]


def _headers(joined: str, quote: _Quote) -> str:
    if not joined:
        return "[]"
    texts = iter(_lines(joined, quote))
    return '[["' + '"],["'.join(map('","'.join, zip(texts, texts, strict=True))) + '"]]'


_known_headers = lru_cache(128)(_headers)
_KNOWN_LENGTH = 2_000


def _answer_headers(joined: str, quote: _Quote) -> str:
    """Those of answers hardly differ from one to the next."""
    return (_known_headers if len(joined) < _KNOWN_LENGTH else _headers)(joined, quote)


def _body(body: str | bytes, quote: _Quote) -> str:
    if isinstance(body, str):
        return f'"body":{quote(body)},"body_base64":null'
    return f'"body":null,"body_base64":"{base64.b64encode(body).decode()}"'


def _size(body: str | bytes) -> int:
    return len(body.encode()) if isinstance(body, str) and not body.isascii() else len(body)


def _signature(joined: str, valid: bool, quote: _Quote) -> str:  # noqa: FBT001 - a field, not a mode
    header, value, message = _lines(joined, quote)
    return f'{{"header":"{header}","value":"{value}","message":"{message}","valid":{_bool(valid)}}}'


def _response(status: int, headers: str, body: str | bytes, found: dict[str, Any], quote: _Quote) -> str:
    return (
        f'{{"status":{status},"headers":{_answer_headers(headers, quote)},{_body(body, quote)},'
        f'"truncated":{_bool("truncated" in found)}}}'
    )


def _error(error: list[str], quote: _Quote) -> str:
    kind, message = error
    return f'{{"kind":"{kind}","message":{quote(message)}}}'
