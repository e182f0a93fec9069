"""Flag, then environment, then default; and every mistake told by the name of what holds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.cli.variables import Choices, host_text, port_number
from emulator.errors import InvalidInput


def choices(**variables: str) -> Choices:
    return Choices({f"WEBHOOK_EMULATOR_{name}": value for name, value in variables.items()})


def problems(given: Choices) -> list[str]:
    try:
        given.check()
    except InvalidInput as error:
        return [str(problem) for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("variables", "flag", "expected"),
    [({}, None, 1), ({"PORT": "2"}, None, 2), ({"PORT": "2"}, "3", 3), ({"PORT": ""}, None, 1)],
)
def test_a_flag_wins_over_its_variable_and_that_over_the_default(
    variables: dict[str, str], flag: str | None, expected: int
):
    assert choices(**variables).text("--port", flag, port_number, 1) == expected


@pytest.mark.parametrize("text", ["", "x", "-1", "65536", "1e3", "١", " 1", "4622.0"])
def test_what_is_no_port_is_told(text: str):
    given = choices()
    assert given.text("--port", text, port_number, 7) == 7
    assert problems(given) == [f"--port: expected a port from 0 to 65535, found {text!r}"]


def test_a_wrong_variable_does_not_matter_beside_a_flag():
    given = choices(PORT="x")
    assert given.text("--port", "5", port_number, 1) == 5
    assert problems(given) == []


@pytest.mark.parametrize("text", ["a,b c", " a , b  c ", "a\nb\tc,"])
def test_a_list_has_blanks_or_commas_between(text: str):
    assert choices(ALLOW_HOST=text).texts("--allow-host", (), str) == ("a", "b", "c")


def test_a_list_by_flags_takes_the_place_of_the_variables_and_is_not_split():
    assert choices(PLAY="a b").texts("--play", ("x y",), str) == ("x y",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in ("1", "true", "yes", "on", "TRUE")),
        *((text, False) for text in ("0", "off", "")),
    ],
)
def test_words_for_there_or_not(text: str, *, expected: bool):
    assert choices(INSECURE=text).on("--insecure", given=False) is expected
    assert choices(INSECURE=text).on("--insecure", given=True) is True


def test_every_mistake_is_told_by_the_name_of_what_holds_it():
    given = choices(PORT="x", INSECURE="2")
    given.text("--port", None, port_number, 1)
    given.on("--insecure", given=False)
    given.text("--host", "  ", host_text, "")
    assert problems(given) == [
        "WEBHOOK_EMULATOR_PORT: expected a port from 0 to 65535, found 'x'",
        "WEBHOOK_EMULATOR_INSECURE: expected one of 1, true, yes, on, 0, false, no, off, found '2'",
        "--host: expected a text, found empty text",
    ]


def test_a_host_may_stand_in_brackets():
    assert choices(HOST=" [::1]").text("--host", None, host_text, "") == "::1"


def test_bytes_that_are_no_text_are_told():
    given = choices()
    given.text("--host", "\udc80", host_text, "")
    assert problems(given) == ["--host: expected text in UTF-8, found other bytes"]


def refuse(text: str) -> str:
    raise ValueError("expected something else")


def test_a_secret_is_never_shown(tmp_path: Path):
    file = tmp_path / "token"
    file.write_text("marker\n")
    for variables, flag in (({}, "marker"), ({"TOKEN": "marker"}, None), ({"TOKEN_FILE": str(file)}, None)):
        given = choices(**variables)
        assert given.secret("--token", flag, str) == "marker"
        assert given.secret("--token", flag, refuse) is None
        (told,) = problems(given)
        assert "marker" not in told
        assert told.endswith("expected something else")


def test_an_empty_file_is_a_secret_that_must_be_refused(tmp_path: Path):
    file = tmp_path / "token"
    file.touch()
    assert choices(TOKEN_FILE=str(file), TOKEN="").secret("--token", None, str) == ""
