"""How values are made: every attempt makes dozens of them, and every start their hundred classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

__all__ = ["value"]

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool, kw_only: bool = False) -> object:
        """`dataclass`, of which `frozen` is left to the type checker.

        To enforce it at run time makes creating a value four times as dear, and an attempt a tenth; and it takes nearly
        half of the time in which such a class is made.
        """
        return dataclass(slots=slots, kw_only=kw_only, unsafe_hash=frozen)
