"""`make demo` shows both providers' schedules, fits a narrow terminal, and ends with what became of it."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "demo.py"
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
ROW = re.compile(r"^(\w*) .* (\d+) +(\d+)  (\d{3}) +\d+ ms  (.+?) *$", re.MULTILINE)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("demo_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "demo_script", module)
    spec.loader.exec_module(module)
    return module


def on_a_terminal(columns: int) -> tuple[int, list[str]]:
    """Run the script on a terminal of that width; its exit code, and the lines without colours."""
    pty = pytest.importorskip("pty", reason="there are no such terminals here")
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    with subprocess.Popen(
        [sys.executable, SCRIPT], stdin=theirs, stdout=theirs, stderr=theirs, env=kept | {"TERM": "xterm"}
    ) as process:
        os.close(theirs)
        pieces = []
        try:
            while piece := os.read(ours, 65_536):
                pieces.append(piece)
        except OSError:  # how Linux says that the other side has closed
            pass
        finally:
            os.close(ours)
        return process.wait(), CONTROL.sub("", b"".join(pieces).decode()).splitlines()


def test_it_shows_every_attempt_with_its_offset_within_80_columns():
    code, lines = on_a_terminal(80)
    text = "\n".join(lines)
    assert code == 0, text
    rows = [
        (int(number), int(offset), int(status), told) for _, number, offset, status, told in ROW.findall(text)
    ]
    assert rows == [
        (1, 0, 503, "rejected"),
        (2, 10, 503, "rejected"),
        (3, 20, 503, "rejected"),
        (4, 30, 200, "accepted, delivered"),
        (1, 0, 503, "rejected"),
        (2, 10, 503, "rejected"),
        (3, 20, 503, "rejected"),
        (4, 30, 503, "rejected"),
        (5, 130, 503, "rejected, exhausted"),
        (1, 0, 503, "rejected"),
        (2, 180, 503, "rejected"),
        (3, 540, 200, "accepted, delivered"),
        (1, 0, 500, "rejected"),
        (2, 180, 502, "rejected"),
        (3, 540, 503, "rejected, exhausted"),
    ]
    assert text.count("passed: 1 delivery") == 4
    assert text.count("e-mail (on record)") == 1
    assert text.count("signature valid") == len(rows)
    assert lines[-1].startswith("All scenarios passed")
    unbroken = ("passed: ", "e-mail ")  # whole sentences, which the terminal itself breaks
    assert [line for line in lines if len(line) > 80 and not line.startswith(unbroken)] == []


def test_it_fails_when_something_is_not_as_expected_and_ends_what_it_started(
    demo: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    wrong = dataclasses.replace(demo.ACTS[1], answers="200")
    monkeypatch.setattr(demo, "ACTS", (wrong,))
    assert demo.main() == 1
    shown = capfd.readouterr()
    assert "demo: play exited with 1" in shown.err
    assert "All scenarios passed" not in shown.out
    url = re.search(r"--target (\S+)", shown.out.replace("\\\n", ""))
    assert url is not None
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", urlsplit(url[1]).port or 0)) != 0


def test_it_says_why_when_a_receiver_cannot_start(
    demo: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(demo, "ACTS", (dataclasses.replace(demo.ACTS[0], provider="nobody"),))
    assert demo.main() == 1
    assert "demo: listen did not start: unknown provider 'nobody'" in capfd.readouterr().err
