"""What became of the webhooks of a failed test, in so many lines that a report can hold them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from emulator.testing.client import Client
from emulator.testing.records import Delivery, Request, Run

MOST_LINES = 80
MOST_CALLS = 20
"""Of one run; of more, those that were refused come before the others."""
LONGEST_LINE = 400
"""Characters; what is longer is cut."""
_MOST_SAID = 100
_MOST_READ = 1_000
_TIMED_OUT = " s: timeout: "
_ON_THE_LOOP = (
    "webhook_emulator was asked on a running event loop, which stands still meanwhile: an application on that loop "
    "cannot answer. Use webhook_emulator_async, and await it."
)


def told(client: Client, *, on_loop: bool = False) -> str:
    """Every run of the client's labels, its calls to the provider and its deliveries; what did not pass comes first.

    Empty where there is no run. `on_loop` tells that the test asked while its event loop waited, which is the likely
    reason where its application did not answer in time.


    Raises ClientError where the server cannot tell.
    """
    runs = sorted(client.runs(), key=lambda run: run.passed)
    lines = (_short(line) for run in runs for line in _run(client, run))
    shown = list(islice(lines, MOST_LINES + 1))
    if len(shown) > MOST_LINES:
        shown[MOST_LINES:] = [f"… and more than these {MOST_LINES} lines"]
    if on_loop and any(_TIMED_OUT in line for line in shown):
        shown.insert(0, _ON_THE_LOOP)
    return "\n".join(shown)


def _run(client: Client, run: Run) -> Iterator[str]:
    yield from run.explain().splitlines()
    calls = list(islice(client.requests(run=run), _MOST_READ))
    chosen = sorted(calls, key=_fine)[:MOST_CALLS]
    yield from (f"  {_called(each)}" for each in calls if each in chosen)
    if len(calls) > MOST_CALLS:
        yield f"  … and more calls to the provider than these {MOST_CALLS}"
    if run.open and not calls:
        yield "  no calls to the provider"
    asked = {each.id: f"{each.method} {_path(each)}" for each in calls}
    for delivery in _failed_first(client, run):
        number = f"[{delivery.index}]" if delivery.index else ""
        yield f"  {delivery.event_name}{number} to {delivery.url}: {delivery.state}"
        cause = asked.get(delivery.cause or "")
        for line in delivery.explanation:
            yield f"    {line}, {cause}" if cause and line.endswith(f" {delivery.cause}") else f"    {line}"


def _failed_first(client: Client, run: Run) -> Iterator[Delivery]:
    failed = dict.fromkeys(each.delivery for each in run.failures if each.delivery is not None)
    yield from map(client.delivery, failed)
    yield from (each for each in client.deliveries(run) if each.id not in failed)


def _fine(call: Request) -> bool:
    return call.error is None and call.response is not None and call.response.status < 400


def _called(call: Request) -> str:
    """Such as `POST /api/v2/token/ 401, saying {"detail":"…"} (req_60h53t16nz_1)`."""
    answered = "and the connection was dropped" if call.response is None else str(call.response.status)
    nowhere = "" if call.route else ", no such path"
    said = call.response.content.decode(errors="replace")[:_MOST_SAID] if call.response else ""
    told = "" if _fine(call) or not said else f", saying {said}"
    error = f"; {call.error}" if call.error else ""
    line = f"{call.method} {_path(call)} {answered}{nowhere}{told}{error} ({call.id})"
    return "".join(each if each.isprintable() else " " for each in line)


def _path(call: Request) -> str:
    query = "&".join(f"{name}={held}" for name, held in call.query)
    return f"{call.path}?{query}" if query else call.path


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
