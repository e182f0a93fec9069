"""`--report FORMAT=FILE`: what cannot be written is told at once, and what is written is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.cli.reporting import reporting
from emulator.errors import InvalidInput, JournalError
from tests.helpers.recorded import Recorded
from tests.helpers.records import settled


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            "pdf=out",
            "expected FORMAT=FILE with the format junit, har, jsonl or html, such as junit=report.xml",
        ),
        ("junit", "expected FORMAT=FILE"),
        ("junit=", "expected FORMAT=FILE"),
        ("junit=missing/out.xml", "missing/out.xml cannot be written: No such file or directory"),
        ("junit=.", ". is a folder; a report needs a file"),
        ("junit=/dev/null", "/dev/null is no regular file; a report needs a file"),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_nothing(
    tmp_path: Path, given: str, told: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput) as caught, reporting([given]):
        pass
    assert str(caught.value).startswith(f"--report: {told}")
    assert list(tmp_path.iterdir()) == []


def test_two_reports_need_two_files(tmp_path: Path):
    with (
        pytest.raises(InvalidInput, match="is given twice; each report needs a file of its own"),
        reporting([f"junit={tmp_path / 'out'}", f"har={tmp_path / '.' / 'out'}"]),
    ):
        pass


def test_a_link_stays_one_and_its_file_is_written(tmp_path: Path):
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with reporting([f"junit={tmp_path / 'link'}"]):
        pass
    assert (tmp_path / "link").is_symlink()
    assert "<testsuites" in (tmp_path / "file").read_text()


class Unreadable(Recorded):
    """A journal that fails when half of a run has been read."""

    async def attempts(self, where, page):
        raise JournalError("damaged")

    attempt_texts = attempts


@pytest.mark.parametrize("name", ["junit", "har", "jsonl", "html"])
async def test_of_a_run_that_cannot_be_read_no_half_is_told(tmp_path: Path, name: str):
    out = tmp_path / "out"
    with reporting([f"{name}={out}"]) as reports:
        await reports.add_alone(settled())
    alone = out.read_text()
    with reporting([f"{name}={out}"]) as reports:
        await reports.add(Unreadable(), settled())  # type: ignore[arg-type]  # only what reports read
    assert out.read_text() == alone


class Removed(Recorded):
    """A journal whose run is removed when half of it has been read."""

    async def run(self, id):
        return None


@pytest.mark.parametrize("name", ["junit", "har", "jsonl", "html"])
async def test_no_report_is_written_of_a_run_whose_records_went_meanwhile(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "out"
    with reporting([f"{name}={out}"]) as reports:
        await reports.add(Removed(), settled())  # type: ignore[arg-type]  # only what reports read
    assert reports.failed
    told = f"{out}: the report cannot be written: the records of {settled().id} went while its report was written"
    assert " ".join(capsys.readouterr().err.split()) == told


def test_no_report_is_written_over_a_scenario_that_is_played(tmp_path: Path):
    path, link = tmp_path / "s.yaml", tmp_path / "link"
    path.write_text("version: 1")
    link.symlink_to(path)
    for given in (path, link):
        with (
            pytest.raises(InvalidInput, match=r"s\.yaml is a scenario that is played"),
            reporting([f"junit={given}"], [str(path)]),
        ):
            pass
    assert path.read_text() == "version: 1"


def test_a_link_to_itself_is_refused(tmp_path: Path):
    (tmp_path / "link").symlink_to("link")
    with pytest.raises(InvalidInput, match="leads to itself"), reporting([f"junit={tmp_path / 'link'}"]):
        pass
    assert (tmp_path / "link").is_symlink()
