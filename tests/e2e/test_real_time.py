"""The documented schedules in real time, once."""

from __future__ import annotations

import pytest

from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answers
from emulator.receiver.server import Receiver
from tests.helpers.command import command

SLACK_S = 1.0


async def offsets(provider: str, type_: str) -> list[float]:
    """When the attempts of a refused event arrived, in seconds from the first, by the receiver's clock."""
    profile = find_profile(provider)
    async with Receiver(profile, "secret", Replies(parse_answers("503"))) as receiver:
        done = await command(
            *(
                "send",
                "--provider",
                provider,
                "--type",
                type_,
                "--secret",
                "secret",
                "--target",
                receiver.url,
            ),
            *("--speed", "real", "--quiet"),
        )
        assert done.code == 1, done.messages
        moments = [came.at for came in receiver.received]
    return [(moment - moments[0]) / 1e6 for moment in moments]


def close(actual: list[float], expected: list[float]) -> bool:
    """Never early, but for the clock's own grain, and late only by what attempts take."""
    return len(actual) == len(expected) and all(
        -0.01 <= a - e <= SLACK_S for a, e in zip(actual, expected, strict=True)
    )


@pytest.mark.timeout(200)
async def test_entuitives_retries_take_130_seconds() -> None:
    arrived = await offsets("entuitive", "user.created")
    assert close(arrived, [0, 10, 20, 30, 130]), arrived


@pytest.mark.slow
@pytest.mark.timeout(700)
async def test_compliancelys_retries_take_nine_minutes() -> None:
    arrived = await offsets("compliancely", "tin_match")
    assert close(arrived, [0, 180, 540]), arrived
