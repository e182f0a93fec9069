"""`scenarios`: the shipped ones, the user's own, and the text of one."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emulator.cli.program import program
from emulator.scenario.load import load_scenario
from emulator.shipped import shipped

OWN = """\
version: 1
name: mine/outage
description: It is down.
provider: acme
events: [{type: a}, {type: b, provider: other}]
"""


def scenarios(*words: str) -> Result:
    return CliRunner().invoke(program, ["scenarios", *words])


@pytest.fixture
def own(tmp_path: Path) -> str:
    (tmp_path / "outage.yaml").write_text(OWN)
    return str(tmp_path)


def test_the_shipped_ones_are_listed_with_what_they_show():
    listed = [
        line.split()[0] for line in scenarios().stdout.splitlines()
    ]  # one a line where it is no terminal
    assert listed == ["NAME", *shipped()]
    assert "Down for 25 s" in scenarios().stdout


def test_those_of_a_folder_come_after_them(own: str):
    result = scenarios(own)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].split() == ["mine/outage", "It", "is", "down."]


def test_the_list_as_json(own: str):
    shown = json.loads(scenarios(own, "--json").stdout)
    assert shown[-1] == {
        "name": "mine/outage",
        "path": str(Path(own) / "outage.yaml"),
        "providers": ["acme", "other"],
        "description": "It is down.",
    }


def test_a_file_that_is_no_yaml_is_told_and_the_others_are_listed(own: str):
    (Path(own) / "broken.yaml").write_text("events: [")
    result = scenarios(own)
    assert result.exit_code == 2
    assert "mine/outage" in result.stdout
    assert "broken.yaml:2:1: not YAML" in result.stderr


def test_a_file_that_is_no_scenario_is_listed_by_its_place(own: str):
    (Path(own) / "list.yaml").write_text("[1, 2]")
    assert scenarios(own).stdout.splitlines()[-2].split() == ["list"]


def test_show_prints_the_file_as_it_is(own: str):
    assert scenarios("show", "mine/outage", own).stdout == OWN
    name = "entuitive/refused-then-accepted"
    assert scenarios("show", name).stdout == shipped()[name].read_text(encoding="utf-8")


def test_show_as_json(own: str):
    shown = json.loads(scenarios("show", "mine/outage", own, "--json").stdout)
    assert (shown["name"], shown["text"]) == ("mine/outage", OWN)


@pytest.mark.parametrize("name", ["entuitive/exact-bytes", "acme/not-retried", "both/same-outage"])
def test_show_tells_which_files_a_copy_needs(name: str, tmp_path: Path):
    result = scenarios("show", name)
    assert result.stderr.splitlines()[0] == f"this is {shipped()[name]}"
    (tmp_path / "copy.yaml").write_text(result.stdout)
    for copy, file in re.findall(r"a copy needs (\S+) in its folder.*: (.+)", result.stderr):
        (tmp_path / copy).parent.mkdir(exist_ok=True)
        shutil.copy(file, tmp_path / copy)
    assert load_scenario(tmp_path / "copy.yaml", environment={}).events
    assert "`webhook-emulator schema` prints what it calls ../scenario.schema.json" in result.stderr
    needed = json.loads(scenarios("show", name, "--json").stdout)["needs"]
    assert len(needed) == result.stderr.count("a copy needs")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["show"], "Missing NAME after show."),
        (["show", "refused-then-accepted"], "unknown scenario 'refused-then-accepted'; did you mean"),
        (["nowhere"], "nowhere: there is no such folder"),
    ],
)
def test_wrong_use_is_told(words: list[str], told: str):
    result = scenarios(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
