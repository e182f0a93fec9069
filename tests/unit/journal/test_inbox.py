from __future__ import annotations

import threading

from emulator.journal import inbox
from emulator.journal.inbox import Inbox


def test_items_are_taken_in_order_and_counted() -> None:
    box: Inbox[str] = Inbox()
    for item in "abc":
        box.put(item, size=2)
    taken = box.take()
    assert [next(taken), next(taken)] == ["a", "b"]
    assert box
    box.finish(2, 4)
    assert (box.taken, box.done) == (3, 2)
    assert list(box.take()) == ["c"]
    assert not box


def test_it_is_crowded_by_number_and_by_size() -> None:
    box: Inbox[int] = Inbox()
    for item in range(2_001):
        box.put(item)
    assert box.crowded
    box.finish(2_001, 0)
    box.put(0, size=16 << 20)
    crowded = [box.crowded]
    box.put(0, size=1)
    crowded.append(box.crowded)
    assert crowded == [False, True]


def _waiting(box: Inbox[int]) -> threading.Thread:
    thread = threading.Thread(target=box.wait)
    thread.start()
    return thread


def test_waiting_ends_when_something_comes() -> None:
    box: Inbox[int] = Inbox()
    thread = _waiting(box)
    assert thread.is_alive()
    box.put(1)
    thread.join()
    assert list(box.take()) == [1]


def test_waiting_does_not_begin_when_something_is_here(monkeypatch) -> None:
    monkeypatch.setattr(inbox, "GATHERING_S", 0.0)
    box: Inbox[int] = Inbox()
    box.put(1)
    box.wait()
    assert list(box.take()) == [1]


def test_hurry_ends_the_gathering(monkeypatch) -> None:
    monkeypatch.setattr(inbox, "GATHERING_S", 3_600.0)
    box: Inbox[int] = Inbox()
    thread = _waiting(box)
    box.put(1)
    box.hurry()
    thread.join()
    box.put(2)
    box.hurry()
    box.wait()
    assert list(box.take()) == [1, 2]


def test_nothing_is_lost_between_two_threads() -> None:
    box: Inbox[int] = Inbox()
    got: list[int] = []

    def take() -> None:
        while not got or got[-1] != 20_000:
            box.wait()
            got.extend(box.take())

    thread = threading.Thread(target=take)
    thread.start()
    for number in range(20_001):
        box.put(number)
        if number % 7 == 0:
            box.hurry()
    thread.join()
    assert got == list(range(20_001))
