"""Telling those who wait that there is something new, once for all that comes in one turn of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Ear:
    """One who listens, to runs that concern it."""

    def __init__(self, concerns: Callable[[str], bool]) -> None:
        self.concerns = concerns
        self.event = asyncio.Event()
        self._removed: set[str] = set()

    async def rung(self) -> None:
        """Return when something new has come since the last time."""
        await self.event.wait()
        self.event.clear()

    def removed(self) -> set[str]:
        """The runs that were removed since this was asked the last time."""
        removed, self._removed = self._removed, set()
        return removed

    def note(self, removed: str) -> None:
        """A run was removed with its records."""
        self._removed.add(removed)


class Bell:
    """It costs nothing while nobody listens."""

    def __init__(self) -> None:
        self._ears: set[Ear] = set()
        self._fresh: set[str] = set()

    @property
    def heard(self) -> bool:
        """Somebody listens."""
        return bool(self._ears)

    def ring(self, run: str) -> None:
        """There is something new of a run."""
        if not self._ears:
            return
        if not self._fresh:
            asyncio.get_running_loop().call_soon(self._spread)
        self._fresh.add(run)

    def removed(self, run: str) -> None:
        """A run was removed: what was heard of it before counts no more."""
        for ear in self._ears:
            ear.note(run)
        self.ring(run)

    def _spread(self) -> None:
        fresh, self._fresh = self._fresh, set()
        for ear in self._ears:
            if not ear.event.is_set() and any(map(ear.concerns, fresh)):
                ear.event.set()

    @contextmanager
    def listening(self, concerns: Callable[[str], bool]) -> Iterator[Ear]:
        """Listen while this is open."""
        ear = Ear(concerns)
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)
