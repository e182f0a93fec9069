"""The table that `play` ends with: attempts, what failed and why, and the verdict in one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from emulator.duration import plain_seconds
from emulator.journal.seam import AttemptFilter, Journal
from emulator.record import (
    AttemptRecord,
    DeliveryRecord,
    Failure,
    NotificationRecord,
    Result,
    RunRecord,
    Verdict,
)
from emulator.report.pages import all_attempts, all_deliveries, all_notifications

if TYPE_CHECKING:
    from rich.console import Console

MOST_ROWS = 200
"""A run with more attempts shows one row for each event instead."""
MOST_FAILURES = 20
MOST_NOTIFICATIONS = 10
_SHRINK = ("event", "type", "target")
"""On a narrow terminal these columns are cut, and the others stay whole."""
_STYLES = {Verdict.PASSED: "bold green", Verdict.FAILED: "bold red", Verdict.INCOMPLETE: "bold yellow"}


async def print_run(console: Console, journal: Journal, run: RunRecord) -> None:
    """Print a run that has ended."""
    console.print(_heading(run))
    if run.counts.attempts:
        few = run.counts.attempts <= MOST_ROWS
        console.print(await (_attempts(journal, run) if few else _events(journal, run)))
    await _print_notifications(console, journal, run)
    await _print_failures(console, journal, run)
    console.print(verdict_line(run), highlight=False, soft_wrap=True)


def _heading(run: RunRecord) -> str:
    return f"[bold]{escape(run.scenario)}[/]  speed {run.speed}, seed {run.seed}"


async def _attempts(journal: Journal, run: RunRecord) -> Table:
    deliveries = [delivery async for delivery in all_deliveries(journal, run.id)]
    attempts: dict[str, list[AttemptRecord]] = {delivery.id: [] for delivery in deliveries}
    async for attempt in all_attempts(journal, AttemptFilter(run=run.id)):
        attempts.setdefault(attempt.delivery, []).append(attempt)
    table = _table("event", "type", "target", "#>", "offset s>", "answer", "took>", "result")
    for delivery in deliveries:
        table.add_section()
        for row in _rows(delivery, sorted(attempts[delivery.id], key=lambda attempt: attempt.number)):
            table.add_row(*row)
    return table


def _rows(delivery: DeliveryRecord, attempts: list[AttemptRecord]) -> Iterator[tuple[str, ...]]:
    name = delivery.event_name if delivery.index == 0 else f"{delivery.event_name} [{delivery.index}]"
    lead = (escape(name), escape(delivery.type or "-"), escape(delivery.url))
    for attempt in attempts:
        last = attempt is attempts[-1]
        yield (
            *lead,
            str(attempt.number),
            plain_seconds(attempt.offset_us),
            _answer(attempt),
            f"{attempt.duration_us / 1_000:.0f} ms",
            _result(attempt, delivery.state.value if last else None),
        )
        lead = ("", "", "")
    if not attempts:
        yield (*lead, "", "", "", "", delivery.state.value)


def _answer(attempt: AttemptRecord) -> str:
    if attempt.status is not None:
        return str(attempt.status)
    return attempt.error.kind.value if attempt.error else "-"


def _result(attempt: AttemptRecord, state: str | None) -> str:
    colour = "green" if attempt.result is Result.ACCEPTED else "red" if state else "yellow"
    told = attempt.result.value if state is None else f"{attempt.result.value}, {state}"
    return f"[{colour}]{told}[/]"


async def _events(journal: Journal, run: RunRecord) -> Table:
    rows: dict[str, dict[str, int]] = {}
    async for delivery in all_deliveries(journal, run.id):
        row = rows.setdefault(delivery.event_name, {})
        for key, count in (("deliveries", 1), (delivery.state.value, 1), ("attempts", delivery.attempts)):
            row[key] = row.get(key, 0) + count
    columns = ("deliveries", "attempts", "delivered", "exhausted", "cancelled")
    table = _table("event", *(f"{column}>" for column in columns))
    for name, row in rows.items():
        table.add_row(escape(name), *(f"{row.get(column, 0):,}" for column in columns))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        right = column.endswith(">")
        table.add_column(
            column.rstrip(">"),
            justify="right" if right else "left",
            header_style="dim",
            no_wrap=column not in _SHRINK,
            overflow="ellipsis",
        )
    return table


async def _print_notifications(console: Console, journal: Journal, run: RunRecord) -> None:
    count = 0
    async for notification in all_notifications(journal, run.id):
        count += 1
        if count <= MOST_NOTIFICATIONS:
            console.print(_notification(notification), highlight=False, soft_wrap=True)
    if count > MOST_NOTIFICATIONS:
        console.print(f"and {count - MOST_NOTIFICATIONS:,} e-mails more")


def _notification(notification: NotificationRecord) -> str:
    sent = "sent" if notification.sent else "on record"
    return f"e-mail ({sent}) to {escape(notification.to)}: {escape(notification.subject)}"


async def _print_failures(console: Console, journal: Journal, run: RunRecord) -> None:
    told: set[str] = set()
    for failure in run.failures[:MOST_FAILURES]:
        console.print(f"[red]failed[/] {escape(failure_line(failure))}", highlight=False, soft_wrap=True)
        if failure.delivery is not None and failure.delivery not in told:
            told.add(failure.delivery)
            for line in (await journal.explanations([failure.delivery])).get(failure.delivery, ()):
                console.print(f"       {escape(line)}", highlight=False, soft_wrap=True)
    more = len(run.failures) - MOST_FAILURES
    if more > 0:
        console.print(f"[red]failed[/] and {more} more", highlight=False, soft_wrap=True)


def failure_line(failure: Failure) -> str:
    """Such as `created: expected delivered, is exhausted (503, 503)`."""
    if failure.event is None:
        return failure.message
    return f"{failure.event}{f' [{failure.index}]' if failure.index else ''}: {failure.message}"


def verdict_line(run: RunRecord) -> str:
    """The verdict, the counts, and how long it took in either time."""
    counts, verdict = run.counts, run.verdict or Verdict.INCOMPLETE
    wall_us = (run.settled_wall or run.started_wall) - run.started_wall
    lost = f", {counts.lost:,} records lost" if counts.lost else ""
    emulated = plain_seconds(run.now - run.start)
    return (
        f"[{_STYLES[verdict]}]{verdict.value}[/]: {_counted(counts.deliveries, 'delivery', 'deliveries')} "
        f"({counts.delivered:,} delivered, {counts.exhausted:,} exhausted), "
        f"{_counted(counts.attempts, 'attempt', 'attempts')}{lost}; "
        f"{emulated} s emulated in {plain_seconds(wall_us, 2)} s"
    )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
