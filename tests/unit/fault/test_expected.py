"""What is expected of the endpoint where a provider misbehaves, and what counts nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.record import Verdict
from tests.helpers.playing import Endpoint, play, scenario


async def failures(faults: list[dict[str, Any]], *answers: int, **event: Any) -> list[tuple[str, str]]:
    run, _ = await play(scenario({"faults": faults, **event}), Endpoint(*answers))
    return [(failure.check, failure.message) for failure in run.record().failures]


@pytest.mark.parametrize("answer", [200, 202, 302, 500, 503])
async def test_a_forged_webhook_is_to_be_refused(answer: int) -> None:
    told = f"attempt 1 (signature: wrong): expected a refusal (4xx), got {answer}"
    assert await failures([{"signature": "wrong"}], answer, 200) == [("refused", told)]


@pytest.mark.parametrize("answer", [400, 401, 403, 404, 422])
async def test_every_4xx_refuses(answer: int) -> None:
    assert await failures([{"signature": "wrong"}], answer, 200) == []


async def test_a_copy_is_to_be_accepted_again() -> None:
    told = "copy 1 of attempt 1 (duplicate: 1): expected an acceptance, got 409"
    assert await failures([{"duplicate": 1}], 200, 409) == [("accepted", told)]
    assert await failures([{"duplicate": 1}], 200, 200) == []


async def test_a_copy_of_a_refused_attempt_may_be_refused() -> None:
    assert await failures([{"duplicate": 1, "on": 1}], 503, 503, 200) == []


async def test_it_can_be_said_otherwise() -> None:
    assert await failures([{"signature": "wrong", "expect": "accepted"}], 200, 200) == []
    assert await failures([{"duplicate": 1, "expect": "refused"}], 200, 409) == []
    assert await failures([{"malformed": "empty", "expect": "any"}], 500, 200) == []


@pytest.mark.parametrize(("answer", "good"), [(200, True), (400, True), (500, False), (302, False)])
async def test_handled_is_an_acceptance_or_a_refusal(answer: int, good: bool) -> None:
    assert (await failures([{"malformed": "empty"}], answer, 200) == []) is good
    assert (await failures([{"deep": 10}], answer, expect={"answer": "handled"}) == []) is good


async def test_an_added_attempt_counts_nowhere() -> None:
    event = {
        "faults": [{"signature": "missing"}, {"duplicate": {"times": 3}}],
        "expect": {"attempts": 2, "statuses": [503, 200], "offsets": [0, 10]},
    }
    endpoint = Endpoint(401, 503, 503, 503, 503, 401, 200)
    run, journal = await play(scenario(event, expect={"notifications": 0}), endpoint)
    record = run.record()
    assert record.verdict is Verdict.PASSED
    assert record.counts.attempts == 2
    assert [made.trigger for made in journal.made].count("fault") == 8
    assert not any(made.final for made in journal.made if made.trigger == "fault")


async def test_what_each_attempt_is_answered_may_matter_and_not_the_outcome() -> None:
    told = "attempt 2: expected a refusal (4xx), got 503"
    event = {"expect": {"answer": "refused", "attempts": 5}}
    run, _ = await play(scenario(event), Endpoint(400, 503, 400))
    assert [failure.message for failure in run.record().failures] == [told]


@pytest.mark.parametrize(
    ("on", "told"),
    [(4, "attempt 4"), ([3, 4], "attempts 3 and 4"), ("last", "its last attempt")],
)
async def test_a_fault_whose_attempt_nobody_got_shows_nothing(on: Any, told: str) -> None:
    sent = f"signature: wrong: nothing was sent, since no delivery came to {told}"
    assert await failures([{"signature": "wrong", "on": on}], 200) == [("refused", sent)]
    assert await failures([{"signature": "wrong", "on": on, "expect": "any"}], 200) == []


async def test_equal_faults_are_sent_as_often_as_they_stand_there() -> None:
    assert await failures([{"signature": "wrong"}] * 2, 401, 401, 200) == []
