"""Every call of the API, by what it is for: the one core that both clients share. It sends nothing."""

from __future__ import annotations

from emulator.testing.asking.endpoints import OfEndpoints
from emulator.testing.asking.records import OfRecords
from emulator.testing.asking.runs import OfRuns
from emulator.testing.asking.server import OfTheServer
from emulator.testing.asking.verifying import Verifying
from emulator.testing.asking.words import UNSET

__all__ = ["UNSET", "Asking"]


class Asking(OfTheServer, OfRuns, OfRecords, Verifying, OfEndpoints):
    """Makes the calls. `labels` go into every run that is begun, and into every question that names no run itself.

    Where one of them is the `own`, no call overrides it, and questions ask for it alone.
    """
