"""The table that `play` ends with: attempts, what failed and why, and the verdict in one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from emulator.duration import plain_seconds
from emulator.journal.pages import all_attempts, all_deliveries, all_notifications
from emulator.journal.seam import AttemptFilter, Journal
from emulator.record import (
    AttemptRecord,
    DeliveryRecord,
    Failure,
    NotificationRecord,
    Result,
    RunRecord,
    RunState,
    Verdict,
)

if TYPE_CHECKING:
    from rich.console import Console

MOST_ROWS = 60
"""A run with more attempts shows one row for each event instead."""
MOST_FAILURES = 20
MOST_NOTIFICATIONS = 10
_CONSEQUENCES = ("attempts", "statuses", "offsets")
_SHRINK = ("event", "type", "target", "faults")
"""On a narrow terminal these columns are cut, and the others stay whole."""
_STYLES = {Verdict.PASSED: "bold green", Verdict.FAILED: "bold red", Verdict.INCOMPLETE: "bold yellow"}


async def print_run(console: Console, journal: Journal, run: RunRecord) -> None:
    """Print a run that has ended."""
    if run.counts.attempts <= MOST_ROWS:
        await _print_attempts(console, journal, run)
    else:
        _print_heading(console, run, None)
        console.print(await _events(journal, run))
    await _print_notifications(console, journal, run)
    await _print_failures(console, journal, run)
    console.print(verdict_line(run), highlight=False, soft_wrap=True)


def _print_heading(console: Console, run: RunRecord, target: str | None) -> None:
    to = f" to {_shown(target)}" if target else ""
    console.print(f"[bold]{_shown(run.scenario)}[/]{to}", highlight=False, soft_wrap=True)
    console.print(f"[dim]speed {run.speed}, seed {run.seed}[/]", highlight=False)


def _shown(text: str) -> str:
    """Text of others as it may stand on a terminal: no markup, no control characters."""
    return escape("".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text))


async def _print_attempts(console: Console, journal: Journal, run: RunRecord) -> None:
    """One row for each attempt. A target that all deliveries share stands in the heading."""
    deliveries = [delivery async for delivery in all_deliveries(journal, run.id)]
    attempts: dict[str, list[AttemptRecord]] = {delivery.id: [] for delivery in deliveries}
    async for attempt in all_attempts(journal, AttemptFilter(run=run.id)):
        attempts.setdefault(attempt.delivery, []).append(attempt)
    table = _attempt_table(run, deliveries, attempts)
    targets = {delivery.url for delivery in deliveries}
    _print_heading(console, run, targets.pop() if len(targets) == 1 else None)
    if deliveries:
        console.print(table)


def _attempt_table(
    run: RunRecord, deliveries: list[DeliveryRecord], attempts: dict[str, list[AttemptRecord]]
) -> Table:
    """Columns that would say the same in every row are left out: one target, and a start at once."""
    several = len({delivery.url for delivery in deliveries}) > 1
    later = any(made and made[0].due_at != run.start for made in attempts.values())
    faulty = any(attempt.faults for made in attempts.values() for attempt in made)
    repeated = {delivery.event_name for delivery in deliveries if delivery.index}
    columns = ["event", "type", *(["target"] if several else []), *(["at s>"] if later else [])]
    faults = ["faults"] if faulty else []
    table = _table(*columns, "#>", "offset s>", "answer", "took>", "result", *faults)
    for delivery in deliveries:
        made = sorted(attempts[delivery.id], key=lambda attempt: attempt.number)
        name = delivery.event_name
        lead = [_event_name(name, delivery.index if name in repeated else None), _shown(delivery.type or "-")]
        lead += [_shown(delivery.url)] if several else []
        for row in _rows(delivery, lead, made, start=run.start if later else None):
            table.add_row(*row)
    return table


def _event_name(name: str, index: int | None) -> str:
    return _shown(name if index is None else f"{name} [{index}]")


def _rows(
    delivery: DeliveryRecord, lead: list[str], attempts: list[AttemptRecord], *, start: int | None
) -> Iterator[list[str]]:
    final = next((each for each in reversed(attempts) if each.trigger != "fault"), None)
    for attempt in attempts:
        last = attempt is final
        yield [
            *lead,
            *([] if start is None else [plain_seconds(attempt.due_at - start)]),
            str(attempt.number),
            plain_seconds(attempt.offset_us),
            _answer(attempt),
            f"{attempt.duration_us / 1_000:.0f} ms",
            _result(attempt, delivery.state.value if last else None),
            *([_shown(", ".join(attempt.faults))] if attempt.faults else []),
        ]
        lead = [""] * len(lead)
    if not attempts:
        yield [*lead, *([] if start is None else [""]), "", "", "", "", delivery.state.value]


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
    told = "sent" if notification.sent else "on record"
    if notification.error is not None:
        told = f"not sent: {_shown(notification.error)}"
    return f"e-mail ({told}) to {_shown(notification.to)}: {_shown(notification.subject)}"


async def _print_failures(console: Console, journal: Journal, run: RunRecord) -> None:
    """What failed, by deliveries: each with the failures that are no mere consequence, and its explanation."""
    groups: dict[str, list[Failure]] = {}
    for failure in run.failures:
        groups.setdefault(failure.delivery or failure.message, []).append(failure)
    for delivery, failures in list(groups.items())[:MOST_FAILURES]:
        for failure in _telling(failures):
            console.print(f"[red]failed[/] {failure_line(failure)}", highlight=False, soft_wrap=True)
        for line in (await journal.explanations([delivery])).get(delivery, ()):
            console.print(f"       {_shown(line)}", highlight=False, soft_wrap=True)
    if len(groups) > MOST_FAILURES:
        console.print(f"[red]failed[/] and {len(groups) - MOST_FAILURES:,} more")


def _telling(failures: list[Failure]) -> list[Failure]:
    """Where the outcome is another one, the count, the answers and the offsets of the attempts follow from it."""
    if failures[0].check != "outcome":
        return failures
    return [each for each in failures if each.check not in _CONSEQUENCES]


def failure_line(failure: Failure) -> str:
    """Such as `created: expected delivered, is exhausted (503, 503)`."""
    if failure.event is None:
        return _shown(failure.message)
    return f"{_event_name(failure.event, failure.index or None)}: {_shown(failure.message)}"


def verdict_line(run: RunRecord) -> str:
    """The verdict, why it is none, the counts, and how long it took in either time."""
    counts, verdict = run.counts, run.verdict or Verdict.INCOMPLETE
    cancelled = counts.deliveries - counts.delivered - counts.exhausted
    told = [f"{counts.delivered:,} delivered", f"{counts.exhausted:,} exhausted"]
    told += [f"{cancelled:,} cancelled"] if cancelled else []
    wall_us = (run.settled_wall or run.started_wall) - run.started_wall
    emulated = f"{plain_seconds(run.now - run.start)} s emulated in " if run.speed != "real" else ""
    return (
        f"[{_STYLES[verdict]}]{verdict.value}[/]{_reason(run)}: "
        f"{_counted(counts.deliveries, 'delivery', 'deliveries')} ({', '.join(told)}), "
        f"{_counted(counts.attempts, 'attempt', 'attempts')}; {emulated}{plain_seconds(wall_us, 2)} s"
    )


def _reason(run: RunRecord) -> str:
    if run.error is not None:
        return f" ({_shown(run.error)})"
    if run.counts.lost:
        return f" ({run.counts.lost:,} records lost)"
    return " (interrupted)" if run.state is RunState.CANCELLED else ""


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
