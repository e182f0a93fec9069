"""What a template sees while it is rendered, and how much work its rendering may still do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.template.problem import Refusal

WORK = 32 * 1024 * 1024
"""What one rendering may read and write in all, as `emulator.template.weight` counts it."""


@dataclass(slots=True)
class Scope:
    """The names of one rendering: JSON values, moments, and mappings of these.

    `place` seeds `fake` and `uuid()`: equal places give equal values. A scope serves one rendering: the sequence of
    `uuid()` and of `fake` runs on within it.
    """

    names: Mapping[str, Any]
    place: str
    drawn: int = field(default=0)
    engine: Any = field(default=None, init=False, repr=False, compare=False)
    sampler: Any = field(default=None, init=False, repr=False, compare=False)
    left: int = field(default=WORK, init=False, repr=False, compare=False)

    def spend(self, work: int) -> None:
        """Count work done; refuses when more was done than one rendering may."""
        self.left -= work
        if self.left < 0:
            raise Refusal("the templates of one value make more than 32 MiB")
