"""What may stand below a fault's key, made into the fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from emulator.document import Invalid, Place, Shape
from emulator.document.shape import wrong

T = TypeVar("T")
F = TypeVar("F")


def made(shape: Shape[T], make: Callable[[T], F]) -> Shape[F]:
    """What a shape reads, made into a fault."""

    def reader(place: Place) -> F | Invalid:
        value = shape.read(place)
        return value if isinstance(value, Invalid) else make(value)

    return Shape(reader, shape.schema, shape.wanted)


def only_true(fault: F) -> Shape[F]:
    """`true`, for a fault that has nothing to say beside its name."""

    def reader(place: Place) -> F | Invalid:
        value: Any = place.node.value
        return fault if value is True else wrong(place, "true; leave the fault out otherwise")

    return Shape(reader, {"const": True}, "true")
