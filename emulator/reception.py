"""Where an open run takes calls: one after the other, those that may take long in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from emulator.answering.seam import Call
from emulator.delivery.desk import Desk, Following, Prepared, Registered, Taken
from emulator.delivery.playing import Playing
from emulator.record import Headers

_SMALL_BYTES = 65_536
"""Above, reading a body may take long enough to hold up others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call of the application as it came. `path` stands below the provider's own, and begins with a slash."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = ()
    body: bytes = b""


class Reception:
    """The desk of a playing, for calls that come at the same time."""

    def __init__(self, playing: Playing, registered: Registered, *, lasting: bool) -> None:
        self._desk = Desk(playing, registered, lasting=lasting)
        self._turn = asyncio.Lock()

    def again(self, calls: Sequence[str]) -> None:
        """Take the calls that were recorded before a restart."""
        self._desk.again(calls)

    @asynccontextmanager
    async def prepared(self, provider: str, asked: Asked, *, at: int, wall: int) -> AsyncIterator[Prepared]:
        """A call that came at the emulated moment `at`, answered; `wall` is the real one. Not to be cancelled.

        While this is open no other call is answered: take it, or the run has ended meanwhile.
        """
        call = Call(
            method=asked.method,
            path=asked.path,
            query=asked.query,
            headers=asked.headers,
            body=asked.body,
            at=at,
            wall=wall,
        )
        async with self._turn:
            if _takes_long(asked):
                yield await asyncio.to_thread(self._desk.prepare, provider, call)
            else:
                yield self._desk.prepare(provider, call)

    def take(self, prepared: Prepared) -> Taken:
        """Count a call that was answered."""
        return self._desk.take(prepared)

    def follow(self, following: Following) -> None:
        """Plan what follows from a call."""
        self._desk.follow(following)


def _takes_long(asked: Asked) -> bool:
    """A body is large, or may hold a file: what that unpacks to, its size does not tell."""
    kinds = (value for name, value in asked.headers if name.lower() == "content-type")
    return len(asked.body) > _SMALL_BYTES or any("multipart/" in kind.lower() for kind in kinds)
