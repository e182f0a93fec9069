"""What signals come to: the first one counts, its echoes do not, and a later one ends it all."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field

import pytest

from emulator.cli.interrupts import Interrupts


@dataclass
class Signals:
    """Interrupts with a clock that stands until it is moved, and with a note in place of the end."""

    now: float = 100.0
    left: list[int] = field(default_factory=list)
    answers: int = 0
    interrupts: Interrupts = field(init=False)

    def __post_init__(self) -> None:
        self.interrupts = Interrupts(clock=lambda: self.now, leave=self.left.append)

    def answer(self) -> None:
        self.answers += 1

    def at(self, *moments: float) -> None:
        for moment in moments:
            self.now = 100.0 + moment
            self.interrupts.came()


@pytest.fixture
def signals() -> Signals:
    return Signals()


def test_where_nothing_else_is_to_happen_it_ends_at_once(signals: Signals, capfd: pytest.CaptureFixture[str]):
    signals.at(0)
    assert signals.left == [130]
    assert capfd.readouterr().err == "interrupted\n"


def test_echoes_of_the_first_are_ignored(signals: Signals):
    with signals.interrupts.answered(signals.answer):
        signals.at(0, 0.001, 0.5, 0.999)
    signals.at(0.9995)
    assert (signals.answers, signals.left) == (1, [])


def test_one_after_that_ends_it_whatever_it_is_doing(signals: Signals):
    with signals.interrupts.answered(signals.answer):
        signals.at(0, 1.0)
    assert (signals.answers, signals.left) == (1, [130])


def test_each_session_of_a_process_has_a_first_signal(signals: Signals):
    for _ in range(2):
        with signals.interrupts.answered(signals.answer):
            signals.at(0, 0.1)
    assert (signals.answers, signals.left) == (2, [])


def test_what_handled_signals_before_handles_them_again(signals: Signals):
    before = signal.getsignal(signal.SIGINT)
    with signals.interrupts.answered(signals.answer):
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) == before
    assert signals.answers == 1
