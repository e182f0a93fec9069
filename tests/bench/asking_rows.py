"""Row 15: what fits a match, how many fit, and whether it is as expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from statistics import median

from tests.bench.filling import RUN
from tests.bench.lines import Line, Sizes
from tests.bench.measuring import Pairs, in_turn
from tests.bench.query_rows import asked, filled, timed
from tests.bench.receiver import Receiver
from tests.bench.server import EMULATOR, RELAY, Client

_ONE = f"order-{RUN // 2}"
_BY_PATH = {"match": {"request": {"json": {"$.reference": _ONE}}}}
_ALL = {"event_name": "load", "status": 200}


def questions(_: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 15: by JSONPath over few and many, and counting and verifying over many. The time is that of one client."""
    few, many = (size // RUN for size in sizes.matched)
    with ExitStack() as stack:
        ours, relay = _both(stack, few)
        found = _turns(sizes, _finds(ours), _looks(relay))
        yield _line("find by JSONPath", few, found, bar=40.0, goal=20.0, mark=" ms")
    with ExitStack() as stack:
        ours, relay = _both(stack, many)
        found = _turns(sizes, _finds(ours), _looks(relay))
        yield _line("find by JSONPath", many, found, bar=1.0, goal=0.5)
        counted = _turns(sizes, _counted(ours, many * RUN), _counts(relay))
        yield _line("count by status", many, counted, bar=1.0, goal=0.5)
        verified = _turns(sizes, _verified(ours, many * RUN), _counts(relay))
        yield _line("verify how many", many, verified, bar=3.0, goal=1.5)


def _both(stack: ExitStack, runs: int) -> tuple[Client, Client]:
    """Both sides, with the attempts of so many runs."""
    database = stack.enter_context(filled(runs))
    ours = stack.enter_context(asked((*EMULATOR, "--database", database)))
    relay = stack.enter_context(asked(RELAY))
    for _ in range(runs):
        relay.post("/rows", {"times": RUN})
    return ours, relay


def _line(what: str, runs: int, pairs: Pairs, *, bar: float, goal: float, mark: str = "x") -> Line:
    return Line(
        row=15,
        what=f"{what}, of {runs * RUN:,} attempts",
        unit="ms",
        pairs=pairs,
        judged=pairs.ratio if mark == "x" else median(pairs.ours),
        bar=bar,
        goal=goal,
        mark=mark,
    )


def _turns(sizes: Sizes, ours: Callable[[], object], relay: Callable[[], object]) -> Pairs:
    return in_turn(timed(ours, sizes.matches), timed(relay, sizes.matches), count=sizes.pairs)


def _finds(client: Client) -> Callable[[], object]:
    return lambda: client.post("/api/v1/attempts/find?limit=1000", _BY_PATH)["items"][0]


def _looks(client: Client) -> Callable[[], object]:
    return lambda: client.post("/attempts/find", {"key": "reference", "wanted": _ONE})["items"][0]


def _counts(client: Client) -> Callable[[], object]:
    return lambda: client.post("/attempts/count", {"status": 200})


def _counted(client: Client, total: int) -> Callable[[], object]:
    def ask() -> None:
        told = client.post("/api/v1/attempts/count", {"match": _ALL})
        if told["count"] != total:
            raise RuntimeError(f"expected {total}, found {told}")

    return ask


def _verified(client: Client, total: int) -> Callable[[], object]:
    def ask() -> None:
        told = client.post("/api/v1/verify", {"match": _ALL, "count": total})
        if told["verdict"] != "passed":
            raise RuntimeError(told["message"])

    return ask
