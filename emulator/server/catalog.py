"""The scenarios that a server knows by name: those of its folder, and those that come with the emulator."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class Catalog:
    """Scenario files by name. A file of the server's own folder takes the place of a shipped one of the same name.

    `environment` fills `${VAR}`; `fallback_target` is where webhooks go for which nothing else says so.
    """

    def __init__(
        self, folder: Path | None, environment: Mapping[str, str], *, fallback_target: str | None = None
    ) -> None:
        self.folder = folder
        self._environment = environment
        self._fallback_target = fallback_target
        self.loaded = False

    def load(self) -> None:
        """Check every file of the folder. Raises InvalidInput with the problems of all."""
        self.loaded = True
