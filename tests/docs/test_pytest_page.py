"""What docs/pytest.md shows is what tests/e2e/test_app_suites.py runs, and the settings are those of the plugin."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from emulator.testing import plugin
from emulator.testing.report_folder import MOST_RUNS
from emulator.testing.telling import MOST_LINES

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "pytest.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n# (\S+)\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_example_stands_in_a_suite_that_runs() -> None:
    assert len(BLOCKS) == PAGE.count("```python")
    for name, text in BLOCKS:
        assert text in (ROOT / "tests" / "apps" / name).read_text(encoding="utf-8"), text


def test_every_test_that_is_shown_has_less_than_ten_lines() -> None:
    tests = re.findall(
        r"^ *(?:async )?def test_.+?(?=^```|^ *(?:async )?def |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    assert len(tests) == 4
    assert max(len(each.splitlines()) for each in tests) < 10


class Parser:
    """Takes what a plugin wants to be set, as pytest's own does."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def getgroup(self, name: str) -> Parser:
        return self

    def addoption(self, name: str, **more: Any) -> None:
        self.names.append(name)

    def addini(self, name: str, *more: str) -> None:
        self.names.append(name)


def test_settings_and_bounds_are_those_of_the_plugin() -> None:
    parser = Parser()
    plugin.pytest_addoption(cast("pytest.Parser", parser))
    settings = PAGE.partition("## Settings")[2].partition("\n\nWithout")[0]
    shown = re.findall(r"`((?:--)?[a-z][\w-]+)`", settings)
    assert shown == parser.names
    assert f"of up to {MOST_LINES} lines" in PAGE
    assert f"of up to {MOST_RUNS} runs of a test" in PAGE
