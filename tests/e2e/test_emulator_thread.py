"""An emulator in a thread of the tests, and what is told of it."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest

from emulator.errors import InvalidInput
from emulator.testing import Client, Unreachable
from emulator.testing.telling import MOST_LINES, told
from emulator.testing.thread import EmulatorThread

NOWHERE = "http://127.0.0.1:9/"


def test_it_answers_while_it_is_open_and_leaves_no_thread() -> None:
    before = threading.active_count()
    with EmulatorThread() as emulator:
        client = Client(emulator.url)
        assert client.play("entuitive/accepted-at-once", target=NOWHERE, secret="s").verdict == "failed"
    with pytest.raises(Unreachable):
        client.info()
    assert threading.active_count() == before


def test_two_of_them_know_nothing_of_each_other() -> None:
    with EmulatorThread() as one, EmulatorThread() as other:
        Client(one.url).play("entuitive/accepted-at-once", target=NOWHERE, secret="s")
        assert list(Client(other.url).runs()) == []


def test_a_wrong_scenario_file_keeps_it_from_starting(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("version: 2")
    with pytest.raises(InvalidInput, match=r"wrong\.yaml:1:10: version: "):
        EmulatorThread(scenarios=tmp_path).start()


def test_its_log_is_told_to_those_who_ask(caplog: pytest.LogCaptureFixture) -> None:
    with EmulatorThread() as emulator:
        Client(emulator.url).info()
    assert caplog.records == []
    with caplog.at_level(logging.DEBUG, "emulator.testing"), EmulatorThread():
        pass
    assert [record.message.split(" ", 2)[1:] for record in caplog.records][-1] == [
        "INFO",
        "stopping running=0",
    ]


def test_what_is_told_has_an_end_and_begins_with_what_failed() -> None:
    scenario = {
        "version": 1,
        "name": "many",
        "provider": "entuitive",
        "secret": "s",
        "speed": "instant",
        "events": [
            {"name": "expected", "type": "user.created", "expect": {"outcome": "exhausted"}},
            {"name": "lost", "type": "user.created", "at": "1h", "repeat": {"times": 50, "every": "1s"}},
        ],
    }
    with EmulatorThread() as emulator:
        client = Client(emulator.url)
        client.play("entuitive/exhausted", target=NOWHERE, secret="s", labels={"suite": "mine"})
        client.play(scenario, target=NOWHERE, labels={"suite": "mine"})
        lines = told(Client(emulator.url, labels={"suite": "mine"})).splitlines()
        nothing = told(Client(emulator.url, labels={"suite": "another"}))
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "… and more than these 80 lines"
    assert nothing == ""
    assert [line for line in lines if line.startswith("  lost")] != []
