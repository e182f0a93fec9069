"""Calls that wait."""

from __future__ import annotations

import asyncio

import pytest

from emulator.server.errors import ApiError
from emulator.server.waiting import Waiting

LONG = 3_600_000_000


async def never() -> None:
    await asyncio.Event().wait()


async def test_a_wait_ends_with_what_it_waits_for():
    waiting, came = Waiting(asyncio.Event()), asyncio.Event()
    call = asyncio.create_task(waiting.until(came.wait, LONG))
    await asyncio.sleep(0)
    assert not call.done()
    came.set()
    await call


@pytest.mark.parametrize("wait_us", [0, 1])
async def test_a_wait_ends_with_its_time(wait_us: int):
    await Waiting(asyncio.Event()).until(never, wait_us)


async def test_closing_ends_those_that_wait_and_those_that_come_later():
    closing = asyncio.Event()
    waiting = Waiting(closing)
    async with waiting.watched(), asyncio.timeout(10):
        calls = [asyncio.create_task(waiting.until(never, LONG)) for _ in range(3)]
        await asyncio.sleep(0)
        closing.set()
        await asyncio.gather(*calls)
        await waiting.until(never, LONG)


async def test_what_fails_while_it_is_waited_for_is_raised():
    async def fails() -> None:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        await Waiting(asyncio.Event()).until(fails, LONG)


async def test_a_cancelled_wait_is_cancelled():
    call = asyncio.create_task(Waiting(asyncio.Event()).until(never, LONG))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_places_are_bounded_and_given_back():
    waiting = Waiting(asyncio.Event(), most=1)
    with waiting.place():
        with pytest.raises(ApiError) as raised, waiting.place():
            pass
        assert (raised.value.status, raised.value.headers) == (429, {"Retry-After": "1"})
    with waiting.place():
        assert waiting.count == 1
    assert waiting.count == 0


async def test_work_is_carried_through_when_its_caller_goes_away():
    begun, go, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await go.wait()
        done.set()

    waiting = Waiting(asyncio.Event())
    async with waiting.watched():
        caller = asyncio.create_task(waiting.through(work()))
        await begun.wait()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        go.set()
    assert done.is_set()
