"""Receivers as users write them, right and wrong, in seven flavours: a process for each, a path for each mistake."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.receivers.process import running
from tests.receivers.tool import needed, tool

HERE = Path(__file__).parent / "flavours"
FLAVOURS = ("flask", "django", "fastapi", "aiohttp", "express", "node", "php")


@dataclass(frozen=True, slots=True)
class Flavour:
    """The receivers of one flavour, ready for connections."""

    port: int

    def url(self, provider: str, mistake: str) -> str:
        """Where the one with this mistake listens; `right` has none."""
        return f"http://127.0.0.1:{self.port}/{provider}/{mistake}"


@contextmanager
def flavour(name: str, secret: str) -> Iterator[Flavour]:
    """Start the receivers of a flavour; they are ended with the block."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"RECEIVER_SECRET": secret, "RECEIVER_FOLDER": folder}
        with running(_command(name), settings, r"listening on (\d+)|127\.0\.0\.1:(\d+)\) started") as ready:
            yield Flavour(int(ready[1] or ready[2]))


def _command(name: str) -> list[str]:
    match name:
        case "php":
            return [
                tool("php", "php-cli"),
                "-n",
                "-d",
                "display_errors=0",
                "-S",
                "127.0.0.1:0",
                str(HERE / "receivers.php"),
            ]
        case "node":
            return [tool("node", "nodejs"), str(HERE / "node_app.js")]
        case "express":
            needed(
                HERE / "express" / "node_modules", "Express is not installed (make setup does it, with npm)"
            )
            return [tool("node", "nodejs"), str(HERE / "express" / "receivers.js")]
        case _:
            return [sys.executable, str(HERE / f"{name}_app.py")]
