"""A run as one HTML page that needs nothing else: no script, no other file, no network.

What came over the wire is hostile: all of it is escaped by the templates, what cannot be seen is spelt out, and the
policy in the page lets nothing be loaded or run. The number of attempts is bounded, and so is what is shown of a body.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from emulator import __version__
from emulator.duration import SECOND, format_moment, plain_seconds
from emulator.journal.pages import all_attempts, all_deliveries, all_notifications, all_requests
from emulator.journal.seam import AttemptFilter, Journal
from emulator.record import (
    AttemptRecord,
    DeliveryRecord,
    DeliveryState,
    NotificationRecord,
    RequestRecord,
    Response,
    RunRecord,
)
from emulator.record.message import Headers
from emulator.report.cases import Case, Seen, State, cases, why_incomplete
from emulator.report.cause import cause_line
from emulator.report.text import cut, readable
from emulator.report.timeline import Scale
from emulator.value import value

MOST_ATTEMPTS = 2_000
"""So many attempts of a run are shown, those of deliveries that failed an expectation first."""
MOST_OTHERS = 200
"""So many calls to the provider's API, and so many e-mails."""
MOST_BODY = 4_000
"""So many characters of a body."""
MOST_HEADER = 1_000
MOST_FAILURES = 5
"""So many failures of one expectation are told."""

_FOLDER = Path(__file__).with_name("page")
STYLE = (_FOLDER / "style.css").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
ALLOWED = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"

POLICY = f"{ALLOWED}; frame-ancestors 'none'; sandbox"
"""What a browser is told by whoever serves the page; what a page can say of itself stands in it, too."""

CLOSING = "</main>\n</body>\n</html>\n"

_SYMBOLS = {"passed": "✓", "failed": "✕", "undecided": "?", "incomplete": "?", "running": "…"}


def opening(runs: Sequence[RunRecord]) -> str:
    """The head of the page, and where there are several runs, a list of them."""
    title = ", ".join(f"{run.scenario}: {_verdict(run)}" for run in runs[:3])
    head: str = template("page.html").render(
        title=f"{title}{', …' if len(runs) > 3 else ''}" or "no runs",
        policy=ALLOWED,
        style=STYLE,
        version=__version__,
        runs=[_facts(run) for run in runs],
    )
    return head


async def sections(journal: Journal, run: RunRecord) -> AsyncIterator[str]:
    """The section of a run, delivery by delivery. Raises JournalError where its records cannot be read."""
    shown = await _chosen(journal, run)
    found = sorted(cases(run, shown.seen), key=lambda case: case.state is State.PASSED)
    scale = Scale(max((each["offset_us"] for _, made in shown.deliveries for each in made), default=0))
    yield template("run.html").render(
        run=_facts(run),
        cases=[_told(case) for case in found],
        deliveries=len(shown.deliveries),
        hidden=shown.attempts - shown.chosen,
        chosen=shown.chosen,
        ticks=scale.ticks(),
    )
    delivery_page = template("delivery.html")
    for delivery, made in shown.deliveries:
        yield delivery_page.render(
            **_delivery(run, delivery, made, scale),
            cause=await cause_line(journal, delivery),
            failed=delivery.id in shown.failed,
        )
    requests = _Some(MOST_OTHERS)
    async for request in all_requests(journal, run.id):
        requests.add(_request, request)
    mails = _Some(MOST_OTHERS)
    async for mail in all_notifications(journal, run.id):
        mails.add(_mail, mail)
    yield template("others.html").render(requests=requests, mails=mails)


@value(frozen=True, slots=True, kw_only=True)
class _Shown:
    """The deliveries that are shown, with so many attempts of all there are."""

    deliveries: Sequence[tuple[DeliveryRecord, list[dict[str, Any]]]]
    failed: frozenset[str]
    chosen: int
    attempts: int
    seen: dict[str, Seen]


async def _chosen(journal: Journal, run: RunRecord) -> _Shown:
    failed = frozenset(each.delivery for each in run.failures if each.delivery is not None)
    first, others = _Room(MOST_ATTEMPTS), _Room(MOST_ATTEMPTS)
    seen: dict[str, Seen] = {}
    attempts = 0
    async for delivery in all_deliveries(journal, run.id):
        seen.setdefault(delivery.event_name, Seen()).add(delivery)
        attempts += delivery.attempts
        (first if delivery.id in failed else others).add(delivery)
    room = _Room(MOST_ATTEMPTS)
    for delivery in (*first.taken, *others.taken):
        room.add(delivery)
    deliveries = [(delivery, await _made(journal, delivery.id)) for delivery in room.taken]
    return _Shown(deliveries=deliveries, failed=failed, chosen=room.used, attempts=attempts, seen=seen)


async def _made(journal: Journal, delivery: str) -> list[dict[str, Any]]:
    """What is shown of a delivery's attempts: of large bodies only the beginning is kept."""
    made = [attempt_view(each) async for each in all_attempts(journal, AttemptFilter(delivery=delivery))]
    return sorted(made, key=lambda attempt: int(attempt["number"]))


class _Room:
    """Takes deliveries as long as there is room for their attempts; one without any takes the room of one."""

    def __init__(self, most: int) -> None:
        self.taken: list[DeliveryRecord] = []
        self.used = 0
        self._left = most

    def add(self, delivery: DeliveryRecord) -> None:
        needed = max(delivery.attempts, 1)
        if needed <= self._left:
            self._left -= needed
            self.used += delivery.attempts
            self.taken.append(delivery)


class _Some:
    """The first of many."""

    def __init__(self, most: int) -> None:
        self.items: list[dict[str, Any]] = []
        self.more = 0
        self._most = most

    def add(self, view: Any, record: Any) -> None:
        if len(self.items) < self._most:
            self.items.append(view(record))
        else:
            self.more += 1


def _verdict(run: RunRecord) -> str:
    return "running" if run.verdict is None else run.verdict.value


def _facts(run: RunRecord) -> dict[str, Any]:
    counts, verdict = run.counts, _verdict(run)
    wall_us = (run.settled_wall or run.started_wall) - run.started_wall
    return {
        "id": run.id,
        "scenario": run.scenario,
        "verdict": verdict,
        "symbol": _SYMBOLS[verdict],
        "reason": "" if verdict == "passed" else why_incomplete(run),
        "warnings": run.warnings,
        "facts": [
            ("deliveries", f"{counts.deliveries:,}"),
            ("delivered", f"{counts.delivered:,}"),
            ("exhausted", f"{counts.exhausted:,}"),
            ("attempts", f"{counts.attempts:,}"),
            *([("records lost", f"{counts.lost:,}")] if counts.lost else []),
            ("speed", run.speed),
            ("seed", str(run.seed)),
            ("emulated", f"{plain_seconds(run.now - run.start)} s"),
            ("real", f"{plain_seconds(wall_us, 2)} s"),
            ("began", format_moment(run.started_wall // SECOND * SECOND)),
            *((f"label {key}", text) for key, text in run.labels.items()),
        ],
    }


def _told(case: Case) -> dict[str, Any]:
    lines = [
        f"[{each.index}] {each.message}" if each.index else each.message
        for each in case.failures[:MOST_FAILURES]
    ]
    more = len(case.failures) - MOST_FAILURES
    lines += [f"and {more:,} more"] if more > 0 else []
    lines += [f"not decided: {case.reason}"] if case.state is State.UNDECIDED else []
    return {
        "name": case.name,
        "state": case.state.value,
        "symbol": _SYMBOLS[case.state.value],
        "lines": lines,
    }


def _delivery(
    run: RunRecord, delivery: DeliveryRecord, made: list[dict[str, Any]], scale: Scale
) -> dict[str, Any]:
    points = scale.points([attempt["offset_us"] for attempt in made])
    offsets = ", ".join(attempt["offset"] for attempt in made)
    results = ", ".join(attempt["result"] for attempt in made)
    ending = delivery.ending if delivery.state is DeliveryState.CANCELLED else None
    return {
        "delivery": delivery,
        "began": plain_seconds(made[0]["due"] - run.start) if made else None,
        "made": list(zip(made, points, strict=True)),
        "ticks": scale.ticks(),
        "told": f"attempts at {offsets} s: {results}" if made else "no attempt",
        "ending": ending,
    }


def attempt_view(attempt: AttemptRecord) -> dict[str, Any]:
    """An attempt as `exchange.html` shows it."""
    sent = attempt.request
    return {
        "number": attempt.number,
        "offset_us": attempt.offset_us,
        "offset": plain_seconds(attempt.offset_us),
        "due": attempt.due_at,
        "result": attempt.result.value,
        "line": attempt.explanation,
        "facts": [
            ("due", f"{format_moment(attempt.due_at)} (emulated)"),
            ("sent", f"{format_moment(attempt.sent_wall)} (real)"),
            ("took", f"{attempt.duration_us / 1_000:.1f} ms"),
            ("late", f"{attempt.lateness_us / 1_000:.1f} ms"),
            ("signature", "none" if attempt.signature is None else attempt.signature.header),
            *([("faults", ", ".join(attempt.faults))] if attempt.faults else []),
        ],
        "request": {
            "line": f"{sent.method} {sent.url}",
            "headers": list(_headers(sent.headers)),
            "body": _body(sent.body),
        },
        "response": _response(attempt.response),
        "error": None if attempt.error is None else f"{attempt.error.kind.value}: {attempt.error.message}",
    }


def _request(request: RequestRecord) -> dict[str, Any]:
    answered = "the connection was dropped" if request.response is None else str(request.response.status)
    query = "&".join(f"{name}={text}" for name, text in request.query)
    line = f"{request.method} /{request.provider}{request.path}{'?' if query else ''}{query}"
    return {
        "line": f"{line}: {answered}",
        "astray": request.route is None,
        "facts": [
            ("at", f"{format_moment(request.at)} (emulated)"),
            ("came", f"{format_moment(request.received_wall)} (real)"),
            ("route", request.route or "none"),
        ],
        "request": {
            "line": line,
            "headers": list(_headers(request.headers)),
            "body": _body(request.body),
        },
        "response": _response(request.response),
        "error": None,
    }


def _mail(mail: NotificationRecord) -> dict[str, Any]:
    told = "sent" if mail.sent else "on record" if mail.error is None else f"not sent: {mail.error}"
    return {
        "line": f"to {mail.to}: {mail.subject} ({told}, at {format_moment(mail.at)})",
        "text": cut(mail.text, MOST_BODY),
    }


def _response(response: Response | None) -> dict[str, Any] | None:
    if response is None:
        return None
    return {
        "line": str(response.status),
        "headers": list(_headers(response.headers)),
        "body": _body(response.body),
    }


def _headers(headers: Headers) -> Iterator[tuple[str, str]]:
    for name, text in headers:
        yield name, cut(text, MOST_HEADER)


def _body(body: bytes) -> dict[str, str]:
    """What is shown of a body, and how large it is."""
    size = f"{len(body):,} byte{'' if len(body) == 1 else 's'}"
    try:
        return {"size": size, "text": cut(body.decode(), MOST_BODY)}
    except UnicodeDecodeError:
        return {
            "size": f"{size} that are no text, as base64",
            "text": cut(base64.b64encode(body).decode(), MOST_BODY),
        }


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _seen(shown: Any) -> Any:
    """What a template writes. Text of others holds what cannot be seen, and some of that steers what can be."""
    return readable(shown) if type(shown) is str else shown


def template(name: str) -> Any:
    """A template of the folder `page`, which escapes all it is given."""
    return _environment().get_template(name)
