"""The endpoint that webhooks go to: a bare protocol in a process of its own, so that its time is not the sender's.

It keeps connections alive, answers 200, and refuses the first attempts of each body when told to. It notes when each
webhook arrived on the machine's monotonic clock, which all processes share.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, cast

from tests.bench.load import index_of
from tests.bench.loop import new_event_loop

_END = b"\r\n\r\n"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nbusy"
_JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
_CONTROL = b"POST /control"


class Seen:
    """What arrived since the last reset."""

    def __init__(self) -> None:
        self.reset(refuse=0, clock=False)

    def reset(self, *, refuse: int, clock: bool) -> None:
        """Begin anew: refuse so many attempts of each body; with `clock`, note the moments of arrival."""
        self.refuse, self.clock = refuse, clock
        self.webhooks = self.bytes = 0
        self.attempts: Counter[bytes] = Counter()
        self.arrivals: list[tuple[int, bytes]] = []

    def answer(self, body: bytes) -> bytes:
        """Take a webhook; what to answer."""
        if self.clock:
            self.arrivals.append((time.monotonic_ns(), body))
        self.webhooks += 1
        self.bytes += len(body)
        if self.refuse:
            self.attempts[body] += 1
            if self.attempts[body] <= self.refuse:
                return _BUSY
            del self.attempts[body]  # the same body may come again, from the next run
        return _OK

    def control(self, body: bytes) -> bytes:
        """Tell what was seen, and begin anew as told."""
        told = {
            "webhooks": self.webhooks,
            "bytes": self.bytes,
            "arrivals": [(index_of(body), ns) for ns, body in self.arrivals],
        }
        self.reset(**json.loads(body))
        text = json.dumps(told).encode()
        return _JSON % (len(text), text)


class Conversation(asyncio.Protocol):
    """One connection. Requests have a Content-Length, as those of both sides do."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are no instances of it

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        while (end := data.find(_END)) >= 0:
            start = data.lower().index(b"content-length:", 0, end) + 15
            stop = data.find(b"\r", start)
            until = end + 4 + int(data[start:stop])
            if len(data) < until:
                break
            body = data[end + 4 : until]
            told = self._seen.control(body) if data.startswith(_CONTROL) else self._seen.answer(body)
            self._transport.write(told)
            data = data[until:]
        self._rest = data


class Receiver:
    """The receiver of another process, as the benchmarks see it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/webhooks"
        self._port = port

    def reset(self, *, refuse: int = 0, clock: bool = False) -> dict[str, Any]:
        """Begin anew; what was seen until now."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("POST", "/control", json.dumps({"refuse": refuse, "clock": clock}))
            told: dict[str, Any] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return told


@contextmanager
def running() -> Iterator[Receiver]:
    """Start a receiver on a free port; it ends with the block."""
    command = [sys.executable, "-m", "tests.bench.receiver"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Receiver(int(process.stdout.readline()))
        finally:
            process.terminate()


async def _serve() -> None:
    seen = Seen()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(seen), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve())
