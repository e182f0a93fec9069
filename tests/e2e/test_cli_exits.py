"""The real command in a process of its own: exit codes, streams, pipes and signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

EMULATOR = [sys.executable, "-m", "emulator"]
BAD = "version: 1\nprovider: entuitive\nspede: real\nevents: [{type: user.creatd}]\n"
unix = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of Unix")


def run(*words: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*EMULATOR, *words], capture_output=True, text=True, encoding="utf-8", check=False, **options
    )


def test_results_go_to_stdout():
    done = run("providers")
    assert (done.returncode, done.stderr) == (0, "")
    assert "entuitive" in done.stdout


def test_a_wrong_file_is_told_on_stderr_with_code_2_and_no_traceback(tmp_path: Path):
    (tmp_path / "bad.yaml").write_text(BAD)
    done = run("validate", "bad.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "bad.yaml:3:1: spede: unknown key 'spede'; did you mean 'speed'?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words", [["sgin"], ["sign"], ["sign", "--nope"], ["listen", "--port", "70000", "-p", "x"]]
)
def test_wrong_use_has_code_2(words: list[str]):
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error: " in done.stderr


def test_a_check_that_fails_has_code_1():
    done = run("sign", "-p", "entuitive", "-s", "x", "--check", "00" * 32, input="{}")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("not valid: ")


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_output_is_utf_8_in_any_locale(locale: str, tmp_path: Path):
    (tmp_path / "name.yaml").write_text("name: Café 🎉\ndescription: Žluťoučký\n", encoding="utf-8")
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run("scenarios", str(tmp_path), env=environment)
    assert done.returncode == 0
    assert "Café 🎉" in done.stdout
    assert "Žluťoučký" in done.stdout


@unix
def test_a_reader_that_goes_away_is_no_matter_for_a_traceback():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run([*EMULATOR, "schema"], stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


@unix
def test_an_interrupt_ends_with_130_and_no_traceback(tmp_path: Path):
    body = tmp_path / "body"
    os.mkfifo(body)
    command = [*EMULATOR, "sign", "-p", "entuitive", "-s", "x", str(body)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        body.open("wb"),
    ):
        process.send_signal(signal.SIGINT)  # open() returned, so the command waits for the body
        out, err = process.communicate()
    assert (process.returncode, out, err) == (130, b"", b"interrupted\n")


def test_it_runs_as_a_command_too():
    command = Path(sys.executable).with_name("webhook-emulator")
    done = subprocess.run([command, "--version"], capture_output=True, check=True)
    assert done.stdout.startswith(b"webhook-emulator ")
