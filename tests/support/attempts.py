"""Making single attempts with the real sender, and watching where it connects to."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

from emulator.record import ErrorKind, Request, Response
from emulator.sender import Exchange, TargetPolicy, wire_request
from emulator.sender.http import HttpSender

if TYPE_CHECKING:
    import pytest

SECOND = 1_000_000
SHORT = 200_000
"""A time-out, in microseconds, for attempts that are meant to time out."""

_LOOPBACK = ("127.0.0.1", "::1", "0.0.0.0", "localhost")  # noqa: S104 - compared, not bound


async def attempt(
    url: str,
    *headers: tuple[str, str],
    body: bytes = b"{}",
    timeout_us: int = 10 * SECOND,
    follow: bool = False,
    method: str = "POST",
    sender: HttpSender | None = None,
    **options: Any,
) -> Exchange:
    """One attempt, by a sender of its own unless one is given; `options` are those of HttpSender."""
    request = wire_request(Request(method=method, url=url, headers=headers, body=body))
    used = sender or HttpSender(**{"container": False, **options})
    try:
        return await used.send(request, timeout_us=timeout_us, follow=follow)
    finally:
        if sender is None:
            await used.close()


def answer(exchange: Exchange) -> Response:
    """The response of an attempt that must have one and no error."""
    assert exchange.error is None, exchange.error
    assert exchange.response is not None
    return exchange.response


def problem(exchange: Exchange) -> tuple[ErrorKind, str]:
    """Kind and message of an attempt that must have failed without a response."""
    assert exchange.response is None
    assert exchange.error is not None
    assert "\n" not in exchange.error.message
    return exchange.error.kind, exchange.error.message


class Network:
    """Stands between a sender and the network: names resolve as `names` says, and what is connected to is kept.

    Connections to anything but loopback are refused here, so that a test never leaves the machine.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[str]] = {}
        self.connected: list[str] = []
        self._loop = asyncio.get_running_loop()
        self._connect = self._loop.sock_connect
        self._resolve = self._loop.getaddrinfo
        monkeypatch.setattr(self._loop, "sock_connect", self.connect)
        monkeypatch.setattr(self._loop, "getaddrinfo", self.resolve)

    async def connect(self, sock: socket.socket, address: Any) -> None:
        self.connected.append(address[0])
        if address[0] not in _LOOPBACK:
            raise ConnectionRefusedError(111, "refused by the test")
        await self._connect(sock, address)

    async def resolve(self, host: str, port: int, **options: Any) -> Any:
        if host in _LOOPBACK:
            return await self._resolve(host, port, **options)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in self.names[host]
        ]


def allowing(*hosts: str, public: bool = False) -> TargetPolicy:
    """The policy of some flags."""
    return TargetPolicy.of(hosts, allow_public=public)
