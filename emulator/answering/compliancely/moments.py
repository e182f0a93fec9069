"""The two spellings of moments in the API's objects."""

from __future__ import annotations

from emulator.duration import as_datetime


def whole(micros: int) -> str:
    """Whole seconds, as TIN matches have them: `2026-01-05T09:00:00Z`."""
    return as_datetime(micros).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def exact(micros: int) -> str:
    """Microseconds, always all six digits, as all else has them: `2026-01-05T09:00:00.000000Z`."""
    return as_datetime(micros).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
