"""What the calls of a run leave for later ones: numbers that count, and what `set` keeps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from emulator.errors import TemplateError
from emulator.template.problem import Refusal

MOST_NAMES = 10_000
"""How many sequences, and how many entries, one API keeps: their names may come from requests."""


class Memory:
    """The memory of one API, which a call changes only once all of its parts are rendered."""

    def __init__(self) -> None:
        self._state: dict[str, Any] = {}
        self._shown: dict[str, Any] = {}
        self._sequences: dict[str, int] = {}
        self._drawn: dict[str, int] = {}

    @property
    def state(self) -> Mapping[str, Any]:
        """What earlier calls have kept, in a view that templates copy: the state never holds itself."""
        return MappingProxyType(self._state)

    @property
    def shown(self) -> Mapping[str, Any]:
        """The same, as calls would have left it that were masked."""
        return MappingProxyType(self._shown)

    def draw(self, name: str) -> int:
        """The number of a sequence for this call: from 1, and the same wherever the call asks for it."""
        if name not in self._drawn:
            if name not in self._sequences and len(self._sequences) + len(self._drawn) >= MOST_NAMES:
                raise Refusal(f"at most {MOST_NAMES} sequences can be counted")
            self._drawn[name] = self._sequences.get(name, 0) + 1
        return self._drawn[name]

    def keep(self, entries: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
        """End a call that was answered; `shown` are the entries of the masked call.

        Raises TemplateError, and keeps nothing, when there are too many entries.
        """
        if len(self._state) + sum(name not in self._state for name in entries) > MOST_NAMES:
            raise TemplateError(f"at most {MOST_NAMES} names can be kept")
        self._state.update(entries)
        self._shown.update(shown)
        self._sequences.update(self._drawn)
        self._drawn.clear()

    def forget(self) -> None:
        """End a call that could not be answered."""
        self._drawn.clear()
