"""docs/faults.md has every fault with all that may stand there, and its example is the shipped scenario."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from emulator.fault import Expects
from emulator.fault.form import FAULTS
from emulator.fault.signature import KINDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("word", FAULTS)
def test_every_fault_has_a_row(word: str):
    assert any(row.startswith(f"| `{word}` |") for row in ROWS)


def test_no_row_is_about_a_fault_that_is_not_there():
    named = {found[1] for row in ROWS if (found := re.match(r"\| `(\w+)` \| .* \| .* \|", row))}
    assert named <= {*FAULTS, *Expects, "on", "expect"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_signature_is_told(kind: str):
    assert f"`{kind}`" in PAGE


@pytest.mark.parametrize("expects", Expects)
def test_every_expectation_is_told(expects: Expects):
    assert any(row.startswith(f"| `{expects.value}` |") for row in ROWS)


def test_the_example_is_the_shipped_scenario():
    shown = yaml.safe_load(re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[0])
    shipped = yaml.safe_load((ROOT / "scenarios/entuitive/misbehaving.yaml").read_text(encoding="utf-8"))
    assert shown["events"] == shipped["events"]
