"""docs/records.md names every key and every word of the records, and its recipe for CI works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from emulator.fault import Expects
from emulator.record import DeliveryState, ErrorKind, Result, RunState, Verdict
from emulator.record.schema import SCHEMAS
from tests.receivers.tool import tool

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def keys(schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """The paths of all keys below, as the page writes them; those of a mapping stand for it."""
    whole = next((each for each in schema.get("anyOf", ()) if "properties" in each), schema)
    if "properties" in whole:
        for key, part in whole["properties"].items():
            yield from keys(part, f"{path}.{key}" if path else key)
        return
    yield path
    if "properties" in whole.get("items", {}):
        yield from keys(whole["items"], f"{path}[]")


def listed(title: str) -> set[str]:
    """What stands in code in the first column of a section's table."""
    table = section(title).partition("| key |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    return {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize("title", SCHEMAS)
def test_every_key_of_a_record_stands_in_its_table_and_no_other(title: str):
    found = set(keys(SCHEMAS[title]))
    assert {key for key in listed(title) if not any(other.startswith(f"{key}.") for other in found)} == found


@pytest.mark.parametrize("words", [Result, ErrorKind, DeliveryState, RunState, Verdict])
def test_every_word_of_a_record_is_told(words: type[StrEnum]):
    assert {word for word in words if f"`{word}`" not in PAGE} == set()


def test_every_check_is_told():
    checks = {"template", "deliveries", "notifications", "more", "response"}
    checks |= {each.value for each in Expects if each is not Expects.ANY} | {"answer", "route"}
    checks |= {"outcome", "attempts", "statuses", "offsets", "answered_within"}
    row = next(line for line in PAGE.splitlines() if line.startswith("| `failures[].check` |"))
    assert {check for check in checks if f"`{check}`" not in row} == set()


def test_the_recipe_for_ci_tells_what_failed_and_fails(tmp_path: Path):
    tool("jq", "jq")
    recipe = re.findall(r"^```sh\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]
    event = {"name": "created", "type": "user.created", "expect": {"attempts": 1}}
    target = "http://192.0.2.1/"  # blocked: nothing is sent
    scenario = {"version": 1, "provider": "entuitive", "secret": "k", "target": target, "events": [event]}
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "outage.yaml").write_text(json.dumps(scenario), encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", recipe.replace("--wait-target 30s ", "")],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (
        1,
        "outage: created: expected delivered, is exhausted (blocked)\n",
    )
    assert json.loads((tmp_path / "run.jsonl").read_text(encoding="utf-8"))["run"]["verdict"] == "failed"
