"""Where the reports of failed tests go, and what their files are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.testing.report_folder import ReportFolder, file_name, report_folder


def test_a_folder_is_read_and_not_made(tmp_path: Path) -> None:
    assert report_folder("har=a/b", tmp_path) == ReportFolder("har", tmp_path / "a" / "b")
    assert report_folder(f"html={tmp_path}", Path("/nowhere")) == ReportFolder("html", tmp_path)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("text", ["webhooks", "html", "html=", "=webhooks", "pdf=webhooks", ""])
def test_what_is_no_report_is_told_with_an_example(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected FORMAT=DIR") as caught:
        report_folder(text, tmp_path)
    wanted = "expected FORMAT=DIR with the format junit, har, jsonl or html, such as html=webhooks"
    assert str(caught.value) == f"{wanted}, found {text!r}"


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "link"):
        with pytest.raises(ValueError, match="cannot be a folder") as caught:
            report_folder(f"html={name}/deeper", tmp_path)
        assert str(caught.value) == f"{name}/deeper cannot be a folder: {tmp_path / name} is no folder"


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("tests/test_a.py::TestB::test_c[1-x]", "tests-test_a.py-TestB-test_c-1-x-run_1.html"),
        ("test_a.py::test_c[../../etc/passwd]", "test_a.py-test_c-..-..-etc-passwd-run_1.html"),
        ('../test_a.py::test_c[\x00 \N{SNOWMAN}?*|<>"]', "test_a.py-test_c-run_1.html"),
        ("x" * 300, f"{'x' * 120}-run_1.html"),
        ("...", "-run_1.html"),
    ],
)
def test_a_file_name_is_safe_everywhere(test: str, name: str) -> None:
    assert file_name(test, "run_1", "html") == name
