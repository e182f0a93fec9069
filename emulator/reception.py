"""Where an open run takes calls: one after the other, the large ones in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from emulator.answering.seam import Call
from emulator.delivery.desk import Desk, Registered, Taken
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

    async def take(self, provider: str, asked: Asked, *, at: int, wall: int) -> Taken:
        """Answer a call that came at the emulated moment `at`; `wall` is the real one. Not to be cancelled."""
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
            if len(asked.body) > _SMALL_BYTES:
                prepared = await asyncio.to_thread(self._desk.prepare, provider, call)
            else:
                prepared = self._desk.prepare(provider, call)
            return self._desk.take(prepared)
