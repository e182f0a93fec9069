"""`--webhook-emulator-report`: what a failed test leaves for people, in files."""

from __future__ import annotations

import json
import os
import re

import pytest

from tests.helpers.command import environment

pytest_plugins = "pytester"

PLAIN = (
    "-q",
    "--color=no",
    *(
        word
        for name in ("cacheprovider", "timeout", "asyncio", "aiohttp", "randomly")
        for word in ("-p", f"no:{name}")
    ),
)
PLAYS = """
import pytest

MINE = {
    "version": 1,
    "name": "mine",
    "provider": "entuitive",
    "speed": "instant",
    "secret": "marker-secret-5d21",
    "target": "http://127.0.0.1:9/",
    "events": [{"type": "user.created"}],
}
"""


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project of a user's."""
    for name in set(os.environ) - set(environment()):
        monkeypatch.delenv(name)
    return pytester


def test_each_run_of_a_failed_test_has_a_file_of_each_format_in_parallel_too(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        test_shop=PLAYS
        + """
@pytest.mark.parametrize("name", ["a/b", "a:b", "x" * 300, "é"])
def test_fails(webhook_emulator, name):
    assert webhook_emulator.play(MINE).passed


def test_fails_after_two(webhook_emulator):
    webhook_emulator.play(MINE)
    assert webhook_emulator.play(MINE).passed


def test_passes(webhook_emulator):
    assert not webhook_emulator.play(MINE).passed


def test_plays_nothing(webhook_emulator):
    assert not webhook_emulator.url
"""
    )
    flags = ("--webhook-emulator-report=html=out/pages", "--webhook-emulator-report", "har=out")
    result = inner.runpytest_subprocess(*PLAIN, "-n", "2", *flags)
    result.assert_outcomes(failed=6, passed=1)

    pages = sorted((inner.path / "out" / "pages").iterdir())
    logs = sorted(each for each in (inner.path / "out").iterdir() if each.is_file())
    told = sorted(each.relative_to(inner.path).as_posix() for each in (*pages, *logs))
    assert sorted(re.findall(r"^report: (.+)$", result.stdout.str(), re.MULTILINE)) == told
    assert sorted(re.sub(r"run_\w{10}", "run_…", each.name) for each in pages) == [
        "test_shop.py-test_fails-a-b-run_….html",
        "test_shop.py-test_fails-a-b-run_….html",
        "test_shop.py-test_fails-name2-run_….html",
        "test_shop.py-test_fails-xe9-run_….html",
        "test_shop.py-test_fails_after_two-run_….html",
        "test_shop.py-test_fails_after_two-run_….html",
    ]
    assert [each.stem for each in logs] == [each.stem for each in pages]
    for each in pages:
        assert each.read_text(encoding="utf-8").startswith("<!doctype html>")
        assert "marker-secret-5d21" not in each.read_text(encoding="utf-8")
    assert [len(json.loads(each.read_bytes())["log"]["entries"]) for each in logs] == [5] * 6


def test_the_ini_file_counts_from_the_root_directory_and_the_flag_from_here(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner.makeini("[pytest]\nwebhook_emulator_report =\n    html=pages\n    junit=cases\n")
    here = inner.mkdir("here")
    (here / "test_it.py").write_text(
        PLAYS
        + """
def test_fails(webhook_emulator):
    runs = [webhook_emulator.play(MINE) for _ in range(21)]
    assert runs[0].passed
"""
    )
    monkeypatch.chdir(here)
    result = inner.runpytest_subprocess(*PLAIN)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["no reports of 1 more runs"])
    assert len([*(inner.path / "pages").glob("here-test_it.py-test_fails-run_*.html")]) == 20
    assert len([*(inner.path / "cases").glob("here-test_it.py-test_fails-run_*.xml")]) == 20

    (here / "test_it.py").write_text(
        PLAYS
        + """
def test_fails(webhook_emulator, request):
    webhook_emulator.play(MINE)
    (request.config.rootpath / "here" / "lines").write_text("in the way")
    assert False
"""
    )
    result = inner.runpytest_inprocess(*PLAIN, "--webhook-emulator-report", "jsonl=lines")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["mine (run_*): failed", "lines/*.jsonl: the report cannot be written: File exists"]
    )
    assert len([*(inner.path / "pages").iterdir()]) == 20


def test_a_folder_that_cannot_be_made_ends_the_session_before_any_test(inner: pytest.Pytester) -> None:
    inner.makepyfile("def test_1(): pass")
    (inner.path / "taken").write_text("")
    result = inner.runpytest_inprocess(*PLAIN, "--webhook-emulator-report", "html=taken/pages")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: --webhook-emulator-report: taken/pages cannot be a folder: */taken is no folder"]
    )


def test_a_session_without_failed_webhooks_makes_no_folder(inner: pytest.Pytester) -> None:
    inner.makepyfile("def test_1(): pass\ndef test_2(): assert 0")
    result = inner.runpytest_inprocess(*PLAIN, "--webhook-emulator-report", "html=pages")
    result.assert_outcomes(passed=1, failed=1)
    assert not (inner.path / "pages").exists()
