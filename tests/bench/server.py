"""A server under measurement, ours or a yardstick's: a process of its own, asked over one kept connection."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any, Self

EMULATOR = ("emulator", "serve", "--port", "0")
CROWDED = ("tests.bench.crowded",)
RELAY = ("tests.bench.relay",)
BARE = ("tests.bench.bare",)

_URL = re.compile(r"http://127\.0\.0\.1:(\d+)")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_PATIENCE_S = 600
_MIB = 1 << 20


class Client:
    """One connection, kept. It looks at no more of an answer than it must, so that little of a time is its own."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> bytes:
        """The body of an answer. RuntimeError when it tells of an error."""
        return self._ask("GET", path, b"")

    def post(self, path: str, document: Any) -> dict[str, Any]:
        """What is answered to a JSON document. RuntimeError when it tells of an error."""
        told: dict[str, Any] = json.loads(self._ask("POST", path, json.dumps(document).encode()))
        return told

    def _ask(self, method: str, path: str, content: bytes) -> bytes:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + content)
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        length = _LENGTH.search(data, 0, end)
        if length is None:
            raise RuntimeError(f"{path}: an answer without a length: {bytes(data[:end])!r}")
        until = end + 4 + int(length[1])
        while len(data) < until:
            data += self._more()
        answer = bytes(data[end + 4 :])
        if not data.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{method} {path}: {bytes(data[:end])!r} {answer[:500]!r}")
        return answer

    def _more(self) -> bytes:
        data = self._socket.recv(1 << 18)
        if not data:
            raise RuntimeError("the server closed the connection")
        return data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


class Server:
    """The process, from the moment before its start."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._printed: list[str] = []
        self._told = Event()
        assert self._process.stdout is not None
        self._thread = Thread(target=self._drain, args=(self._process.stdout,))
        self._thread.start()
        self._told.wait(_PATIENCE_S)
        found = _URL.search("".join(self._printed))
        if found is None:
            self.stop()
            raise RuntimeError(f"{module} did not get ready: {''.join(self._printed)}")
        self.port = int(found[1])
        with self.client() as client:
            client.get("/readyz")
        self.ready_s = self.age_s

    def _drain(self, output: IO[str]) -> None:
        """Read all that it prints, since it would stand still before a full pipe; keep what comes before its URL."""
        for line in output:
            if not self._told.is_set():
                self._printed.append(line)
                if _URL.search(line):
                    self._told.set()
        self._told.set()

    @property
    def age_s(self) -> float:
        """The time since it was started."""
        return time.monotonic() - self._began

    @property
    def cpu_s(self) -> float:
        """The CPU seconds of all its threads so far."""
        return time.clock_gettime(~self._process.pid << 3 | 2)  # as clock_getcpuclockid(3) makes it

    @property
    def resident_mib(self) -> float:
        """How much of the machine's memory it has now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024 / _MIB

    def client(self) -> Client:
        """A new connection to it."""
        return Client(self.port)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()


@contextmanager
def serving(command: tuple[str, ...]) -> Iterator[Server]:
    """Start a server; it is ready, and ends with the block."""
    server = Server(*command)
    try:
        yield server
    finally:
        server.stop()
