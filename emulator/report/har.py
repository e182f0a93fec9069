"""A run as HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/): what a browser's network panel imports.

Each attempt is an entry, and so is each call that the application made to the provider's API. What HAR has no word for
stands in `_webhookEmulator`: the format lets names with an underscore be anybody's.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from emulator import __version__
from emulator.duration import format_moment, seconds
from emulator.journal.pages import all_attempts, all_requests
from emulator.journal.seam import AttemptFilter, Journal
from emulator.record import AttemptRecord, RequestRecord, Response, RunRecord
from emulator.record.message import Headers

_VERSION = "HTTP/1.1"
_UNKNOWN = -1
"""How HAR says that a size is not known."""

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def opening(runs: Sequence[RunRecord]) -> str:
    """All that stands before the entries: each run is a page."""
    creator = {"name": "webhook-emulator", "version": __version__}
    pages = [
        {
            "startedDateTime": format_moment(run.started_wall),
            "id": run.id,
            "title": run.scenario,
            "pageTimings": {},
            "_webhookEmulator": run.to_json(),
        }
        for run in runs
    ]
    return f'{{"log":{{"version":"1.2","creator":{_dumps(creator)},"pages":{_dumps(pages)},"entries":[\n'


SEPARATOR = ",\n"
CLOSING = "\n]}}\n"


async def entries(journal: Journal, run: RunRecord) -> AsyncIterator[str]:
    """The entries of a run: the application's calls, then the attempts.

    Raises JournalError where they cannot be read any further.
    """
    async for request in all_requests(journal, run.id):
        yield _dumps(_of_request(request))
    async for attempt in all_attempts(journal, AttemptFilter(run=run.id)):
        yield _dumps(_of_attempt(attempt))


def _of_attempt(attempt: AttemptRecord) -> dict[str, Any]:
    sent, error = attempt.request, attempt.error
    response = _response(attempt.response)
    if error is not None:
        response["_error"] = f"{error.kind.value}: {error.message}"
    return {
        "pageref": attempt.run,
        **_timed(attempt.sent_wall, attempt.duration_us),
        "request": _request(sent.method, sent.url, sent.headers, sent.body),
        "response": response,
        "comment": attempt.explanation,
        "_webhookEmulator": {
            "kind": "attempt",
            "id": attempt.id,
            "run": attempt.run,
            "delivery": attempt.delivery,
            "event_name": attempt.event_name,
            "index": attempt.index,
            "provider": attempt.provider,
            "type": attempt.type,
            "number": attempt.number,
            "trigger": attempt.trigger,
            "remade": attempt.remade,
            "result": attempt.result.value,
            "due_at": format_moment(attempt.due_at),
            "offset_s": seconds(attempt.offset_us),
            "lateness_ms": attempt.lateness_us / 1_000,
            "faults": list(attempt.faults),
            "final": attempt.final,
        },
    }


def _of_request(request: RequestRecord) -> dict[str, Any]:
    response = _response(request.response)
    if request.response is None:
        response["_error"] = "reset: the connection was dropped, as the scenario says"
    return {
        "pageref": request.run,
        **_timed(request.received_wall, 0),
        "request": _request(request.method, _url(request), request.headers, request.body),
        "response": response,
        "comment": f"a call of the application to the API of {request.provider}",
        "_webhookEmulator": {
            "kind": "request",
            "id": request.id,
            "run": request.run,
            "provider": request.provider,
            "route": request.route,
            "at": format_moment(request.at),
        },
    }


def _url(request: RequestRecord) -> str:
    """Where the application called, as far as it is on record: the run's own prefix is not."""
    host = _header(request.headers, "host") or "localhost"
    query = f"?{urlencode(request.query, errors='replace')}" if request.query else ""
    return f"http://{host}/{request.provider}{quote(request.path, errors='replace')}{query}"


def _timed(started: int, duration_us: int) -> dict[str, Any]:
    took = duration_us / 1_000
    return {
        "startedDateTime": format_moment(started),
        "time": took,
        "timings": {"send": 0, "wait": took, "receive": 0},
        "cache": {},
    }


def _request(method: str, url: str, headers: Headers, body: bytes) -> dict[str, Any]:
    return {
        "method": method,
        "url": url,
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _named(headers),
        "queryString": _named(_query(url)),
        **({"postData": _post_data(headers, body)} if body else {}),
        "headersSize": _UNKNOWN,
        "bodySize": len(body),
    }


def _post_data(headers: Headers, body: bytes) -> dict[str, Any]:
    text, binary = _text(body)
    return {
        "mimeType": _header(headers, "content-type") or "application/octet-stream",
        "params": [],
        "text": text,
        **({"_encoding": "base64"} if binary else {}),
    }


def _response(response: Response | None) -> dict[str, Any]:
    headers = () if response is None else response.headers
    return {
        "status": 0 if response is None else response.status,
        "statusText": "",
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _named(headers),
        "content": {"size": 0, "mimeType": "x-unknown"} if response is None else _content(response),
        "redirectURL": _header(headers, "location") or "",
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN,
    }


def _content(response: Response) -> dict[str, Any]:
    text, binary = _text(response.body)
    return {
        "size": len(response.body),
        "mimeType": _header(response.headers, "content-type") or "application/octet-stream",
        "text": text,
        **({"encoding": "base64"} if binary else {}),
        **({"comment": "the body was longer; this much is kept"} if response.truncated else {}),
    }


def _text(body: bytes) -> tuple[str, bool]:
    """A body as text, and whether that is base64."""
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _header(headers: Headers, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return []


def _named(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
