"""How values are made: every attempt makes dozens of them, and every start their hundred classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

__all__ = ["value"]

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import fields
    from operator import attrgetter

    def value(*, frozen: bool, slots: bool, kw_only: bool = False) -> object:
        """`dataclass`, of which `frozen` is left to the type checker.

        To enforce it at run time makes creating a value four times as dear, and an attempt a tenth. Values compare,
        hash and show as those of `dataclass` do, by methods that need not be compiled anew for each class: that takes
        most of the time in which such a class is made.
        """

        def made(cls: type) -> type:
            cls = dataclass(slots=slots, kw_only=kw_only, eq=False, repr=False)(cls)
            own = vars(cls)
            for name, method in _methods(cls, hashed=frozen):
                if name not in own:
                    setattr(cls, name, method)
            return cls

        return made

    def _methods(cls: type, *, hashed: bool) -> list[tuple[str, object]]:
        compared = attrgetter(*[field.name for field in fields(cls) if field.compare], "__class__")
        shown = [field.name for field in fields(cls) if field.repr]

        def equal(self: object, other: object) -> bool:
            return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

        def hash_(self: object) -> int:
            return hash(compared(self))

        def repr_(self: object) -> str:
            pairs = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
            return f"{self.__class__.__qualname__}({pairs})"

        return [("__eq__", equal), ("__hash__", hash_ if hashed else None), ("__repr__", repr_)]
