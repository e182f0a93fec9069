"""Programs that others wrote and some tests talk to: php, node, webhook, Express."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def tool(name: str, package: str) -> str:
    """The path of a program. Without it the test is skipped; in CI, which promises to have it, the test fails."""
    path = shutil.which(name)
    return needed(
        path, f"{name} is not installed (Debian: apt-get install --no-install-recommends {package})"
    )


def needed(path: str | Path | None, told: str) -> str:
    """A path that exists. Without it the test is skipped, and `told` why; in CI the test fails."""
    if path is not None and Path(path).exists():
        return str(path)
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)
