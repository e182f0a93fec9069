"""Where a reader of the stream stands: behind the record of a number, of all that one epoch has told."""

from __future__ import annotations

import re

from emulator.value import value

PATTERN = "^[0-9a-f]{8}-[0-9]{1,15}$"
WANTED = "an id that the stream gave, such as 3f9c01ab-17"


@value(frozen=True, slots=True)
class Position:
    """An `epoch` is drawn whenever records begin to be kept for readers: ids of another process are known as such."""

    epoch: str
    number: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.number}"


def parse_position(text: object) -> Position:
    """The position that an id names. Raises ValueError, saying what was expected."""
    if not isinstance(text, str) or re.fullmatch(PATTERN, text, re.ASCII) is None:
        raise ValueError(f"expected {WANTED}")
    epoch, _, number = text.partition("-")
    return Position(epoch, int(number))
