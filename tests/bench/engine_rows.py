"""Rows 1, 5 and 7 to 10: the engine without a server, and the commands that need none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.lines import Line, Sizes
from tests.bench.load import body
from tests.bench.measuring import Pairs, imports, in_turn, process_cpu_s, quantile, sample
from tests.bench.receiver import Receiver

_EMULATOR = ("-m", "emulator")
_SCENARIO = "scenarios/entuitive/accepted-at-once.yaml"


def _cost(receiver: Receiver, job: str, webhooks: int, **options: int) -> float:
    """CPU microseconds for each webhook, after a look at whether all of them arrived."""
    attempts = options.get("attempts", 1)
    receiver.reset(refuse=attempts - 1)
    cpu_s = sample(job, url=receiver.url, **options)["cpu_s"]
    expected = webhooks + attempts * min(100, options["times"])
    seen = receiver.reset()["webhooks"]
    if seen != expected:
        raise RuntimeError(f"{job}: expected {expected} webhooks, {seen} arrived")
    return float(cpu_s) * 1e6 / webhooks


def whole_engine(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 1: an instant run over HTTP, signed and recorded, every event accepted at once."""
    times = sizes.deliveries
    pairs = in_turn(
        lambda: _cost(receiver, "engine.deliver", times, times=times),
        lambda: _cost(receiver, "yardstick.relay", times, times=times),
        count=sizes.pairs,
    )
    what = "whole engine, CPU per delivery"
    yield Line(row=1, what=what, unit="us", pairs=pairs, judged=pairs.ratio, bar=1.6, goal=0.45)


def light_commands(_: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 5: whole processes that need no server, and must not import its library."""
    with tempfile.TemporaryDirectory() as folder:
        signed = Path(folder) / "body.json"
        signed.write_bytes(body(0))
        for what, words in (
            ("--help", ["--help"]),
            ("validate FILE", ["validate", _SCENARIO]),
            ("sign", ["sign", "-p", "entuitive", "-s", "bench-secret", str(signed)]),
        ):
            command = [*_EMULATOR, *words]
            heavy = imports(command, "aiohttp")
            pairs = in_turn(
                lambda command=command: process_cpu_s(command, times=sizes.processes) * 1e3,  # type: ignore[misc]
                lambda: process_cpu_s(["-c", "import asyncio"], times=sizes.processes) * 1e3,
                count=sizes.pairs,
            )
            yield Line(
                row=5,
                what=f"{what}, CPU of the process" + (" (imports aiohttp!)" if heavy else ""),
                unit="ms",
                pairs=pairs,
                judged=float("inf") if heavy else pairs.ratio,
                bar=3,
                goal=1.6,
            )


def _lateness(receiver: Receiver, job: str, *, times: int, lead_s: float, every_s: float) -> list[float]:
    """How many milliseconds after its due moment each webhook arrived."""
    receiver.reset(clock=True)
    due_ns = sample(job, url=receiver.url, times=times, lead_s=lead_s, every_s=every_s)["due_ns"]
    arrivals = receiver.reset()["arrivals"]
    if len(arrivals) != times:
        raise RuntimeError(f"{job}: expected {times} webhooks, {len(arrivals)} arrived")
    return [(ns - due_ns[index]) / 1e6 for index, ns in arrivals]


def punctuality(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 7: 200 webhooks a second in real time."""
    taken = [
        tuple(
            _lateness(receiver, job, times=sizes.timed, lead_s=0.3, every_s=0.005)
            for job in ("engine.timed", "yardstick.timed")
        )
        for _ in range(sizes.pairs)
    ]
    for what, share, bar, goal in (("p50", 0.5, 2.0, 1.2), ("p99", 0.99, 5.0, 2.0)):
        pairs = Pairs(
            *zip(*((quantile(ours, share), quantile(bare, share)) for ours, bare in taken), strict=True)
        )
        judged = median(pairs.ours)
        told = f"due to arrival at 200 a second, {what}"
        yield Line(row=7, what=told, unit="ms", pairs=pairs, judged=judged, bar=bar, goal=goal, mark=" ms")
    pairs = Pairs(*zip(*((min(ours), min(bare)) for ours, bare in taken), strict=True))
    told = "the same, earliest: never before its time"
    earliest = min(pairs.ours)
    yield Line(
        row=7, what=told, unit="ms", pairs=pairs, judged=earliest, bar=0, goal=0, mark=" ms", least=True
    )


def burst(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 8: many due at one instant; how long until the last one has arrived."""

    def last(job: str) -> float:
        return max(_lateness(receiver, job, times=sizes.burst, lead_s=0.5, every_s=0))

    pairs = in_turn(lambda: last("engine.timed"), lambda: last("yardstick.timed"), count=sizes.pairs)
    what = f"{sizes.burst:,} due at one instant, last arrival"
    yield Line(row=8, what=what, unit="ms", pairs=pairs, judged=pairs.ratio, bar=2, goal=1)


def retries(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 9: an instant run whose every event is refused seven times."""
    times, attempts = sizes.retried, 8
    pairs = in_turn(
        lambda: _cost(receiver, "engine.deliver", times * attempts, times=times, attempts=attempts),
        lambda: _cost(receiver, "yardstick.relay", times * attempts, times=times, attempts=attempts),
        count=sizes.pairs,
    )
    what = f"instant, {times:,} events x {attempts} attempts, CPU per attempt"
    yield Line(row=9, what=what, unit="us", pairs=pairs, judged=pairs.ratio, bar=1.7, goal=0.7)


def simulated(_: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 10: everything but the network, against making, signing and recording each alone. Judged by the rate."""
    url = "http://127.0.0.1:9/webhooks"

    def cost(job: str, **options: int) -> float:
        return float(sample(job, url=url, **options)["cpu_s"]) * 1e6 / sizes.simulated

    for attempts, what in ((1, "accepted at once"), (8, "8 attempts each")):
        times = sizes.simulated // attempts
        pairs = in_turn(
            partial(cost, "engine.simulate", times=times, attempts=attempts),
            partial(cost, "yardstick.record", times=sizes.simulated),
            count=sizes.pairs,
        )
        yield Line(
            row=10,
            what=f"instant, simulated receiver, {what}, CPU per attempt",
            unit="us",
            pairs=pairs,
            judged=1 / pairs.ratio,
            bar=0.3,
            goal=0.5,
            mark="x rate",
            least=True,
        )
