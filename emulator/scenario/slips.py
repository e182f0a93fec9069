"""Keys of `data` that are probably misspelt: allowed, since a sample need not be complete, but worth a warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.document.place import one_line

_ALIKE = 0.8
_LONGEST = 100
_MOST_COMPARED = 1_000
"""To compare takes time, so among more keys than these slips go unnoticed."""


class Slips:
    """Gathers them over the events of a scenario; each is told once."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], str | None] = {}

    def look_at(self, type: str, sample: Any, data: Any) -> None:
        """Compare the top-level keys of an event's data with those of the sample of its type."""
        if not (isinstance(sample, Mapping) and isinstance(data, Mapping)):
            return
        strange = data.keys() - sample.keys()
        for key in sorted(strange):
            if (type, key) in self._told or len(key) > _LONGEST or len(self._told) >= _MOST_COMPARED:
                continue
            self._told[type, key] = _nearest(key, sample.keys() - data.keys())

    @property
    def warnings(self) -> Iterator[str]:
        """A line for each."""
        for (type, key), near in self._told.items():
            if near is not None:
                yield f"data.{one_line(key)} is not in the sample of {type}; did you mean '{near}'?"


def _nearest(key: str, known: set[str]) -> str | None:
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    return next(iter(get_close_matches(key, sorted(known), n=1, cutoff=_ALIKE)), None)
