"""Secrets out of the environment, and out of the files that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.cli.environment import environment
from emulator.errors import InvalidInput
from emulator.scenario.secret import environment_name

NAME = "WEBHOOK_EMULATOR_SECRET_ACME"


def test_variables_of_others_stay_as_they_are():
    found = environment({"HOME": "/root", "SOME_FILE": "/nowhere"})
    assert dict(found) == {"HOME": "/root", "SOME_FILE": "/nowhere"}
    assert found.get("SOME") is None


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


@pytest.mark.parametrize("path", ["hunter2", "/nowhere/hunter2", "hunter2" * 1000])
def test_a_file_that_cannot_be_read_is_told_with_its_variable_but_without_what_may_be_the_secret(path: str):
    with pytest.raises(InvalidInput) as caught:
        environment({f"{NAME}_FILE": path})[NAME]
    assert str(caught.value).startswith(f"{NAME}_FILE: expected the path of a file that holds the secret")
    assert "hunter2" not in str(caught.value)


def test_only_a_regular_file_of_some_size_is_read(tmp_path: Path):
    large = tmp_path / "large"
    large.write_bytes(b"x" * 65_536)
    assert environment({f"{NAME}_FILE": str(large)})[NAME] == "x" * 65_536
    large.write_bytes(b"x" * 65_537)
    for path, told in ((large, "at most 64 KiB"), (tmp_path, "regular file")):
        with pytest.raises(InvalidInput, match=told):
            environment({f"{NAME}_FILE": str(path)})[NAME]


def test_a_file_is_read_only_when_its_secret_is_asked_for(tmp_path: Path):
    found = environment({f"{NAME}_FILE": "/nowhere", "WEBHOOK_EMULATOR_SECRET_OTHER": "x"})
    assert found["WEBHOOK_EMULATOR_SECRET_OTHER"] == "x"
    assert set(found) == {f"{NAME}_FILE", "WEBHOOK_EMULATOR_SECRET_OTHER"}


def test_a_provider_called_file_has_a_variable_of_its_own(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text("of acme")
    found = environment({environment_name("acme-file"): "of acme-file", f"{NAME}_FILE": str(file)})
    assert found[environment_name("acme")] == "of acme"
    assert found[environment_name("acme-file")] == "of acme-file"
    assert len({environment_name(name) for name in ("acme", "acme-file", "file", "acme-file-file")}) == 4
