from __future__ import annotations

import asyncio
from collections.abc import Iterator
from time import monotonic

import pytest

from emulator.sender.deadline import Deadlines

SHORT = 50_000
LONG = 60_000_000


@pytest.fixture
def deadlines() -> Iterator[Deadlines]:
    made = Deadlines()
    yield made
    made.close()


async def test_what_lasts_longer_is_ended_and_never_early(deadlines: Deadlines) -> None:
    began = monotonic()
    limit = deadlines.within(SHORT)
    with pytest.raises(TimeoutError), limit:
        await asyncio.Event().wait()
    assert monotonic() - began >= 0.05
    assert limit.expired


async def test_what_ends_in_time_is_left_alone(deadlines: Deadlines) -> None:
    with deadlines.within(LONG) as limit:
        await asyncio.sleep(0)
    assert not limit.expired


async def test_each_of_many_has_its_own_time(deadlines: Deadlines) -> None:
    async def one(length_us: int) -> bool:
        with deadlines.within(length_us) as limit:
            await (asyncio.Event().wait() if length_us == SHORT else asyncio.sleep(0))
        return limit.expired

    results = await asyncio.gather(*(one(us) for us in (SHORT, LONG, SHORT, LONG)), return_exceptions=True)
    assert [type(result) for result in results] == [TimeoutError, bool, TimeoutError, bool]


async def test_those_that_began_later_end_later(deadlines: Deadlines) -> None:
    ended: list[int] = []

    async def one(number: int) -> None:
        try:
            with deadlines.within(SHORT):
                await asyncio.Event().wait()
        except TimeoutError:
            ended.append(number)

    tasks = []
    for number in range(5):
        tasks.append(asyncio.create_task(one(number)))
        await asyncio.sleep(0.002)
    await asyncio.gather(*tasks)
    assert ended == [0, 1, 2, 3, 4]


async def test_a_mistake_inside_comes_out_as_it_is(deadlines: Deadlines) -> None:
    with pytest.raises(KeyError), deadlines.within(LONG):
        raise KeyError


async def test_cancelling_from_elsewhere_is_no_time_out(deadlines: Deadlines) -> None:
    inside = asyncio.Event()

    async def one() -> None:
        with deadlines.within(LONG):
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(one())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_cancelling_at_the_moment_of_the_time_out_is_not_lost(deadlines: Deadlines) -> None:
    limit = deadlines.within(LONG)
    inside = asyncio.Event()

    async def one() -> None:
        with limit:
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(one())
    await inside.wait()
    task.cancel()
    limit.expire()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_time_out_leaves_the_task_free_to_go_on(deadlines: Deadlines) -> None:
    for _ in range(3):
        with pytest.raises(TimeoutError), deadlines.within(SHORT):
            await asyncio.Event().wait()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_an_outer_limit_is_not_mistaken_for_an_inner_one(deadlines: Deadlines) -> None:
    inner = deadlines.within(LONG)
    with pytest.raises(TimeoutError), deadlines.within(SHORT) as outer, inner:
        await asyncio.Event().wait()
    assert (outer.expired, inner.expired) == (True, False)
