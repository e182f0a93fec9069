"""The scenarios that a server knows by name: those of its folder, and those that come with the emulator."""

from __future__ import annotations

from pathlib import Path


class Catalog:
    """Scenario files by name. A file of the server's own folder takes the place of a shipped one of the same name."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
