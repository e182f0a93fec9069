"""A server that is killed loses nothing that was recorded, and goes on with every run."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.helpers.torture import ApiTorture, Target, Torture


@pytest.mark.parametrize("seed", range(3))
async def test_killed_at_any_moment_under_load_it_loses_nothing_and_goes_on(
    tmp_path: Path, seed: int
) -> None:
    await tortured(tmp_path, seed, kills=5)


async def test_killed_while_applications_call_its_apis_it_forgets_no_answer_and_owes_no_webhook(
    tmp_path: Path,
) -> None:
    async with Target(key="id").listening() as target:
        torture = ApiTorture(tmp_path / "journal.db", target, random.Random(7))
        for _ in range(5):
            await torture.kill_once()
        await torture.end()


@pytest.mark.slow
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("seed", range(100, 110))
async def test_killed_two_hundred_times_it_loses_nothing_and_goes_on(tmp_path: Path, seed: int) -> None:
    await tortured(tmp_path, seed, kills=20)


async def tortured(folder: Path, seed: int, kills: int) -> None:
    async with Target().listening() as target:
        torture = Torture(folder / "journal.db", target, random.Random(seed))
        for _ in range(kills):
            await torture.kill_once()
        await torture.end()
