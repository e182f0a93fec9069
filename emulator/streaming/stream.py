"""The stream: what is made goes in, and what each reader has not seen comes out, stored and as text.

Nothing is kept while nobody reads. A reader is a position in the ring and holds nothing of it, so one that is slow
costs no memory; what had to go before the reader came to it is told as lost.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeGuard

from emulator.journal.seam import Journal
from emulator.record import DeliveryRecord, Record, RunRecord
from emulator.streaming.position import Position
from emulator.streaming.ring import Ring
from emulator.streaming.selection import EVENTS, Selection, Told, run_of

MOST_BYTES = 16 << 20
"""Kept for all readers together."""

KEPT_S = 60.0
"""So long records are kept for readers that come back, when the last one has gone."""

PORTION_BYTES = 64 << 10
"""Of what a reader is given at once, unless a single record has more."""

_TOGETHER = 2_000
"""Records whose texts are made at a time. Each time waits for the journal, and more is made meanwhile."""

_SLICE_S = 0.002
_SHARE = 2
"""Making texts holds the event loop up for that long, or for this part of what all others take in their turn."""

_FOREIGN = (
    "what came behind this id is not known any more: nobody read for a minute, or it is of another process; "
    "ask the lists for what you have not seen"
)
_TOO_OLD = "{} records had to make room before they were read; ask the lists for what you have not seen"

_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NO_LABELS: Mapping[str, str] = {}


class Stream:
    """The records of one emulator, for those who read along.

    `labels_of` gives the labels of a run that is running. At `most` so many bytes are kept.
    """

    def __init__(
        self,
        journal: Journal,
        labels_of: Callable[[str], Mapping[str, str] | None],
        *,
        most: int = MOST_BYTES,
    ) -> None:
        self.ring: Ring | None = None
        self.epoch = ""
        self._journal = journal
        self._labels_of = labels_of
        self._most = most
        self._ears: set[asyncio.Event] = set()
        self._telling = asyncio.Lock()
        self._forgetting: asyncio.TimerHandle | None = None

    @property
    def readers(self) -> int:
        """How many read now."""
        return len(self._ears)

    def put(self, records: Sequence[Record]) -> None:
        """Take in records of one run, in order, that were put into the journal just now."""
        if self.ring is None:
            return
        told = [record for record in records if _is_told(record)]
        if not told:
            return
        run = run_of(told[0])
        labels = next((each.labels for each in told if isinstance(each, RunRecord)), None)
        if labels is None:
            labels = self._labels_of(run) or _NO_LABELS
        for record in told:
            self.ring.add(record, run, labels)
        for ear in self._ears:
            ear.set()

    @contextmanager
    def reading(self, selection: Selection, behind: Position | None = None) -> Iterator[Reader]:
        """Read along, from now on, or behind a position."""
        if self._forgetting is not None:
            self._forgetting.cancel()
        if self.ring is None:
            self.ring, self.epoch = Ring(self._most), secrets.token_hex(4)
        ear = asyncio.Event()
        self._ears.add(ear)
        try:
            yield Reader(self, self.ring, ear, selection, behind)
        finally:
            self._ears.discard(ear)
            if not self._ears:
                self._forgetting = asyncio.get_running_loop().call_later(KEPT_S, self.close)

    def close(self) -> None:
        """Keep nothing any more."""
        if self._forgetting is not None:
            self._forgetting.cancel()
        self.ring = None

    async def tell(self, ring: Ring, numbers: Sequence[int]) -> None:
        """Make the texts of some entries, when they are stored. Raises JournalError where they cannot be."""
        async with self._telling:
            records = {no: entry.record for no in numbers if (entry := ring.at(no)) and entry.record}
            if not records:  # another reader came first
                return
            made = [it.id for it in records.values() if isinstance(it, DeliveryRecord) and it.attempts]
            _, lines = await asyncio.gather(self._journal.flush(), self._journal.explanations(made))
            pause = _Pause()
            for number, record in records.items():
                ring.tell(number, self._text(number, record, lines))
                await pause.due()

    def _text(self, number: int, record: Told, lines: Mapping[str, Sequence[str]]) -> bytes:
        if isinstance(record, DeliveryRecord):
            # Those of attempts that were made since are for a later event.
            shown = record.to_json(list(lines.get(record.id, ())[: record.attempts]))
        else:
            shown = record.to_json()
        return event(EVENTS[type(record)], f"{self.epoch}-{number}", _encoded(shown))


class _Pause:
    """Gives the event loop to others, after a slice of time."""

    def __init__(self) -> None:
        self._until = time.monotonic() + _SLICE_S

    async def due(self) -> None:
        """Go on, or let the others have their turn."""
        now = time.monotonic()
        if now < self._until:
            return
        await asyncio.sleep(0)
        back = time.monotonic()
        self._until = back + max(_SLICE_S, (back - now) / _SHARE)


class Reader:
    """One who reads along. `position` is the id behind which it stands."""

    def __init__(
        self, stream: Stream, ring: Ring, ear: asyncio.Event, selection: Selection, behind: Position | None
    ) -> None:
        self._stream = stream
        self._ring = ring
        self._ear = ear
        self._selection = selection
        self._epoch = stream.epoch
        known = behind is not None and behind.epoch == self._epoch and behind.number <= ring.last
        self._number = behind.number if behind is not None and known else ring.last
        self._foreign = behind is not None and not known

    @property
    def position(self) -> str:
        """The id of the record behind which it stands."""
        return f"{self._epoch}-{self._number}"

    async def rung(self) -> None:
        """Return when something new has come since the last time."""
        await self._ear.wait()
        self._ear.clear()

    async def portion(self) -> list[bytes]:
        """What comes next, as texts of events; empty when all is told.

        Raises JournalError where records cannot be stored, and so are none.
        """
        found: list[bytes] = []
        size = 0
        if self._foreign:
            self._foreign = False
            found.append(self.lost(None, _FOREIGN))
        while self._number < self._ring.last and size < PORTION_BYTES:
            entry = self._ring.at(self._number + 1)
            if entry is None:
                missed = self._ring.first - 1 - self._number
                self._number += missed
                found.append(self.lost(missed, _TOO_OLD.format(missed)))
                continue
            if self._selection.takes(entry.kind, entry.run, entry.labels):
                if not entry.text:
                    if found:
                        break
                    await self._stream.tell(self._ring, self._coming())
                    continue
                if found and size + len(entry.text) > PORTION_BYTES:
                    break
                found.append(entry.text)
                size += len(entry.text)
            self._number += 1
        return found

    def lost(self, records: int | None, message: str) -> bytes:
        """The event that tells of records which this reader will not see; None is an unknown number of them."""
        return event("lost", self.position, _encoded({"records": records, "message": message}))

    def _coming(self) -> list[int]:
        """The numbers of the next entries that it asks for and that have no text."""
        numbers: list[int] = []
        for number in range(self._number + 1, self._ring.last + 1):
            entry = self._ring.at(number)
            if entry is not None and not entry.text:
                if self._selection.takes(entry.kind, entry.run, entry.labels):
                    numbers.append(number)
                if len(numbers) == _TOGETHER:
                    break
        return numbers


def event(name: str, id: str, data: str) -> bytes:
    """A server-sent event, whose data is one line."""
    # Half of a surrogate pair becomes the escape that JSON has for it.
    return f"id: {id}\nevent: {name}\ndata: {data}\n\n".encode(errors="backslashreplace")


def _is_told(record: Record) -> TypeGuard[Told]:
    """Whether it shows something new: a delivery that is `going` does so to a restarted emulator alone."""
    return type(record) in EVENTS and not (isinstance(record, DeliveryRecord) and record.going is not None)
