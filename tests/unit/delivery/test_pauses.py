"""Moments at which nothing is sent: a clock goes there, and a run that takes no more calls drops them."""

from emulator.delivery.life import Life
from emulator.delivery.playing import Playing
from emulator.duration import SECOND
from tests.helpers.playing import scenario


def playing(*events):
    return Playing(scenario(*events), run="run_1", seed=7, start=0, labels={}, measures=False)


def test_a_pause_is_due_and_brings_nothing():
    it = playing({"at": "5s"})
    it.pause(2 * SECOND)
    it.pause(2 * SECOND)
    assert it.next_due() == 2 * SECOND
    assert list(it.take(2 * SECOND)) == []
    assert it.next_due() == 5 * SECOND
    assert [type(each) for each in it.take(5 * SECOND)][-1] is Life


def test_nobody_waits_for_pauses_of_a_run_that_is_closed():
    it = playing({"at": "5s"})
    for moment in (2, 5, 9):
        it.pause(moment * SECOND)
    it.close()
    assert it.next_due() == 5 * SECOND
    assert len(list(it.take(9 * SECOND))) == 2
    assert it.next_due() is None


def test_a_run_that_is_cancelled_has_none_left():
    it = playing({"at": "5s"})
    it.pause(2 * SECOND)
    assert list(it.cancel()) == []
    assert it.next_due() is None
