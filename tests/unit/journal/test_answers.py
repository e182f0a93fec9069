from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from emulator.journal.answers import Answers, fulfil, refuse


async def test_calls_are_made_on_the_loop_in_order() -> None:
    answers = Answers(asyncio.get_running_loop())
    made: list[object] = []
    here, done = threading.get_ident(), asyncio.Event()

    def send() -> None:
        for number in range(1_000):
            answers.send(partial(made.append, number))
        answers.send(lambda: made.append(threading.get_ident() == here))
        answers.send(done.set)

    thread = threading.Thread(target=send)
    thread.start()
    await done.wait()
    thread.join()
    assert made == [*range(1_000), True]


def test_a_closed_loop_is_no_trouble() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    Answers(loop).send(lambda: None)


async def test_whoever_waits_no_more_is_left_alone() -> None:
    cancelled: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    cancelled.cancel()
    fulfil(cancelled, 1)
    refuse(cancelled, ValueError())
    assert cancelled.cancelled()


async def test_a_future_gets_its_result_or_its_error() -> None:
    loop = asyncio.get_running_loop()
    good: asyncio.Future[int] = loop.create_future()
    bad: asyncio.Future[int] = loop.create_future()
    fulfil(good, 1)
    refuse(bad, ValueError("no"))
    assert await good == 1
    with pytest.raises(ValueError, match="no"):
        await bad
