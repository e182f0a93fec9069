"""Finding scenario files below folders and among the shipped ones."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from emulator.errors import InvalidInput
from emulator.shipped import is_profile, resolve, scenarios_below, shipped, yaml_below


def test_every_yaml_file_is_a_scenario_but_hidden_ones_and_profiles(tmp_path: Path):
    for name in (
        "b.yaml",
        "a/c.yml",
        ".hidden.yaml",
        ".git/x.yaml",
        "providers/acme.yaml",
        "a/providers/b.yaml",
        "n.json",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert scenarios_below(tmp_path) == {"a/c": tmp_path / "a" / "c.yml", "b": tmp_path / "b.yaml"}
    assert len(list(yaml_below(tmp_path))) == 4


def test_a_suffix_in_upper_case_is_one_too(tmp_path: Path):
    for name in ("A.YAML", "b.Yml"):
        (tmp_path / name).touch()
    assert scenarios_below(tmp_path) == {"A": tmp_path / "A.YAML", "b": tmp_path / "b.Yml"}


def test_a_link_that_leads_nowhere_is_found_and_a_pipe_is_not(tmp_path: Path):
    if sys.platform == "win32":
        pytest.skip("pipes and links of Unix")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert list(yaml_below(tmp_path)) == [tmp_path / "gone.yaml"]


def test_a_profile_is_known_by_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "providers").mkdir()
    monkeypatch.chdir(tmp_path / "providers")
    assert is_profile(Path("acme.yaml"))
    assert not is_profile(Path("..", "acme.yaml").absolute())


def test_a_file_wins_over_a_shipped_scenario_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    name = "entuitive/accepted-at-once"
    monkeypatch.chdir(tmp_path)
    assert resolve(name) == shipped()[name]
    (tmp_path / name).mkdir(parents=True)
    assert resolve(name) == Path(name)


def test_shipped_names_are_those_of_the_files():
    for name, path in shipped().items():
        assert f"\nname: {name}\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "entuitive/acepted-at-once",
            "nd no scenario of this name comes with the emulator; did you mean 'entuitive/accepted-at-once'?",
        ),
        ("", "expected a file, a folder or the name of a scenario, found empty text"),
        ("xyzzy", "; `webhook-emulator scenarios` lists them"),
    ],
)
def test_what_is_nowhere_is_answered_with_the_nearest(name: str, told: str):
    with pytest.raises(InvalidInput, match=re.escape(told)):
        resolve(name)
