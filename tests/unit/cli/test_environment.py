"""Secrets out of the environment, and out of the files that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.cli.environment import environment
from emulator.errors import InvalidInput


def test_an_environment_without_secret_files_stays_as_it_is():
    given = {"HOME": "/root", "SOME_FILE": "/nowhere"}
    assert environment(given) is given


@pytest.mark.parametrize(
    ("content", "secret"),
    [(b"s3cret", "s3cret"), (b"s3cret\n", "s3cret"), (b"s3cret\r\n", "s3cret"), (b" a\n\n", " a\n")],
)
def test_a_files_content_is_the_secret_but_for_one_line_end(tmp_path: Path, content: bytes, secret: str):
    file = tmp_path / "secret"
    file.write_bytes(content)
    found = environment({"WEBHOOK_EMULATOR_SECRET_ACME_EU_FILE": str(file)})
    assert found["WEBHOOK_EMULATOR_SECRET_ACME_EU"] == secret


def test_the_variable_itself_wins_over_its_file(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text("of the file")
    name = "WEBHOOK_EMULATOR_SECRET_ENTUITIVE"
    assert environment({name: "itself", f"{name}_FILE": str(file)})[name] == "itself"


def test_a_file_that_cannot_be_read_is_told_with_its_variable(tmp_path: Path):
    with pytest.raises(InvalidInput, match=r"WEBHOOK_EMULATOR_SECRET_ACME_FILE: .* cannot be read"):
        environment({"WEBHOOK_EMULATOR_SECRET_ACME_FILE": str(tmp_path / "nowhere")})
