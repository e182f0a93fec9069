"""What became of the webhooks of a failed test, in so many lines that a report can hold them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from emulator.testing.client import Client
from emulator.testing.records import Delivery, Run

MOST_LINES = 80
LONGEST_LINE = 400
"""Characters; what is longer is cut."""


def told(client: Client) -> str:
    """Every run of the client's labels with its deliveries; what did not pass comes first. Empty where there is none.

    Raises ClientError where the server cannot tell.
    """
    runs = sorted(client.runs(), key=lambda run: run.passed)
    lines = (_short(line) for run in runs for line in _run(client, run))
    shown = list(islice(lines, MOST_LINES + 1))
    if len(shown) > MOST_LINES:
        shown[MOST_LINES:] = [f"… and more than these {MOST_LINES} lines"]
    return "\n".join(shown)


def _run(client: Client, run: Run) -> Iterator[str]:
    yield from run.explain().splitlines()
    for delivery in _failed_first(client, run):
        number = f"[{delivery.index}]" if delivery.index else ""
        yield f"  {delivery.event_name}{number} to {delivery.url}: {delivery.state}"
        yield from (f"    {line}" for line in delivery.explanation)


def _failed_first(client: Client, run: Run) -> Iterator[Delivery]:
    failed = dict.fromkeys(each.delivery for each in run.failures if each.delivery is not None)
    yield from map(client.delivery, failed)
    yield from (each for each in client.deliveries(run) if each.id not in failed)


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
