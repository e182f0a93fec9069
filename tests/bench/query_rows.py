"""Row 11: questions asked over the API."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.bench.filling import RUN, fill
from tests.bench.lines import Line, Sizes
from tests.bench.measuring import in_turn
from tests.bench.receiver import Receiver
from tests.bench.server import CROWDED, EMULATOR, RELAY, Client, serving

_NEXT = re.compile(rb'"next": ?"?([^"}]+)')


def queries(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 11: a page, one by its id, and all, over few attempts and over many. The time is that of one client."""
    few, many = (asked // RUN for asked in sizes.asked)
    with filled(few) as small, filled(many) as large:
        with asked((*EMULATOR, "--database", small)) as ours, asked(RELAY) as relay:
            for _ in range(few):
                relay.post("/runs", {"target": receiver.url, "times": RUN})
            yield from _against_relay(ours, relay, few, sizes)
        with asked((*CROWDED, large)) as crowded, asked((*CROWDED, small)) as quiet:
            yield from _against_few(crowded, many, quiet, few, sizes)


def _against_relay(ours: Client, relay: Client, runs: int, sizes: Sizes) -> Iterator[Line]:
    middle = runs * RUN // 2
    for what, times, own, other, bar, goal in (
        (
            "a page of 100",
            sizes.questions,
            _page(ours, runs),
            lambda: relay.get(f"/attempts?after={middle}&limit=100"),
            5.0,
            2.0,
        ),
        (
            "one by its id",
            sizes.questions,
            _one(ours, runs),
            lambda: relay.get(f"/attempts/{middle}"),
            3.0,
            1.0,
        ),
        (
            "all, by pages of 1,000",
            1,
            lambda: _all(ours, "/api/v1/attempts", runs),
            lambda: _all(relay, "/attempts", runs),
            150.0,
            80.0,
        ),
    ):
        pairs = in_turn(timed(own, times), timed(other, times), count=sizes.pairs)
        yield Line(
            row=11,
            what=f"{what}, of {runs * RUN:,} attempts",
            unit="ms",
            pairs=pairs,
            judged=median(pairs.ours),
            bar=bar,
            goal=goal,
            mark=" ms",
        )


def _against_few(crowded: Client, many: int, quiet: Client, few: int, sizes: Sizes) -> Iterator[Line]:
    """The yardstick is our own answer over few attempts: it must not become slower by their number."""
    for what, ask in (("a page of 100", _page), ("one by its id", _one)):
        pairs = in_turn(
            timed(ask(crowded, many), sizes.questions),
            timed(ask(quiet, few), sizes.questions),
            count=sizes.pairs,
        )
        told = f"{what}, of {many * RUN:,}, against {few * RUN:,}"
        yield Line(row=11, what=told, unit="ms", pairs=pairs, judged=pairs.ratio, bar=1.5, goal=1.2)


@contextmanager
def filled(runs: int) -> Iterator[str]:
    """A file with a journal of so many runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        asyncio.run(fill(path, runs=runs))
        yield str(path)


@contextmanager
def asked(command: tuple[str, ...]) -> Iterator[Client]:
    with serving(command) as server, server.client() as client:
        yield client


def timed(ask: Callable[[], object], times: int) -> Callable[[], float]:
    """The median of the milliseconds that a question takes."""

    def once() -> float:
        began = time.perf_counter()
        ask()
        return (time.perf_counter() - began) * 1e3

    return lambda: median(once() for _ in range(times))


def _page(client: Client, runs: int) -> Callable[[], bytes]:
    """Ask for the first hundred of a run in the middle."""
    return lambda: client.get(f"/api/v1/attempts?run=run_{runs // 2}&limit=100")


def _one(client: Client, runs: int) -> Callable[[], bytes]:
    """Ask for one in the middle."""
    return lambda: client.get(f"/api/v1/attempts/att_{runs // 2}_{RUN // 2}")


def _all(client: Client, path: str, pages: int) -> None:
    """Ask for every page, one after the other."""
    after = ""
    for _ in range(pages):
        answer = client.get(f"{path}?limit={RUN}{after}")
        after = f"&after={_NEXT.findall(answer)[-1].decode()}"
