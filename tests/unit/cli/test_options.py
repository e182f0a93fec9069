"""What flags are told to be wrong, and providers that are given by the paths of their profiles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from emulator.cli.options import profile_file
from emulator.cli.program import program

PROFILE = """
version: 1
provider: acme
accept: [204]
events: {thing.created: {data: {id: 1}}}
"""
AN_ANSWER = "a status from 200 to 599, timeout, reset, redirect, or slow:DURATION such as slow:2s"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--respond", "503,foo"], f"'--respond': expected {AN_ANSWER}, found 'foo'\n"),
        (["--respond", "503,slow:soon"], "or a number of seconds, found 'soon'\n"),
        (["--delay", "soon"], "or a number of seconds, found 'soon'\n"),
        (["--respond", "99"], f"'--respond': expected {AN_ANSWER}, found '99'\n"),
        (["--host", ""], "'--host': found empty text\n"),
    ],
)
def test_what_is_wrong_in_a_flag_is_told_once(words: list[str], told: str):
    result = CliRunner().invoke(program, ["listen", "--provider", "entuitive", *words])
    assert result.exit_code == 2
    assert result.stderr.endswith(told)
    assert result.stderr.count("found") == 1


@pytest.mark.parametrize(
    ("given", "is_path"),
    [("acme", False), ("acme.yaml", True), ("acme.yml", True), ("./acme", True), ("providers/acme", True)],
)
def test_what_looks_like_a_path_is_one(given: str, is_path: bool):
    assert (profile_file(given) is not None) is is_path


def test_send_takes_a_profile_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "deep" / "my-profile.yaml"
    file.parent.mkdir()
    file.write_text(PROFILE)
    monkeypatch.chdir(tmp_path)
    words = ["send", "-p", "deep/my-profile.yaml", "-T", "thing.created", "-t", "http://192.0.2.1/", "--json"]
    result = CliRunner().invoke(program, words)
    assert (result.exit_code, result.stderr) == (1, "")
    attempt = json.loads(result.stdout)["attempts"][0]
    assert (attempt["provider"], attempt["request"]["body"]) == ("acme", '{"id":1}')


def test_a_wrong_profile_is_told_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "mine.yaml").write_text(PROFILE + "timeuot: 3s\n")
    monkeypatch.chdir(tmp_path)
    words = ["send", "-p", "mine.yaml", "-T", "thing.created", "-t", "http://192.0.2.1/"]
    assert "mine.yaml:6:1: timeuot: unknown key" in CliRunner().invoke(program, words).stderr


def test_providers_show_takes_a_path(tmp_path: Path):
    (tmp_path / "mine.yaml").write_text(PROFILE)
    result = CliRunner().invoke(program, ["providers", "show", str(tmp_path / "mine.yaml")])
    assert result.stdout.startswith("acme\n")
