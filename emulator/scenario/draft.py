"""A mapping of a scenario file on its way to a value: what could be read of it, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.document import Place


@dataclass(frozen=True, slots=True)
class Draft:
    """The keys of a mapping that could be read, and where the mapping stands."""

    place: Place
    values: Mapping[str, Any]

    def stands(self, key: str) -> bool:
        """Whether the key stands there, readable or not."""
        return key in self.place.node.value

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key that stands there and could be read, else the default."""
        return self.values.get(key, default)
