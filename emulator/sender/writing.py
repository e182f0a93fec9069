"""Writing a request in the manner of a fault: other words, slowly, cut off, or to a side that has closed.

What goes on the wire is worked out first, as a list of steps, so that it can be looked at without a connection.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum, auto
from typing import TYPE_CHECKING

from emulator.fault import Manner
from emulator.record import Request

if TYPE_CHECKING:
    from emulator.sender.connection import Conversation
    from emulator.sender.target import Target

PIECES = 20
"""So many pieces a dripping body has at most."""

_READING_S = 0.05


class End(Enum):
    """How our side of a connection ends behind a request."""

    CLOSE = auto()
    RESET = auto()


Step = bytes | float | End
"""Bytes to write, seconds to pause, or an end."""


class Dropped(ConnectionError):
    """The connection was dropped on purpose, so that there is no answer."""


def unwritable(target: Target, manner: Manner) -> str | None:
    """Why a request cannot be written to a target in this manner, or None."""
    if manner.answered and target.scheme == "https":
        return "over TLS no side of a connection can end alone"
    return None


def head_of(request: Request, target: Target, manner: Manner) -> bytes:
    """The first line and the headers."""
    place = f"{target.scheme}://{target.authority}{target.path}" if manner.absolute else target.path
    names = ((name.lower() if manner.lower else name, text) for name, text in request.headers)
    lines = "".join([f"{name}: {text}\r\n" for name, text in names])
    return f"{request.method} {place} HTTP/{manner.version}\r\n{lines}\r\n".encode("latin-1")


def steps(head: bytes, body: bytes, manner: Manner) -> Iterator[Step]:
    """What is done, in order."""
    if manner.reset == "before":
        yield head
        yield End.RESET
        return
    sent = body[: len(body) // 2] if manner.reset == "in" else body
    if manner.over_us and sent:
        yield head
        size = -(-len(sent) // PIECES)
        pieces = [sent[start : start + size] for start in range(0, len(sent), size)]
        for piece in pieces:
            yield manner.over_us / 1e6 / len(pieces)
            yield piece
    else:
        yield head + sent
    if manner.reset:
        yield End.RESET
    elif manner.closes:
        yield End.CLOSE


async def write(conversation: Conversation, head: bytes, body: bytes, manner: Manner) -> None:
    """Write a request. Raises Dropped where that ends with a reset. An answer that comes early ends the writing."""
    for step in steps(head, body, manner):
        transport = conversation.transport
        if transport is None or transport.is_closing():
            return
        match step:
            case bytes():
                transport.write(step)
            case float():
                await asyncio.sleep(step)
                if conversation.beginning:
                    return
            case End.CLOSE:
                if not transport.can_write_eof():
                    raise Dropped("over TLS no side of a connection can end alone; nothing more was sent")
                transport.write_eof()
            case End.RESET:
                await _written(conversation)
                if transport.is_closing():
                    raise Dropped(
                        f"the connection was to be dropped, {manner.reset} the body; it had ended already"
                    )
                _reset(transport)
                raise Dropped(f"the connection was dropped on purpose, {manner.reset} the body")


async def _written(conversation: Conversation) -> None:
    """Return when all that was written has likely been read: a reset throws away what has not, on either side."""
    while (transport := conversation.transport) is not None and transport.get_write_buffer_size():  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.001)
    await asyncio.sleep(_READING_S)


def _reset(transport: asyncio.Transport) -> None:
    """Close with RST, as a process does that is killed, instead of in the orderly way."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
