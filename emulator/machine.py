"""What runs are played with: where records go, how attempts are sent, what time it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emulator.endpoint import Endpoint
from emulator.journal.seam import Journal
from emulator.notify.seam import Notifier
from emulator.sender import Sender
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Concurrency:
    """How many attempts may be in flight at once.

    A target that is served by nobody gets a worker even beyond `run`, up to twice as many: however many slow targets
    there are, they hold up no other.
    """

    run: int = 256
    target: int = 64


@value(frozen=True, slots=True, kw_only=True)
class Machine:
    """Shared by all runs of an emulator.

    `put` takes records, several at once where they belong together. `ticks` is the machine's monotonic clock in
    nanoseconds, and `wall` the real time, in microseconds since 1970, of such a moment. Without a
    `notifier`, e-mails are on record only. `registered` gives the endpoints as they are.
    """

    journal: Journal
    sender: Sender
    concurrency: Concurrency
    ticks: Callable[[], int]
    wall: Callable[[int], int]
    put: Callable[..., None]
    notifier: Notifier | None = None
    registered: Callable[[], Sequence[Endpoint]] = tuple

    def now(self) -> int:
        """The real time, in microseconds since 1970."""
        return self.wall(self.ticks())
