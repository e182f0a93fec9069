"""Those who wait are told once of all that is new, and only of what concerns them."""

from __future__ import annotations

import asyncio

from emulator.verifying import Bell


async def test_only_those_hear_whom_it_concerns():
    bell = Bell()
    asked: list[str] = []

    def concerns(run: str) -> bool:
        asked.append(run)
        return run == "run_1"

    with bell.listening(concerns) as ear, bell.listening(lambda _: False) as deaf:
        bell.ring("run_2")
        await asyncio.sleep(0)
        assert not ear.event.is_set()
        for _ in range(100):
            bell.ring("run_1")
        async with asyncio.timeout(10):
            await ear.rung()
        assert not ear.event.is_set()
        assert not deaf.event.is_set()
    assert asked == ["run_2", "run_1"]


async def test_a_bell_that_nobody_hears_does_nothing():
    bell = Bell()
    bell.ring("run_1")
    with bell.listening(lambda _: True) as ear:
        await asyncio.sleep(0)
        assert bell.heard
        assert not ear.event.is_set()
    assert not bell.heard


async def test_what_rings_before_one_waits_is_heard():
    bell = Bell()
    with bell.listening(lambda _: True) as ear:
        bell.ring("run_1")
        await asyncio.sleep(0)
        async with asyncio.timeout(10):
            await ear.rung()
