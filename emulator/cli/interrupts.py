"""Ctrl-C and SIGTERM, from the first line of the command to its last.

A terminal's Ctrl-C often comes twice, since process groups and whatever started us hand it on. So the first signal
counts, further ones are ignored for a moment, and one after that ends the process, whatever it is doing. No handler
ever raises: an exception in the midst of a callback of the event loop would lose what the callback had in hand.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

PATIENCE_S = 1.0
"""So long after the first signal further ones are taken for echoes of it."""

INTERRUPTED = 130
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))


class Interrupts:
    """What signals come to. While nothing else is to happen, the first one ends the process at once."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, leave: Callable[[int], Any] = os._exit
    ) -> None:
        self._clock = clock
        self._leave = leave
        self._first: float | None = None
        self._answer: Callable[[], object] | None = None

    def came(self, *_: object) -> None:
        """A signal came. To be called wherever the program stands."""
        now = self._clock()
        if self._first is None:
            self._first = now
            if self._answer is not None:
                self._answer()
                return
        elif now - self._first < PATIENCE_S:
            return
        with suppress(OSError):
            os.write(2, b"interrupted\n")
        self._leave(INTERRUPTED)

    @contextmanager
    def answered(self, answer: Callable[[], object]) -> Iterator[None]:
        """Let `answer`, which must not raise, be what the first signal does until the block ends."""
        before = self.install()
        if any(handler != self.came for handler in before.values()):
            self._first = None  # nobody watched until now, as in a test
        self._answer = answer
        try:
            yield
        finally:
            self._answer = None
            for number, handler in before.items():
                if handler is not None:  # one that Python knows nothing of
                    signal.signal(number, handler)

    def rest(self) -> None:
        """Ignore further signals if one has come, since Python gives them back to the system before it is gone."""
        if self._first is not None:
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_IGN)

    def install(self) -> dict[int, Callable[[int, FrameType | None], Any] | int | None]:
        """Handle the signals from now on; what handled them before. Plain handlers, since Windows has no others."""
        with suppress(ValueError):  # in another thread than the main one there are no signals
            return {number: signal.signal(number, self.came) for number in _SIGNALS}
        return {}


def ignore() -> None:
    """Ignore signals from now on: the interpreter goes, and would give them back their deadly meaning on its way."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


interrupts = Interrupts()
"""Those of this process."""
