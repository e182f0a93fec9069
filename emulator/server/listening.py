"""The sockets of a server: bound, and not listening yet, so that nobody asks before there is an answer."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from emulator.errors import InvalidInput


@contextmanager
def bound_sockets(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Sockets on every address of a host, all on one port. Port 0 takes a free one; `::` means IPv4, too.

    Raises InvalidInput where the address or the port cannot be had.
    """
    with ExitStack() as stack:
        sockets: list[socket.socket] = []
        try:
            for family, address in _addresses(host, port):
                made = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
                taken = sockets[0].getsockname()[1] if sockets else port
                _bind(made, (address[0], taken, *address[2:]))
                sockets.append(made)
        except OSError as error:
            raise unbindable(host, port, error) from None
        yield sockets


def unbindable(host: str, port: int, error: OSError) -> InvalidInput:
    """What is told of a host and port that cannot be had."""
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror or error)
    told = f"cannot listen on {host}, port {port}: {reason}"
    if isinstance(error, socket.gaierror):
        return InvalidInput.of(f"{told}; --host is an address or a name of this machine")
    return InvalidInput.of(f"{told}; --port chooses another (0: any free one)")


def url_of(host: str, port: int) -> str:
    """A URL under which a server is reached that listens on `host`."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - not to listen on
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def is_loopback(sockets: Sequence[socket.socket]) -> bool:
    """Whether nothing but this machine reaches them."""
    hosts = [each.getsockname()[0] for each in sockets]
    return all(host.startswith("127.") or host == "::1" for host in hosts)


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[Any, ...]]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _bind(made: socket.socket, address: tuple[Any, ...]) -> None:
    if sys.platform != "win32":  # there it would share the port with whoever has it
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if made.family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, address[0] != "::")
    made.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    made.bind(address)
