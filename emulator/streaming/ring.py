"""The records told last, by number, within a bound of bytes: what is older has gone, however slow its readers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.record import AttemptRecord, RequestRecord
from emulator.streaming.selection import Told

_OVERHEAD = 1_500
"""Bytes that a record takes beside its bodies, about."""

_TOLD_OVERHEAD = 300
"""Bytes that an entry takes beside its text."""


@dataclass(slots=True)
class Entry:
    """A record, the labels of its run, and about how many bytes it takes; once somebody asked for it, its `text`."""

    kind: type[Told]
    run: str
    labels: Mapping[str, str]
    record: Told | None
    size: int
    text: bytes = b""


class Ring:
    """Entries by number, from `first` to `last`. The newest one is kept whatever its size."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: dict[int, Entry] = {}
        self.held = 0
        self.first = 1
        self.last = 0

    def add(self, record: Told, run: str, labels: Mapping[str, str]) -> None:
        """Take a record in, and let go of old ones as far as it takes their room."""
        self.last += 1
        entry = Entry(type(record), run, labels, record, _weight(record))
        self._entries[self.last] = entry
        self.held += entry.size
        self._shrink()

    def at(self, number: int) -> Entry | None:
        """The entry of a number; None if it has gone, or is yet to come."""
        return self._entries.get(number)

    def tell(self, number: int, text: bytes) -> None:
        """Keep the text of an entry in the place of its record, unless it has gone."""
        entry = self._entries.get(number)
        if entry is not None:
            self.held -= entry.size
            entry.record, entry.text, entry.size = None, text, len(text) + _TOLD_OVERHEAD
            self.held += entry.size
            self._shrink()

    def _shrink(self) -> None:
        while self.held > self._most and self.first < self.last:
            self.held -= self._entries.pop(self.first).size
            self.first += 1


def _weight(record: Told) -> int:
    match record:
        case AttemptRecord():
            body = record.request.body
        case RequestRecord():
            body = record.body
        case _:
            return _OVERHEAD
    return 2 * _OVERHEAD + len(body) + (0 if record.response is None else len(record.response.body))
