"""For tests in Python: a client of a running emulator, and what its answers are made of.

Names are imported when they are asked for, so that a test pays only for what it uses.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.testing.client import Client as Client
    from emulator.testing.errors import ApiError as ApiError
    from emulator.testing.errors import ClientError as ClientError
    from emulator.testing.errors import Unreachable as Unreachable

_HOMES = {
    "Client": "client",
    "ApiError": "errors",
    "ClientError": "errors",
    "Unreachable": "errors",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
