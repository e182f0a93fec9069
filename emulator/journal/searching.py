"""Looking through records with matchers, over any connection to the tables. Nothing here changes anything.

A look takes a few milliseconds: it ends when its time is over, and says where the next one goes on. So no question
keeps the reading thread from others for long. Only the columns that decide are read.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from heapq import nsmallest
from typing import Any

from emulator.errors import InvalidInput
from emulator.journal.codec import Row, decode_attempt, readable, was_cut
from emulator.journal.cursor import ATTEMPTS, NOTIFICATIONS, REQUESTS, Listing
from emulator.journal.document import decode_notification, decode_request
from emulator.journal.lines import split_headers
from emulator.journal.nearness import attempt_misses, message_of, notification_misses, request_misses
from emulator.journal.query import Query, notification_query, request_query
from emulator.journal.reading import ATTEMPT_ROW, PAGE_BYTES, SIZE, selected
from emulator.journal.seam import (
    AttemptFilter,
    Found,
    Match,
    Near,
    NotificationFilter,
    PageOf,
    RequestFilter,
)
from emulator.journal.text import attempt_text
from emulator.matcher import Message, MessageMatcher
from emulator.value import value

_LOOK_S = 0.01
_ROWS = 4_096
"""Of one look at most."""

_BLOCK = 512
"""Rows that are fetched at once, where nothing but the filter decides."""

_NEAREST_OF = 500
_NEAREST_S = 0.05
_NEAREST = 3

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@value(frozen=True, slots=True)
class Search:
    """How one kind of record is looked through. `columns` begin with the moment; `fits` judges a row of them, with the
    number first, and answers None where nobody can tell. There is none where the filter says it all; then there is no
    other column.

    `row` are the columns from which `text` makes the JSON, and `near` what does not fit.
    """

    listing: Listing
    query: Query | None
    columns: str
    fits: Callable[[Row], bool | None] | None
    row: str
    text: Callable[[Row], str]
    near: Callable[[Row], Near]


def start(connection: sqlite3.Connection, match: Match, page: PageOf) -> int:
    """The number behind which a page begins. Raises InvalidInput for a wrong cursor."""
    return listing_of(match).behind(connection, page)[1]


def look(
    connection: sqlite3.Connection, match: Match, behind: int, *, most: int = _ROWS, descending: bool = False
) -> Found:
    """What fits behind a number, as far as one look goes. Raises InvalidInput where a regular expression runs away."""
    try:
        return _look(connection, _search(connection, match), behind, most, descending=descending)
    except TimeoutError as error:
        raise InvalidInput.of(f"{error}; make it simpler", key="match") from None


def _look(
    connection: sqlite3.Connection, search: Search, behind: int, most: int, *, descending: bool
) -> Found:
    table = search.listing.table
    highest = connection.execute(f"SELECT max(no) FROM {table}").fetchone()[0] or 0  # noqa: S608 - our own names
    found: list[Row] = []
    unclear: list[int] = []
    last, whole = behind, True
    if search.query is not None:
        where = "no < ?" if descending else "no > ?"
        statement = search.query.page(search.columns, where, descending=descending)
        with closing(connection.execute(statement, (*search.query.values, behind, _ROWS))) as rows:
            last, whole = (
                _all(rows, found, behind, most)
                if search.fits is None
                else _fitting(rows, search.fits, found, unclear, behind, most)
            )
    return Found(
        records=found,
        last=max(last, highest) if whole and not descending else last,
        done=whole,
        unclear=len(unclear),
        one_unclear=_id(connection, table, unclear[0]) if unclear else None,
    )


def _id(connection: sqlite3.Connection, table: str, no: int) -> str:
    row = connection.execute(f"SELECT id FROM {table} WHERE no = ?", (no,)).fetchone()  # noqa: S608 - our own names
    return str(readable(row)[0])


def _all(rows: sqlite3.Cursor, found: list[Row], last: int, most: int) -> tuple[int, bool]:
    """Take rows as they are, many at once; the number of the last, and whether that was all there is."""
    until = time.perf_counter() + _LOOK_S
    while block := rows.fetchmany(min(_BLOCK, most - len(found))):
        found += block
        last = block[-1][0]
        if len(found) >= most or time.perf_counter() > until:
            return last, False
    return last, len(found) < _ROWS


def _fitting(
    rows: sqlite3.Cursor,
    fits: Callable[[Row], bool | None],
    found: list[Row],
    unclear: list[int],
    last: int,
    most: int,
) -> tuple[int, bool]:
    """Take the rows that fit, and the numbers of `unclear` ones, of which nobody can tell.

    Returns the number of the last that was judged, and whether that was all there is.
    """
    seen, until = 0, time.perf_counter() + _LOOK_S
    for row in rows:
        seen, last = seen + 1, row[0]
        verdict = fits(row)
        if verdict:
            found.append(row[:2])
            if len(found) >= most:
                return last, False
        elif verdict is None:
            unclear.append(last)
        if time.perf_counter() > until:
            return last, False
    return last, seen < _ROWS


def texts(connection: sqlite3.Connection, match: Match, numbers: Sequence[int]) -> tuple[list[str], int]:
    """The JSON of the records of these numbers, as far as they go on one page; and how many of the numbers that are."""
    search = _search(connection, match)
    found: list[str] = []
    held = 0
    for count, no in enumerate(numbers, 1):
        row = _by_number(connection, search, no)
        if row is not None:
            found.append(search.text(row))
            held += row[SIZE] if search.listing is ATTEMPTS else len(row[0])
        if held >= PAGE_BYTES:
            return found, count
    return found, len(numbers)


def _by_number(connection: sqlite3.Connection, search: Search, no: int) -> Row | None:
    joined = " CROSS JOIN contents USING (no)" if search.listing is ATTEMPTS else ""
    statement = f"SELECT {search.row} FROM {search.listing.table}{joined} WHERE no = ?"  # noqa: S608 - our own names
    row: Row | None = connection.execute(statement, (no,)).fetchone()
    return row


def nearest(connection: sqlite3.Connection, match: Match) -> list[Near]:
    """Those of the latest records of the runs in question that miss by the fewest parts."""
    every = type(match.where)(run=match.where.run, labels=match.where.labels)
    query = _query(connection, every, contents=True)
    if query is None:
        return []
    search = _search(connection, match)
    statement = query.page(search.row, "no < ?", descending=True)
    near: list[Near] = []
    wanting, until = _NEAREST, time.perf_counter() + _NEAREST_S
    with closing(connection.execute(statement, (*query.values, 1 << 62, _NEAREST_OF))) as rows:
        for row in rows:
            near.append(search.near(row[1:]))
            wanting -= len(near[-1].misses) == 1
            if not wanting or time.perf_counter() > until:
                break
    return nsmallest(_NEAREST, (each for each in near if each.misses), key=lambda each: len(each.misses))


def listing_of(match: Match) -> Listing:
    """The list in which the records stand."""
    match match.where:
        case AttemptFilter():
            return ATTEMPTS
        case RequestFilter():
            return REQUESTS
        case NotificationFilter():
            return NOTIFICATIONS


def _query(
    connection: sqlite3.Connection,
    where: AttemptFilter | RequestFilter | NotificationFilter,
    *,
    contents: bool,
) -> Query | None:
    match where:
        case AttemptFilter():
            return selected(connection, where, contents=contents)
        case RequestFilter():
            return request_query(where)
        case NotificationFilter():
            return notification_query(where)


def _search(connection: sqlite3.Connection, match: Match) -> Search:
    query = _query(connection, match.where, contents=not match.plain)
    if isinstance(match.where, AttemptFilter):
        return _attempts(match, query)
    documents = _requests(match) if isinstance(match.where, RequestFilter) else _notifications(match)
    return replace(documents, query=query)


def _attempts(match: Match, query: Query | None) -> Search:
    request, response = match.request, match.response
    of_request = _asked("request", request) if request else ()
    of_response = ("status", "rare", *_asked("response", response)) if response else ()

    def fits(row: Row) -> bool | None:
        asked = request is None or _fits_message(request, row[2], row[3])
        if asked is False:
            return False
        answered = response is None or (
            row[-4] is not None and _fits_message(response, row[-2], row[-1], cut=was_cut(row[-3]))
        )
        return answered and asked

    return Search(
        listing=ATTEMPTS,
        query=query,
        columns=", ".join(("sent_wall", *of_request, *of_response)),
        fits=None if match.plain else fits,
        row=ATTEMPT_ROW,
        text=attempt_text,
        near=lambda row: attempt_misses(match, decode_attempt(row)),
    )


def _asked(of: str, matcher: MessageMatcher) -> tuple[str, str]:
    """The columns of headers and body; nothing is read that nobody asks for."""
    headers = f"{of}_headers" if matcher.headers else "0"
    return headers, f"{of}_body" if matcher.body or matcher.json else "0"


def _fits_message(matcher: MessageMatcher, headers: Any, body: Any, *, cut: bool = False) -> bool | None:
    if type(body) is str and not cut and matcher.rules_out(body):
        return False
    pairs = split_headers(readable((headers,))[0]) if matcher.headers else ()
    return matcher.fits(Message(headers=pairs, body=body, truncated=cut))


def _requests(match: Match) -> Search:
    def fits(row: Row) -> bool | None:
        record = decode_request(row[2])
        came = Message(headers=record.headers, body=record.body, query=record.query)
        asked = match.request is None or match.request.fits(came)
        if asked is False:
            return False
        answered = match.response is None or (
            record.response is not None and match.response.fits(message_of(record.response))
        )
        return answered and asked

    return Search(
        listing=REQUESTS,
        query=None,
        columns="0" if match.plain else "0, record",
        fits=None if match.plain else fits,
        row="record",
        text=lambda row: _dumps(decode_request(*row).to_json()),
        near=lambda row: request_misses(match, decode_request(*row)),
    )


def _notifications(match: Match) -> Search:
    def fits(row: Row) -> bool:
        record = decode_notification(row[2])
        return all(matcher.fits(getattr(record, name)) for name, matcher in match.texts)

    return Search(
        listing=NOTIFICATIONS,
        query=None,
        columns="0" if match.plain else "0, record",
        fits=None if match.plain else fits,
        row="record",
        text=lambda row: _dumps(decode_notification(*row).to_json()),
        near=lambda row: notification_misses(match, decode_notification(*row)),
    )
