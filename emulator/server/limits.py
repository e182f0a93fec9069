"""How much one server takes on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from emulator.duration import SECOND

MOST_BODY_BYTES = 16 << 20
"""Of one request."""

SMALL_BYTES = 8 << 10
"""What is larger is read by a thread, so that it holds up nobody else."""

LARGE_BYTES = 256 << 10
"""What is larger is read one after the other: each takes many times its size while it is."""

MOST_RUNNING = 1_000
"""Runs at a time."""

MOST_WAITING = 2_000
"""Calls at a time that wait for something to settle."""

MOST_STREAMS = 100
"""Readers of the stream at a time."""

AGAIN: Mapping[str, str] = MappingProxyType({"Retry-After": "1"})
"""What whoever comes too many is told, in seconds."""

LONGEST_WAIT = 60 * SECOND
"""In microseconds of real time; who asks for more gets this."""

MOST_LABELS = 64
LONGEST_LABEL = 256
"""Characters of a label's key, and of its value."""
