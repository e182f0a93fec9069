"""Wrong files and exactly what is said of them: `tests/bad_files/NAME.yaml` beside `NAME.expected`.

Files below `profiles/` are providers' files; all others are scenarios. `providers/` holds the providers that scenarios
name. A line that ends with `…` leaves the rest to the library that says it.
"""

from pathlib import Path

import pytest

from emulator.errors import InvalidInput
from emulator.provider.load import read_definition
from emulator.scenario.load import load_scenario

FOLDER = Path(__file__).parents[2] / "bad_files"
ENVIRONMENT = {"EMPTY": "", "WORD": "word", "WEBHOOK_EMULATOR_SECRET_COMPLIANCELY": ""}
CASES = sorted(path.relative_to(FOLDER) for path in FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.with_suffix("").as_posix())
def test_a_bad_file_is_told_line_by_line(case, monkeypatch):
    monkeypatch.chdir(FOLDER)
    load = _load_profile if len(case.parts) > 1 else _load_scenario
    with pytest.raises(InvalidInput) as told:
        load(case)
    expected = case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    lines = str(told.value).splitlines()
    assert [_cut(*pair) for pair in zip(lines, expected, strict=False)] == expected
    assert len(lines) == len(expected)


def _load_scenario(case):
    load_scenario(case, environment=ENVIRONMENT)


def _load_profile(case):
    read_definition(case.read_bytes(), case.as_posix(), name=case.stem)


def _cut(line, expected):
    return line[: len(expected) - 1] + "…" if expected.endswith("…") else line


def test_every_message_keeps_to_one_line():
    for expected in FOLDER.rglob("*.expected"):
        for line in expected.read_text(encoding="utf-8").split("\n"):
            assert line.isprintable(), expected


def test_no_message_shows_a_secret():
    shown = [
        path.name for path in FOLDER.rglob("*.expected") if "demo-secret" in path.read_text(encoding="utf-8")
    ]
    assert shown == []


def test_there_are_many_bad_files():
    assert len(CASES) >= 80
    assert {path.with_suffix("") for path in FOLDER.rglob("*.expected")} == {
        FOLDER / case.with_suffix("") for case in CASES
    }
