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
from tests.bench.server import EMULATOR, RELAY, Client, serving

_PAGE = 1_000


def queries(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 11: a page, one by its id, and all, over few attempts and over many. The time is that of one client."""
    few, many = (asked // RUN for asked in sizes.asked)
    with _filled(few) as ours, _filled(many) as crowded, serving(RELAY) as bare, bare.client() as relay:
        for _ in range(few):
            relay.post("/runs", {"target": receiver.url, "times": RUN})
        middle = few * RUN // 2
        asked = (
            (
                "a page of 100",
                _page(ours, few),
                lambda: relay.get(f"/attempts?after={middle}&limit=100"),
                (5.0, 2.0),
            ),
            ("one by its id", _one(ours, few), lambda: relay.get(f"/attempts/{middle}"), (3.0, 1.0)),
            (
                f"all, by pages of {_PAGE:,}",
                lambda: _all(ours, "/api/v1/attempts", few),
                lambda: _all(relay, "/attempts", few),
                (150.0, 80.0),
            ),
        )
        for what, own, other, (bar, goal) in asked:
            pairs = in_turn(*(_timed(ask, sizes.questions) for ask in (own, other)), count=sizes.pairs)
            told = f"{what}, of {few * RUN:,} attempts"
            judged = median(pairs.ours)
            yield Line(
                row=11, what=told, unit="ms", pairs=pairs, judged=judged, bar=bar, goal=goal, mark=" ms"
            )
        for what, ask in (("a page of 100", _page), ("one by its id", _one)):
            pairs = in_turn(
                _timed(ask(crowded, many), sizes.questions),
                _timed(ask(ours, few), sizes.questions),
                count=sizes.pairs,
            )
            told = f"{what}, of {many * RUN:,}, against {few * RUN:,}"
            yield Line(row=11, what=told, unit="ms", pairs=pairs, judged=pairs.ratio, bar=1.5, goal=1.2)


@contextmanager
def _filled(runs: int) -> Iterator[Client]:
    """A server over a journal of so many runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        asyncio.run(fill(path, runs=runs))
        with serving((*EMULATOR, "--database", str(path))) as server, server.client() as client:
            yield client


def _timed(ask: Callable[[], object], times: int) -> Callable[[], float]:
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
        page = client.get(f"{path}?limit={_PAGE}{after}")
        found = re.findall(rb'"next": ?"?([^"}]+)', page)
        after = f"&after={found[-1].decode()}"
