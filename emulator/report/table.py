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

MOST_ROWS = 60
"""A run with more attempts shows one row for each event instead."""
MOST_FAILURES = 20
MOST_NOTIFICATIONS = 10
_SHRINK = ("event", "type", "target")
"""On a narrow terminal these columns are cut, and the others stay whole."""
_STYLES = {Verdict.PASSED: "bold green", Verdict.FAILED: "bold red", Verdict.INCOMPLETE: "bold yellow"}


async def print_run(console: Console, journal: Journal, run: RunRecord) -> None:
    """Print a run that has ended."""
    if run.counts.attempts <= MOST_ROWS:
        await _print_attempts(console, journal, run)
    else:
        console.print(_heading(run, None), soft_wrap=True)
        console.print(await _events(journal, run))
    await _print_notifications(console, journal, run)
    await _print_failures(console, journal, run)
    console.print(verdict_line(run), highlight=False, soft_wrap=True)


def _heading(run: RunRecord, target: str | None) -> str:
    to = f" to {_shown(target)}" if target else ""
    return f"[bold]{_shown(run.scenario)}[/]{to}, speed {run.speed}, seed {run.seed}"


def _shown(text: str) -> str:
    """Text of others as it may stand on a terminal: no markup, no control characters."""
    return escape("".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text))


async def _print_attempts(console: Console, journal: Journal, run: RunRecord) -> None:
    """One row for each attempt. A target that all deliveries share stands in the heading."""
    deliveries = [delivery async for delivery in all_deliveries(journal, run.id)]
    attempts: dict[str, list[AttemptRecord]] = {delivery.id: [] for delivery in deliveries}
    async for attempt in all_attempts(journal, AttemptFilter(run=run.id)):
        attempts.setdefault(attempt.delivery, []).append(attempt)
    targets = {delivery.url for delivery in deliveries}
    common = targets.pop() if len(targets) == 1 else None
    console.print(_heading(run, common), soft_wrap=True)
    table = _table(
        "event", "type", *([] if common else ["target"]), "#>", "offset s>", "answer", "took>", "result"
    )
    for delivery in deliveries:
        lead = [_event_name(delivery.event_name, delivery.index), _shown(delivery.type or "-")]
        lead += [] if common else [_shown(delivery.url)]
        for row in _rows(delivery, lead, sorted(attempts[delivery.id], key=lambda attempt: attempt.number)):
            table.add_row(*row)
    if deliveries:
        console.print(table)


def _event_name(name: str, index: int | None) -> str:
    return _shown(f"{name} [{index}]" if index else name)


def _rows(delivery: DeliveryRecord, lead: list[str], attempts: list[AttemptRecord]) -> Iterator[list[str]]:
    for attempt in attempts:
        last = attempt is attempts[-1]
        yield [
            *lead,
            str(attempt.number),
            plain_seconds(attempt.offset_us),
            _answer(attempt),
            f"{attempt.duration_us / 1_000:.0f} ms",
            _result(attempt, delivery.state.value if last else None),
        ]
        lead = [""] * len(lead)
    if not attempts:
        yield [*lead, "", "", "", "", delivery.state.value]


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
        table.add_row(_shown(name), *(f"{row.get(column, 0):,}" for column in columns))
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
    return f"e-mail ({sent}) to {_shown(notification.to)}: {_shown(notification.subject)}"


async def _print_failures(console: Console, journal: Journal, run: RunRecord) -> None:
    """The first failure of each delivery, with the delivery's explanation: the others follow from the same attempts."""
    told: dict[str | None, Failure] = {}
    for failure in run.failures:
        told.setdefault(failure.delivery or failure.message, failure)
    for failure in list(told.values())[:MOST_FAILURES]:
        console.print(f"[red]failed[/] {failure_line(failure)}", highlight=False, soft_wrap=True)
        if failure.delivery is not None:
            for line in (await journal.explanations([failure.delivery])).get(failure.delivery, ()):
                console.print(f"       {_shown(line)}", highlight=False, soft_wrap=True)
    if len(told) > MOST_FAILURES:
        console.print(f"[red]failed[/] and {len(told) - MOST_FAILURES:,} more")


def failure_line(failure: Failure) -> str:
    """Such as `created: expected delivered, is exhausted (503, 503)`."""
    if failure.event is None:
        return _shown(failure.message)
    return f"{_event_name(failure.event, failure.index)}: {_shown(failure.message)}"


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
