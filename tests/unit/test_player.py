"""The player: time, concurrency, cancelling."""

from __future__ import annotations

import asyncio

import pytest

from emulator.errors import ClockError
from emulator.machine import Concurrency
from emulator.record import DeliveryState, ErrorKind, RunState, Verdict
from tests.helpers.journal import ListJournal
from tests.helpers.playing import Endpoint, emulating, offsets, play, scenario

OTHER = "http://127.0.0.1:9/other"


async def test_attempts_due_at_one_moment_go_together_up_to_the_limits() -> None:
    endpoint, journal = Endpoint(), ListJournal()
    given = scenario({"repeat": {"times": 50}}, {"repeat": {"times": 50}, "target": OTHER})
    async with emulating(endpoint, journal, Concurrency(run=5, target=3)) as emulator:
        await emulator.start(given).settled()
    assert len(journal.made) == 100
    assert endpoint.most["hook"] == endpoint.most["other"] == 3
    assert endpoint.most[""] == 5


async def test_a_slow_endpoint_holds_up_no_other_at_the_same_moment() -> None:
    endpoint, journal = Endpoint(), ListJournal()
    endpoint.hold("hook")
    given = scenario({"repeat": {"times": 10}}, {"name": "free", "repeat": {"times": 10}, "target": OTHER})
    async with emulating(endpoint, journal, Concurrency(run=4, target=3)) as emulator:
        run = emulator.start(given)
        async with asyncio.timeout(10):
            while len(journal.made) < 10:  # noqa: ASYNC110 - a list has no event
                await asyncio.sleep(0)
        assert {made.event_name for made in journal.made} == {"free"}
        endpoint.release("hook")
        await run.settled()
    assert len(journal.made) == 20


async def test_in_instant_the_next_moment_waits_for_all_of_this_one() -> None:
    endpoint, journal = Endpoint(503, 200, other=(200,)), ListJournal()
    endpoint.hold("other")
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(scenario({"name": "retried"}, {"name": "slow", "target": OTHER}))
        await endpoint.arrived["other"].wait()
        for _ in range(50):
            await asyncio.sleep(0)
        assert [made.event_name for made in journal.made] == ["retried"]
        assert run.record().now == run.record().start
        endpoint.release("other")
        await run.settled()
    assert [(made.event_name, made.number) for made in journal.made] == [
        ("retried", 1),
        ("slow", 1),
        ("retried", 2),
    ]


async def test_in_scaled_time_a_slow_endpoint_holds_up_nobody_and_a_late_successor_says_so() -> None:
    endpoint, journal = Endpoint(503, 200, other=(200,)), ListJournal()
    endpoint.hold("hook")
    given = scenario(
        {"name": "slow"},
        {"name": "quick", "at": "20s", "repeat": {"times": 3, "every": "10s"}, "target": OTHER},
        speed="10000x",
    )
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(given)
        async with asyncio.timeout(10):
            while len(journal.made) < 3:  # noqa: ASYNC110 - a list has no event
                await asyncio.sleep(0.001)
        assert {made.event_name for made in journal.made} == {"quick"}
        endpoint.release("hook")
        await run.settled()
    assert offsets(journal, "slow") == [0, 10]
    successor = journal.made[-1]
    assert (successor.event_name, successor.number) == ("slow", 2)
    assert successor.lateness_us > 0


async def test_scaled_time_is_never_early() -> None:
    run, journal = await play(scenario({"repeat": {"times": 20, "every": "1s"}}, speed="200x"), Endpoint())
    assert all(made.sent_wall >= made.planned_wall for made in journal.made)
    assert run.record().verdict is Verdict.PASSED


async def test_in_real_time_a_wait_begins_when_the_attempt_has_ended() -> None:
    given = scenario(
        {
            "profile": {"retry": {"waits": ["50ms", "50ms"]}},
            "expect": {"attempts": 3, "offsets": ["0s", "50ms", "100ms"]},
        },
        speed="real",
    )
    run, journal = await play(given, Endpoint(503, 503, 200))
    first, second, third = journal.made
    assert run.record().verdict is Verdict.PASSED
    assert second.due_at - first.due_at >= 50_000 + first.duration_us
    assert third.sent_wall - first.sent_wall >= 100_000


async def test_a_manual_clock_plays_the_start_and_then_what_it_is_told() -> None:
    endpoint, journal = Endpoint(503), ListJournal()
    given = scenario(
        {"name": "a", "expect": {"outcome": "exhausted"}},
        {"name": "b", "at": "15s", "target": OTHER},
        speed="manual",
    )
    endpoint.answers["other"] = (200,)
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(given)
        async with asyncio.timeout(10):
            await run.ready()
            assert offsets(journal) == [0]
            assert run.record().clock_state == "ready"

            run.advance(by_us=9_999_999)
            await run.ready()
            assert len(journal.made) == 1
            assert run.record().now - run.record().start == 9_999_999

            run.advance(by_us=1)
            await run.ready()
            assert offsets(journal) == [0, 10]

            run.advance(to="next")
            await run.ready()
            assert [made.event_name for made in journal.made] == ["a", "a", "b"]

            run.advance(to_us=30_000_000)
            await run.ready()
            assert offsets(journal, "a") == [0, 10, 20, 30]
            assert run.record().state is RunState.RUNNING

            run.advance(to="end")
            await run.settled()
    assert offsets(journal, "a") == [0, 10, 20, 30, 130]
    assert run.record().verdict is Verdict.PASSED


async def test_a_manual_clock_refuses_wrong_moves() -> None:
    endpoint, journal = Endpoint(503), ListJournal()
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(scenario({}, speed="manual"))
        with pytest.raises(ClockError, match="moving already"):
            run.advance(to="next")
        await run.ready()
        run.advance(to_us=12_000_000)
        await run.ready()
        with pytest.raises(ClockError, match="never goes back"):
            run.advance(to_us=11_000_000)
        assert run.record().clock_state == "ready"
        await run.cancel()
        with pytest.raises(ClockError, match="cancelled"):
            run.advance(to="next")
        instant = emulator.start(scenario({}))
        with pytest.raises(ClockError, match="only the clock of a manual run"):
            instant.advance(to="next")


async def test_cancelling_cuts_what_is_in_flight_and_keeps_what_was_recorded() -> None:
    endpoint, journal = Endpoint(503), ListJournal()
    given = scenario(
        {"name": "waiting"}, {"name": "flying", "at": "5s", "target": OTHER}, {"name": "never", "at": "1h"}
    )
    endpoint.hold("other")
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(given)
        await endpoint.arrived["other"].wait()
        record = await run.cancel()
    assert (record.state, record.verdict) == (RunState.CANCELLED, Verdict.INCOMPLETE)
    last = journal.made[-1]
    assert (last.event_name, last.error and last.error.kind) == ("flying", ErrorKind.CANCELLED)
    assert {delivery.event_name: delivery.state for delivery in journal.delivered} == {
        "waiting": DeliveryState.CANCELLED,
        "flying": DeliveryState.CANCELLED,
    }
    assert "attempt 2 was planned at 10 s" in (journal.delivered[0].ending or "")
    assert journal.played[-1].state is RunState.CANCELLED


async def test_what_is_due_and_not_yet_sent_is_no_attempt_when_cancelled() -> None:
    endpoint, journal = Endpoint(), ListJournal()
    endpoint.hold("hook")
    async with emulating(endpoint, journal, Concurrency(run=2, target=2)) as emulator:
        run = emulator.start(scenario({"repeat": {"times": 10}}))
        await endpoint.arrived["hook"].wait()
        while endpoint.in_flight["hook"] < 2:  # noqa: ASYNC110 - a counter has no event
            await asyncio.sleep(0)
        await run.cancel()
    assert len(journal.made) == 2
    assert len(journal.delivered) == 10
    assert {delivery.state for delivery in journal.delivered} == {DeliveryState.CANCELLED}


async def test_cancelling_an_ended_run_changes_nothing() -> None:
    journal = ListJournal()
    async with emulating(Endpoint(), journal) as emulator:
        run = emulator.start(scenario({}))
        settled = await run.settled()
        assert await run.cancel() == settled


async def test_leaving_the_emulator_ends_every_run_and_closes_the_journal() -> None:
    endpoint, journal = Endpoint(), ListJournal()
    endpoint.hold("hook")
    async with emulating(endpoint, journal) as emulator:
        runs = [emulator.start(scenario({})) for _ in range(3)]
        await endpoint.arrived["hook"].wait()
    assert {run.record().state for run in runs} == {RunState.CANCELLED}
    assert journal.closed
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_crowded_journal_is_waited_for() -> None:
    journal = ListJournal(crowded=True)
    async with emulating(Endpoint(), journal) as emulator:
        await emulator.start(scenario({"repeat": {"times": 5}})).settled()
    assert journal.flushes >= 5


async def test_cancelling_the_wait_stops_nothing() -> None:
    endpoint, journal = Endpoint(), ListJournal()
    endpoint.hold("hook")
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(scenario({}))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await run.settled()
        endpoint.release("hook")
        assert (await run.settled()).verdict is Verdict.PASSED


async def test_however_many_slow_targets_there_are_they_hold_up_no_other() -> None:
    endpoint, journal = Endpoint(), ListJournal()
    slow = [f"slow{number}" for number in range(4)]
    for path in slow:
        endpoint.hold(path)
    urls = [f"http://127.0.0.1:9/{path}" for path in slow]
    given = scenario(
        {"target": urls, "repeat": {"times": 5}}, {"name": "free", "at": "1s", "target": OTHER}, speed="1000x"
    )
    async with emulating(endpoint, journal, Concurrency(run=8, target=2)) as emulator:
        run = emulator.start(given)
        async with asyncio.timeout(10):
            await endpoint.arrived["other"].wait()
        for path in slow:
            endpoint.release(path)
        await run.settled()
    assert journal.made[0].event_name == "free"
