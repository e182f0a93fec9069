"""Every error becomes an exit in one place."""

from __future__ import annotations

import errno

import click
import pytest

from emulator.cli.exits import Exit, exit_code, worst
from emulator.errors import ClockError, EmulatorError, InvalidInput, JournalError, Problem


def raising(error: BaseException):
    def call():
        raise error

    return call


def test_what_a_verb_returns_is_the_code_and_nothing_is_a_pass():
    assert exit_code(lambda: Exit.FAILED) == 1
    assert exit_code(lambda: None) == 0


def test_every_problem_of_a_wrong_input_stands_on_a_line_of_its_own(capsys):
    problems = [
        Problem(path="a.yaml", line=3, column=9, key="target", message="expected a URL"),
        Problem(path="a.yaml", line=4, column=1, message="unknown key 'evnts'; did you mean 'events'?"),
    ]
    assert exit_code(raising(InvalidInput(problems))) == Exit.WRONG
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "a.yaml:3:9: target: expected a URL",
        "a.yaml:4:1: unknown key 'evnts'; did you mean 'events'?",
    ]


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (EmulatorError("half of a surrogate pair"), Exit.WRONG, "half of a surrogate pair"),
        (ClockError("backwards"), Exit.WRONG, "backwards"),
        (JournalError("disk full"), Exit.INCOMPLETE, "the journal failed: disk full"),
        (FileNotFoundError(errno.ENOENT, "No such file", "x.json"), Exit.WRONG, "x.json: No such file"),
        (OSError("strange"), Exit.WRONG, "strange"),
        (click.UsageError("Missing NAME."), Exit.WRONG, "Error: Missing NAME."),
        (click.FileError("x", "gone"), Exit.WRONG, "Error: Could not open file 'x': gone"),
        (KeyboardInterrupt(), Exit.INTERRUPTED, "interrupted"),
        (click.Abort(), Exit.INTERRUPTED, "interrupted"),
    ],
)
def test_a_users_mistake_is_told_in_a_line_without_a_traceback(error, code, told, capsys):
    assert exit_code(raising(error)) == code
    assert capsys.readouterr().err == f"{told}\n"


def test_a_mistake_of_ours_shows_its_traceback_and_asks_for_a_report(capsys):
    assert exit_code(raising(ZeroDivisionError("division by zero"))) == Exit.INCOMPLETE
    err = capsys.readouterr().err
    assert err.startswith("Traceback")
    assert "ZeroDivisionError: division by zero" in err
    assert "Please report it" in err.splitlines()[-1]


def test_of_several_files_the_worst_counts():
    assert worst([]) is Exit.PASSED
    assert worst([Exit.PASSED, Exit.INCOMPLETE]) is Exit.INCOMPLETE
    assert worst([Exit.INCOMPLETE, Exit.FAILED, Exit.PASSED]) is Exit.FAILED
    assert worst([Exit.FAILED, Exit.WRONG]) is Exit.WRONG
    assert worst([Exit.WRONG, Exit.INTERRUPTED]) is Exit.INTERRUPTED
