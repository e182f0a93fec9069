"""Rows 2 to 4, 6, 12 and 14: the server, against a bare one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from tests.bench.crowd import fire, polling, reading_along
from tests.bench.lines import Line, Sizes
from tests.bench.load import SECRET, event, scenario
from tests.bench.measuring import Pairs, in_turn
from tests.bench.receiver import Receiver
from tests.bench.server import BARE, EMULATOR, RELAY, Client, Server, serving

_WARMUP = 100
_RUN = 1_000
_POLLERS = 10
_READERS = 2


def _run(client: Client, url: str, times: int) -> dict[str, Any]:
    """A run of so many events, to its end."""
    asked = {"scenario": json.loads(scenario(url, times=times))}
    told = client.post("/api/v1/runs?wait=60s", asked)
    while told["state"] == "running":
        told = json.loads(client.get(f"/api/v1/runs/{told['id']}?wait=60s"))
    _check(told, times)
    return told


def _check(run: Mapping[str, Any], times: int) -> None:
    """A benchmark of a run that went wrong would measure something else."""
    if run["verdict"] != "passed" or run["counts"]["delivered"] != times:
        raise RuntimeError(f"the run came to {run['verdict']}, {run['counts']}: {run['failures'][:3]}")


def _relayed(client: Client, url: str, times: int) -> None:
    client.post("/runs", {"target": url, "times": times})


def _arrived(receiver: Receiver, times: int) -> None:
    seen = receiver.reset()["webhooks"]
    if seen != times:
        raise RuntimeError(f"expected {times} webhooks, {seen} arrived")


def one_event(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 2: events fired by API calls, each answered when it was delivered and recorded."""

    def cost(
        command: tuple[str, ...],
        path: str,
        asked: Callable[[int], dict[str, Any]],
        check: Callable[[dict[str, Any]], object],
    ) -> float:
        receiver.reset()
        documents = [asked(number) for number in range(sizes.events)]
        with serving(command) as server:
            fire(server, path, documents[:_WARMUP], check)
            before = server.cpu_s
            fire(server, path, documents, check)
            took = server.cpu_s - before
        _arrived(receiver, sizes.events + min(_WARMUP, sizes.events))
        return took * 1e6 / sizes.events

    emulated = {"provider": "compliancely", "target": receiver.url, "secret": SECRET, "speed": "instant"}
    pairs = in_turn(
        lambda: cost(
            EMULATOR,
            "/api/v1/events?wait=30s",
            lambda number: {**emulated, "payload": event(number)},
            lambda run: _check(run, 1),
        ),
        lambda: cost(
            RELAY,
            "/events",
            lambda number: {"target": receiver.url, "data": event(number)},
            lambda told: told["delivered"],
        ),
        count=sizes.pairs,
    )
    what = "one event by API call, CPU of the server"
    yield Line(row=2, what=what, unit="us", pairs=pairs, judged=pairs.ratio, bar=1.6, goal=0.8)


def first_thousand(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 3: from the start of the process until its first 1,000 are delivered and recorded."""

    def taken(command: tuple[str, ...], deliver: Callable[[Client, str, int], object]) -> tuple[float, float]:
        receiver.reset()
        with serving(command) as server, server.client() as client:
            deliver(client, receiver.url, sizes.first)
            told = (server.age_s * 1e3, server.cpu_s * 1e3)
        _arrived(receiver, sizes.first)
        return told

    samples = [(taken(EMULATOR, _run), taken(RELAY, _relayed)) for _ in range(sizes.pairs)]
    for place, what in enumerate(("whole time", "CPU of the server")):
        pairs = Pairs([ours[place] for ours, _ in samples], [bare[place] for _, bare in samples])
        told = f"start to the first {sizes.first:,} recorded, {what}"
        yield Line(row=3, what=told, unit="ms", pairs=pairs, judged=pairs.ratio, bar=2.5, goal=1.5)


def start_to_ready(_: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 4: from the start of the process to its first answer of readiness."""

    def taken(command: tuple[str, ...]) -> float:
        with serving(command) as server:
            return server.ready_s * 1e3

    pairs = in_turn(lambda: taken(EMULATOR), lambda: taken(BARE), count=sizes.pairs)
    what = "start to ready, whole time"
    yield Line(row=4, what=what, unit="ms", pairs=pairs, judged=pairs.ratio, bar=1.8, goal=1.3)


def memory(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 6: what is resident when idle, and after so many attempts. One pair, since it hardly varies."""

    def resident(command: tuple[str, ...], deliver: Callable[[Client, str, int], object]) -> list[float]:
        receiver.reset()
        with serving(command) as server, server.client() as client:
            told = [server.resident_mib]
            recorded = 0
            for total in sizes.recorded:
                while recorded < total:
                    times = min(_RUN, total - recorded)
                    deliver(client, receiver.url, times)
                    recorded += times
                told.append(server.resident_mib)
        _arrived(receiver, recorded)
        return told

    ours, bare = resident(EMULATOR, _run), resident(RELAY, _relayed)
    few, many = sizes.recorded
    limits = (("idle", 60, 45), (f"after {few:,}", 75, 50), (f"after {many:,}", 90, 55))
    for place, (when, bar, goal) in enumerate(limits):
        yield Line(
            row=6,
            what=f"memory, {when}",
            unit="MiB",
            pairs=Pairs(ours[place : place + 1], bare[place : place + 1]),
            judged=ours[place],
            bar=bar,
            goal=goal,
            mark=" MiB",
        )


def polled(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 12: how fast a run delivers while ten clients ask without a pause, against the same in peace."""

    def crowd(server: Server, path: str) -> AbstractContextManager[None]:
        return polling(server, (path, f"/api/v1/attempts?run={path.rpartition('/')[2]}&limit=100"), _POLLERS)

    yield from _rates(receiver, sizes, 12, f"deliveries while {_POLLERS} clients poll, against none", crowd)


def streamed(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 14: the same while two read the stream, and a third one has opened it and reads nothing."""

    def crowd(server: Server, _: str) -> AbstractContextManager[None]:
        return reading_along(server, _READERS)

    what = f"deliveries while {_READERS} read the stream, against none"
    yield from _rates(receiver, sizes, 14, what, crowd)


def _rates(
    receiver: Receiver,
    sizes: Sizes,
    row: int,
    what: str,
    crowd: Callable[[Server, str], AbstractContextManager[None]],
) -> Iterator[Line]:
    """How fast a run delivers in a crowd, against the same in peace."""

    def rate(server: Server, client: Client, *, crowded: bool) -> float:
        asked = {"scenario": json.loads(scenario(receiver.url, times=sizes.polled))}
        told = client.post("/api/v1/runs", asked)
        path = f"/api/v1/runs/{told['id']}"
        with crowd(server, path) if crowded else nullcontext():
            while told["state"] == "running":
                told = json.loads(client.get(f"{path}?wait=60s"))
        _check(told, sizes.polled)
        taken = datetime.fromisoformat(told["settled_wall"]) - datetime.fromisoformat(told["started_wall"])
        return sizes.polled / taken.total_seconds()

    with serving(EMULATOR) as server, server.client() as client:
        _run(client, receiver.url, _WARMUP)
        pairs = in_turn(
            lambda: rate(server, client, crowded=True),
            lambda: rate(server, client, crowded=False),
            count=sizes.pairs,
        )
    yield Line(
        row=row,
        what=what,
        unit="/s",
        pairs=pairs,
        judged=pairs.ratio,
        bar=0.8,
        goal=0.9,
        mark="x rate",
        least=True,
    )
