"""What a template sees while it is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Scope:
    """The names of one rendering. `place` seeds `fake` and `uuid()`: equal places give equal values.

    A scope serves one rendering: the sequence of `uuid()` and of `fake` runs on within it.
    """

    names: Mapping[str, Any]
    place: str
    drawn: int = field(default=0)
