"""A mapping of a scenario file on its way to a value: what could be read of it, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.document import Place
from emulator.value import value


@value(frozen=True, slots=True)
class Draft:
    """The keys of a mapping that could be read, and where the mapping stands.

    Where something else stands, the draft is `broken`: it keeps the place of an event that cannot be read.
    """

    place: Place
    values: Mapping[str, Any]
    broken: bool = False

    def stands(self, key: str) -> bool:
        """Whether the key stands there, readable or not."""
        return not self.broken and key in self.place.node.value

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key that stands there and could be read, else the default."""
        return self.values.get(key, default)
