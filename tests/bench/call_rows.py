"""Row 13: the provider's own API, from the application's request to the webhook that follows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.bench.lines import Line, Sizes
from tests.bench.load import SECRET, event
from tests.bench.measuring import Pairs, quantile
from tests.bench.receiver import Receiver
from tests.bench.server import EMULATOR, RELAY, Client, serving

_WARMUP = 20


def _routed(url: str) -> dict[str, Any]:
    """A route that emits what it was asked with."""
    return {
        "version": 1,
        "name": "bench",
        "provider": "compliancely",
        "secret": SECRET,
        "target": url,
        "speed": "instant",
        "events": [{"name": "asked", "payload": {}}],
        "routes": [
            {
                "request": {"method": "POST", "path": "/v1/asks"},
                "response": {"status": 202, "json": {"status": "pending"}},
                "emits": [{"event": "asked", "data": "{{ request.json }}"}],
            }
        ],
    }


def _ms(receiver: Receiver, client: Client, path: str, asked: list[Any]) -> list[float]:
    """From the sending of each request to the arrival of its webhook, one after the other."""
    for document in asked[:_WARMUP]:
        client.post(path, document)
    receiver.reset(clock=True)
    sent_ns = []
    for document in asked:
        sent_ns.append(time.monotonic_ns())
        client.post(path, document)
    arrivals: list[tuple[int, int]] = []
    while len(arrivals) < len(asked):
        arrivals += receiver.reset(clock=True)["arrivals"]
    return [(ns - sent_ns[index]) / 1e6 for index, ns in arrivals]


def request_to_webhook(receiver: Receiver, sizes: Sizes) -> Iterator[Line]:
    """Row 13: against a bare server whose handler hands the event to a worker."""

    def ours() -> list[float]:
        with serving(EMULATOR) as server, server.client() as client:
            client.post("/api/v1/runs?wait=30s", {"scenario": _routed(receiver.url)})
            return _ms(
                receiver, client, "/compliancely/v1/asks", [event(number) for number in range(sizes.timed)]
            )

    def bare() -> list[float]:
        asked = [{"target": receiver.url, "data": event(number)} for number in range(sizes.timed)]
        with serving(RELAY) as server, server.client() as client:
            return _ms(receiver, client, "/events", asked)

    taken = [(ours(), bare()) for _ in range(sizes.pairs)]
    for what, share, bar, goal in (("p50", 0.5, 2.0, 1.2), ("p99", 0.99, 5.0, 2.0)):
        pairs = Pairs([quantile(it, share) for it, _ in taken], [quantile(it, share) for _, it in taken])
        told = f"request in to webhook out, {what}"
        judged = median(pairs.ours)
        yield Line(row=13, what=told, unit="ms", pairs=pairs, judged=judged, bar=bar, goal=goal, mark=" ms")
