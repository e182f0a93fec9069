"""The stream: server-sent events of every record, as it is made."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from aiohttp import web

from emulator.document import Field, Invalid, Place, Shape, text
from emulator.document.place import nearest, shortened
from emulator.document.shape import parsed
from emulator.duration import SECOND
from emulator.errors import JournalError
from emulator.server.answer import Answer
from emulator.server.api.finding import check_kept
from emulator.server.call import Call
from emulator.server.context import Context
from emulator.server.errors import ApiError
from emulator.server.limits import AGAIN, MOST_STREAMS
from emulator.streaming import KINDS, Reader, Selection
from emulator.streaming.position import PATTERN, WANTED, parse_position

CONTENT = "text/event-stream"
HEARTBEAT_S = 15
_MARK_S = 1
"""So often a reader whom nothing concerned is told where it stands, while others' records go by."""

_RETRY_MS = 1_000
_SLICE_BYTES = 64 << 10
"""Goes out at a time, and the next when the connection has room: who reads slowly has no copy of a large record."""

_PAUSE_S = 0.02
"""Between two looks: who reads must not make the journal store each record by itself."""

_TAKEN_US = 60 * SECOND
"""Who takes nothing for so long has gone."""


async def stream(call: Call) -> Answer:
    """Tell what is made until the reader has gone, or the server stops."""
    context, selection = call.context, _selection(call)
    await check_kept(context, selection.run)
    await context.emulator.journal.check()
    if context.emulator.stream.readers >= MOST_STREAMS:
        raise ApiError(429, f"{MOST_STREAMS} streams are open already", headers=AGAIN)
    response = web.StreamResponse(headers={"Content-Type": CONTENT, "Cache-Control": "no-store"})
    if call.request.method == "HEAD":
        return response
    behind = call.headers.get("Last-Event-ID", call.query.get("after"))
    with context.emulator.stream.reading(selection, behind) as reader:
        await response.prepare(call.request)
        try:
            await _Telling(context, response, reader).tell()
        except ConnectionError:
            if call.request.transport is not None:
                call.request.transport.abort()
    return response


class _Telling:
    """One reader, and what goes out to it."""

    def __init__(self, context: Context, response: web.StreamResponse, reader: Reader) -> None:
        self._closing = context.closing
        self._waiting = context.waiting
        self._response = response
        self._reader = reader
        self._clock = asyncio.get_running_loop().time
        self._wrote_at = self._clock()
        self._marked = ""

    async def tell(self) -> None:
        """Tell all that is made, until the server stops or the journal fails.

        Raises ConnectionError when the reader has gone, or takes nothing.
        """
        await self._write(f"retry: {_RETRY_MS}\n".encode() + self._mark())
        try:
            while not self._closing.is_set():
                await self._look()
        except JournalError as error:
            await self._write(self._reader.lost(None, str(error)))

    async def _look(self) -> None:
        portion = await self._reader.portion()
        if portion:
            self._marked = self._reader.position
            await self._write(b"".join(portion))
            return
        quiet_s = self._clock() - self._wrote_at
        moved = self._reader.position != self._marked
        if quiet_s >= HEARTBEAT_S or (moved and quiet_s >= _MARK_S):
            await self._write(b":\n" + self._mark())
            return
        rest_s = (_MARK_S if moved else HEARTBEAT_S) - quiet_s
        await self._waiting.until(self._reader.rung, round(rest_s * SECOND))
        await self._waiting.until(partial(asyncio.sleep, _PAUSE_S), SECOND)

    def _mark(self) -> bytes:
        """The position alone, which is no event: who comes back from here has missed nothing."""
        self._marked = self._reader.position
        return f"id: {self._marked}\n\n".encode()

    async def _write(self, data: bytes) -> None:
        """Write, unless the server stops.

        Raises ConnectionError if a slice of it is not taken within a minute, or the server stops in the middle of it.
        """
        view = memoryview(data)
        for start in range(0, len(data), _SLICE_BYTES):
            if self._closing.is_set():
                if start:
                    raise ConnectionAbortedError("the server stops in the middle of a record")
                return
            await self._write_slice(view[start : start + _SLICE_BYTES])

    async def _write_slice(self, data: memoryview) -> None:
        taken = False

        async def write() -> None:
            nonlocal taken
            await self._response.write(data)
            taken = True

        await self._waiting.until(write, _TAKEN_US)
        if not taken:
            raise ConnectionAbortedError("the reader takes nothing")
        self._wrote_at = self._clock()


def _selection(call: Call) -> Selection:
    kinds = call.query.get("of", frozenset(KINDS.values()))
    return Selection(kinds=kinds, run=call.query.get("run"), labels=call.labels)


def _kinds(place: Place) -> frozenset[Any] | Invalid:
    named = str(place.node.value).split(",")
    strange = [name for name in named if name not in KINDS]
    if strange:
        told = f"expected {_KINDS_WANTED}, found {shortened(strange[0])!r}{nearest(strange[0], list(KINDS))}"
        return place.problem(told)
    return frozenset(KINDS[name] for name in named)


_KINDS_WANTED = f"one or more of {', '.join(KINDS)}"
_WORD = f"({'|'.join(KINDS)})"
_OF: Shape[frozenset[Any]] = Shape(
    _kinds, {"type": "string", "pattern": f"^{_WORD}(,{_WORD})*$"}, _KINDS_WANTED
)
_POSITION = parsed(parse_position, {"type": "string", "pattern": PATTERN}, WANTED)
FILTERS = {
    "of": Field(
        _OF, f"Those of these kinds, with commas between: {', '.join(f'`{kind}`' for kind in KINDS)}."
    ),
    "run": Field(text("the id of a run"), "Those of this run."),
    "after": Field(
        _POSITION, "What was made behind the event of this id; for clients that cannot send the header."
    ),
}
HEADERS = {
    "Last-Event-ID": Field(_POSITION, "What was made behind the event of this id; goes before `after`."),
}
