"""What a template sees while it is rendered, and how much work its rendering may still do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.template.problem import Refusal

WORK = 16 * 1024 * 1024
"""What one rendering may read and write in all, as `emulator.template.weight` counts it."""


SHARED = 16
"""How many lists and mappings of its names one rendering may pass on without their being weighed."""


@dataclass(slots=True)
class Scope:
    """The names of one rendering: JSON values, moments, and mappings that hold these.

    `place` seeds `fake` and `uuid()`: equal places give equal values. A scope serves one rendering: the sequence of
    `uuid()` and of `fake` runs on within it.
    """

    names: Mapping[str, Any]
    place: str
    drawn: int = field(default=0)
    sampler: Any = field(default=None, init=False, repr=False, compare=False)
    _left: int = field(default=WORK, init=False, repr=False, compare=False)
    _passed: int = field(default=0, init=False, repr=False, compare=False)

    def spend(self, work: int) -> None:
        """Count work done; refuses when more was done than one rendering may."""
        self._left -= work
        if self._left < 0:
            raise Refusal(
                "the templates of one value take more work than one rendering may do; make fewer or smaller texts"
            )

    def passes(self) -> bool:
        """Whether one more list or mapping may be passed on as it is."""
        self._passed += 1
        return self._passed <= SHARED
