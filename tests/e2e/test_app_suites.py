"""Applications of four frameworks, whose own webhook tests use the plugin, are tested as their users would."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest_plugins = "pytester"

APPS = Path(__file__).parents[1] / "apps"
PLAIN = ("-q", "--color=no", "-p", "no:cacheprovider")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    shutil.copytree(APPS, pytester.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return pytester


def test_applications_that_are_right_pass(project: pytest.Pytester) -> None:
    project.runpytest_subprocess(*PLAIN).assert_outcomes(passed=13)


def test_those_that_are_wrong_fail_and_their_reports_tell_why(project: pytest.Pytester) -> None:
    spoil(
        project.path / "flask_app.py",
        "body = request.get_data()",
        "body = json.dumps(request.get_json()).encode()",
    )
    spoil(project.path / "fastapi_app.py", "if not is_signed(", "if False and is_signed(")
    report = ("--webhook-emulator-report", "html=webhooks")
    result = project.runpytest_subprocess(*PLAIN, *report, "test_flask_app.py", "test_fastapi_app.py")
    result.assert_outcomes(failed=3, passed=4)
    result.stdout.fnmatch_lines_random(
        [
            "FAILED test_flask_app.py::test_survives_an_outage *",
            "FAILED test_flask_app.py::test_stores_a_repetition_once *",
            "FAILED test_fastapi_app.py::test_turns_a_forged_webhook_away *",
            "-* webhook deliveries -*",
            "    attempt 1 at 0 s: 401 Unauthorized in * saying *the signature does not fit*; next at 10 s",
            "    attempt 1 at 0 s: 200 OK in *; delivered",
            "report: webhooks/test_flask_app.py-test_survives_an_outage-run_??????????.html",
        ]
    )


def spoil(app: Path, right: str, wrong: str) -> None:
    text = app.read_text()
    assert text.count(right) == 1
    app.write_text(text.replace(right, wrong))
