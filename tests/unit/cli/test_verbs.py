"""The group of verbs: its table, its help, and its answers to wrong words."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from emulator import __version__
from emulator.cli.program import NAME, program
from emulator.cli.verb import Verb
from emulator.cli.verbs import VERBS


def run(*words: str):
    return CliRunner().invoke(program, words)


def loaded(name: str) -> click.Command:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    return command


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_stands_in_the_file_of_its_name(name: str):
    assert loaded(name).name == name


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_says_what_it_does_with_an_example_and_every_option_has_a_sentence(name: str):
    command = loaded(name)
    assert isinstance(command, Verb)
    assert all(example.split("webhook-emulator ")[1].startswith(name) for example in command.examples[:1])
    for option in command.params:
        assert not isinstance(option, click.Option) or option.help, option.name
    shown = run(name, "--help").output
    assert "\n\nExample" in shown
    assert "\\b" not in shown


def test_the_list_of_verbs_is_the_table():
    shown = run("--help").output
    for name, line in VERBS.items():
        assert f"  {name:<9}  {line}\n" in shown
    assert "Exit codes: 0 passed" in shown


def test_the_version_is_printed():
    result = run("--version")
    assert (result.exit_code, result.output) == (0, f"{NAME} {__version__}\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["valdate"], "No such command 'valdate'. Did you mean 'validate'?"),
        (["xyzzy"], "No such command 'xyzzy'. Known: play, send, "),
        (["providers", "shw"], "No such command 'shw'. Did you mean 'show'?"),
        (["sign", "--secrt", "x"], "Did you mean"),
        (["--vershun"], "Did you mean --version?"),
    ],
)
def test_a_wrong_word_is_answered_with_the_nearest_right_one(words: list[str], told: str):
    result = run(*words)
    assert result.exit_code == 2
    assert told.replace("'", "") in result.stderr.replace("'", "")
    assert result.stdout == ""


def test_no_verb_at_all_is_wrong_use_and_shows_the_help():
    result = run()
    assert result.exit_code == 2
    assert "Commands:" in result.output
