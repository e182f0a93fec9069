"""What every start of pytest pays for the plugin, where it is installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points


def test_importing_it_brings_nothing_but_itself() -> None:
    code = (
        "import sys, pytest\n"
        "before = set(sys.modules)\n"
        "import emulator.testing.plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == ["emulator", "emulator.testing", "emulator.testing.plugin"]


def test_pytest_finds_it_among_what_is_installed() -> None:
    (found,) = entry_points(group="pytest11", name="webhook_emulator")
    assert found.value == "emulator.testing.plugin"
