"""Programs that others wrote and some tests talk to: php, node, webhook."""

from __future__ import annotations

import os
import shutil

import pytest


def tool(name: str, package: str) -> str:
    """The path of a program. Without it the test is skipped; in CI, which promises to have it, the test fails."""
    path = shutil.which(name)
    if path is not None:
        return path
    told = f"{name} is not installed (Debian: apt-get install --no-install-recommends {package})"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)
