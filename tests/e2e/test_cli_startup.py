"""What the light verbs import: start-up time is a goal, and a single heavy import would spoil it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "aiohttp",
    "aiosmtplib",
    "asyncio",
    "faker",
    "jinja2",
    "jsonpath_rfc9535",
    "regex",
    "rich",
    "sqlite3",
    "ssl",
    "uvloop",
    "yarl",
}
PROBE = """
import json, sys
from emulator.cli import main
sys.argv[1:] = json.loads(sys.argv[1])
try:
    main()
finally:
    sys.stderr.write(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
PLAIN = """
version: 1
provider: entuitive
target: http://localhost:3000/webhooks
secret: demo-secret
events: [{type: user.created, data: {company_name: "{{ company }}"}}]
variables: {company: Harbour Lifts Ltd}
"""


def imported(*words: str | Path) -> set[str]:
    """The packages that a command imports, in a process of its own."""
    command = [sys.executable, "-c", PROBE, json.dumps([str(word) for word in words])]
    done = subprocess.run(command, input=b"{}", capture_output=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "plain.yaml"
    file.write_text(PLAIN)
    return file


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["sign", "--provider", "entuitive", "--secret", "s"],
        ["sign", "--help"],
        ["listen", "--help"],
        ["schema"],
        ["schema", "--profile"],
        ["providers"],
        ["providers", "show", "compliancely"],
        ["scenarios"],
        ["scenarios", "show", "entuitive/burst"],
        ["validate", "entuitive/refused-then-accepted"],
    ],
    ids=" ".join,
)
def test_light_verbs_import_nothing_heavy(words: list[str]):
    assert imported(*words) & HEAVY == set()


def test_a_file_with_plain_templates_is_checked_without_jinja(scenario: Path):
    assert imported("validate", scenario) & HEAVY == set()


def test_help_imports_no_verb_and_no_yaml():
    assert "yaml" not in imported("--help")


def test_jinja_comes_when_a_template_needs_it(scenario: Path):
    scenario.write_text(PLAIN.replace("{{ company }}", "{{ company | upper }}"))
    assert imported("validate", scenario) & HEAVY == {"jinja2"}


def test_sending_brings_no_mail_client_where_no_mail_server_is_set(scenario: Path):
    assert "aiosmtplib" not in imported("play", scenario, "--dry-run")
    assert "aiosmtplib" not in imported("play", scenario, "--target", "http://192.0.2.1/", "-q")
