"""The facade over a real journal: going on after the end of a process, stopping, redelivering, resetting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.emulator import Emulator
from emulator.errors import JournalError, RedeliveryError
from emulator.journal import AttemptFilter, Limits, NotificationFilter, PageOf, open_journal
from emulator.record import AttemptRecord, ErrorKind, Plan, RunState, Verdict
from emulator.sender import MemorySender
from tests.helpers.journal import ListJournal
from tests.helpers.playing import Endpoint, emulating, scenario

EXHAUSTED = {"expect": {"outcome": "exhausted"}}


@asynccontextmanager
async def living(
    database: Path | None, endpoint: Any = None, **more: Any
) -> AsyncIterator[tuple[Emulator, Endpoint]]:
    endpoint = endpoint or Endpoint()
    journal = await open_journal(database, Limits(attempts=None))
    async with asyncio.timeout(30), Emulator(journal, MemorySender(endpoint), **more) as emulator:
        yield emulator, endpoint


async def made(emulator: Emulator, run: str) -> list[AttemptRecord]:
    page = await emulator.journal.attempts(AttemptFilter(run=run), PageOf(limit=1_000))
    return list(page.items)


async def halfway(database: Path, speed: str = "instant", **more: Any) -> str:
    """A run that stops while its second attempt is on the wire."""
    endpoint = Endpoint(503)
    async with living(database, endpoint) as (emulator, _):
        run = emulator.start(scenario(EXHAUSTED, speed=speed, **more), labels={"suite": "a"})
        while len(endpoint.came) < 2:
            if len(endpoint.came) == 1:
                endpoint.hold("hook")
            await asyncio.sleep(0)
        await emulator.stop(0.01)
        assert run.record().state is RunState.RUNNING
    return run.id


async def test_an_unfinished_run_goes_on_in_the_next_process(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    id = await halfway(database)
    async with living(database, Endpoint(503)) as (emulator, endpoint):
        (run,) = await emulator.resume()
        record = await run.settled()
        attempts = await made(emulator, id)
        notes = await emulator.journal.notifications(NotificationFilter(run=id), PageOf())
    assert (run.id, record.state, record.verdict) == (id, RunState.SETTLED, Verdict.PASSED)
    assert [(it.number, it.offset_us // 1_000_000, it.remade) for it in attempts] == [
        (1, 0, False),
        (2, 10, True),
        (3, 20, False),
        (4, 30, False),
        (5, 130, False),
    ]
    assert len({(it.request.body, it.request.headers) for it in attempts}) == 1
    assert len(endpoint.came) == 4
    assert record.counts.attempts == 5
    assert record.labels == {"suite": "a"}
    assert len(notes.items) == 1


async def test_the_plan_and_its_secret_go_when_the_run_has_ended(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    id = await halfway(database)
    async with living(database, Endpoint(503)) as (emulator, _):
        (plan,) = await emulator.journal.plans()
        assert plan.run == id
        assert "test-secret-1" in plan.document
        assert "test-secret-1" not in repr(plan)
        (run,) = await emulator.resume()
        await run.settled()
        assert await emulator.journal.plans() == []
    assert not holds(tmp_path, b"test-secret-1")


def holds(folder: Path, text: bytes) -> bool:
    return any(text in file.read_bytes() for file in folder.iterdir())


async def test_a_run_that_ended_is_not_taken_up_again(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    async with living(database) as (emulator, _):
        await emulator.start(scenario({})).settled()
    async with living(database) as (emulator, endpoint):
        assert await emulator.resume() == []
        assert endpoint.came == []


async def test_a_plan_that_can_no_longer_be_read_ends_its_run_with_an_error(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    id = await halfway(database)
    async with living(database) as (emulator, _):
        emulator.journal.put(Plan(id, "{}"))
        assert await emulator.resume() == []
        record = await emulator.journal.run(id)
        assert await emulator.journal.plans() == []
    assert record is not None
    assert (record.state, record.verdict) == (RunState.ERROR, Verdict.INCOMPLETE)
    assert record.error is not None
    assert record.error.startswith("the run cannot go on, since its plan can no longer be read: ")


class Clocks:
    """A machine's clocks, in nanoseconds. The monotonic one goes on; the wall's begins at a given second."""

    def __init__(self, wall_s: float) -> None:
        self._origin_ns = round(wall_s * 1e9) - time.monotonic_ns()
        self.ahead_ns = 0

    def ticks(self) -> int:
        return time.monotonic_ns() + self.ahead_ns

    def wall(self) -> int:
        return self.ticks() + self._origin_ns


async def resumed_after(database: Path, seconds: float, answers: Endpoint) -> list[AttemptRecord]:
    clocks = Clocks(1_800_000_000 + seconds)
    async with living(database, answers, ticks=clocks.ticks, wall_ns=clocks.wall) as (emulator, _):
        (run,) = await emulator.resume()
        while len(answers.came) < 1:  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0)
        await emulator.stop(1)
        return await made(emulator, run.id)


async def first_of(database: Path, speed: str) -> None:
    clocks = Clocks(1_800_000_000)
    async with living(database, Endpoint(503), ticks=clocks.ticks, wall_ns=clocks.wall) as (
        emulator,
        endpoint,
    ):
        emulator.start(scenario(EXHAUSTED, speed=speed))
        while len(endpoint.came) < 1:  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0)
        await emulator.stop(1)


async def test_in_real_time_the_time_that_it_was_down_counts(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    await first_of(database, "real")
    attempts = await resumed_after(database, 15, Endpoint(200))
    assert [(it.number, it.offset_us // 1_000_000) for it in attempts] == [(1, 0), (2, 10)]
    assert attempts[1].lateness_us == pytest.approx(5_000_000, abs=4_000_000)
    assert not attempts[1].remade


async def test_a_manual_clock_stands_where_it_stood_and_goes_as_far_as_it_was_told(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    async with living(database, Endpoint(503)) as (emulator, _):
        run = emulator.start(scenario(EXHAUSTED, speed="manual"))
        await run.ready()
        run.advance(by_us=12_000_000)
        await run.ready()
        await emulator.stop(1)
    async with living(database, Endpoint(503)) as (emulator, endpoint):
        (run,) = await emulator.resume()
        await run.ready()
        assert run.record().now - run.record().start == 12_000_000
        assert endpoint.came == []
        run.advance(to="next")
        await run.ready()
        assert run.record().now - run.record().start == 20_000_000
        endpoint.hold("hook")
        run.advance(to="end")
        while not endpoint.in_flight["hook"]:  # noqa: ASYNC110 - a counter has no event
            await asyncio.sleep(0)
        await emulator.stop(0)
    async with living(database, Endpoint(503)) as (emulator, _):
        (run,) = await emulator.resume()
        await run.settled()
        attempts = await made(emulator, run.id)
    assert [(it.number, it.offset_us // 1_000_000, it.remade) for it in attempts] == [
        (1, 0, False),
        (2, 10, False),
        (3, 20, False),
        (4, 30, True),
        (5, 130, False),
    ]


async def test_stopping_lets_what_is_in_flight_end_and_begins_nothing_new(tmp_path: Path) -> None:
    endpoint = Endpoint(503)
    endpoint.hold("hook")
    async with living(tmp_path / "journal.db", endpoint) as (emulator, _):
        run = emulator.start(scenario({"repeat": {"times": 3, "every": "1s"}}))
        await endpoint.arrived["hook"].wait()
        stopping = asyncio.create_task(emulator.stop(20))
        await asyncio.sleep(0)
        endpoint.release("hook")
        await stopping
        attempts = await made(emulator, run.id)
        record = await emulator.journal.run(run.id)
    assert [it.status for it in attempts] == [503]
    assert len(endpoint.came) == 1
    assert record is not None
    assert record.state is RunState.RUNNING


async def test_a_run_whose_last_attempt_ends_while_stopping_has_ended(tmp_path: Path) -> None:
    endpoint = Endpoint(200)
    endpoint.hold("hook")
    async with living(tmp_path / "journal.db", endpoint) as (emulator, _):
        run = emulator.start(scenario({}))
        await endpoint.arrived["hook"].wait()
        stopping = asyncio.create_task(emulator.stop(20))
        await asyncio.sleep(0)
        endpoint.release("hook")
        await stopping
        record = await emulator.journal.run(run.id)
    assert record is not None
    assert (record.state, record.verdict) == (RunState.SETTLED, Verdict.PASSED)


async def test_a_redelivery_is_one_more_attempt_with_the_same_bytes() -> None:
    async with living(None, Endpoint(503, 503, 503, 503, 503, 200)) as (emulator, endpoint):
        run = emulator.start(scenario(EXHAUSTED))
        before = await run.settled()
        (delivery,) = (await emulator.journal.deliveries(run.id, PageOf())).items
        again = await emulator.redeliver(delivery.id)
        attempts = await made(emulator, run.id)
        after = await emulator.journal.run(run.id)
        delivery_after = await emulator.journal.delivery(delivery.id)
    assert again == attempts[-1]
    assert (again.number, again.trigger, again.status, again.final) == (6, "redeliver", 200, True)
    assert again.id == attempts[0].id.removesuffix("1") + "6"
    assert (again.offset_us, again.next_due_at) == (130_000_000, None)
    assert again.explanation.startswith("attempt 6 at 130 s, redelivered: 200 OK in ")
    assert len({(it.body, it.headers) for it in endpoint.came}) == 1
    assert after == replace(before, counts=replace(before.counts, attempts=6))
    assert delivery_after == replace(delivery, attempts=6)


async def test_a_redelivery_that_is_refused_is_not_tried_again_and_sends_no_mail() -> None:
    async with living(None, Endpoint(503)) as (emulator, _):
        run = emulator.start(scenario(EXHAUSTED))
        await run.settled()
        (delivery,) = (await emulator.journal.deliveries(run.id, PageOf())).items
        for _ in range(2):
            await emulator.redeliver(delivery.id)
        notes = await emulator.journal.notifications(NotificationFilter(run=run.id), PageOf())
        numbers = [it.number for it in await made(emulator, run.id)]
    assert numbers == [1, 2, 3, 4, 5, 6, 7]
    assert len(notes.items) == 1


async def test_redelivering_sends_the_credentials_that_no_record_holds() -> None:
    target = "http://user:pass-word-1@127.0.0.1:9/hook"
    async with living(None) as (emulator, endpoint):
        run = emulator.start(scenario({"target": target, "headers": {"X-Own": "{{ fake.name() }}"}}))
        await run.settled()
        (delivery,) = (await emulator.journal.deliveries(run.id, PageOf())).items
        await emulator.redeliver(delivery.id)
        assert "pass-word-1" not in repr(await made(emulator, run.id))
    assert len({(it.url, it.headers) for it in endpoint.came}) == 1
    assert dict(endpoint.came[1].headers)["Authorization"].startswith("Basic dXNlcjpwYXNz")


async def test_a_provider_that_signs_each_attempt_signs_a_redelivery_anew() -> None:
    profile = {
        "signature": {
            "header": "X-Signature",
            "value": "t={timestamp},v1={signature}",
            "sign": "each-attempt",
        }
    }
    clocks = Clocks(1_800_000_000)
    async with living(None, ticks=clocks.ticks, wall_ns=clocks.wall) as (emulator, endpoint):
        run = emulator.start(scenario({"profile": profile}))
        await run.settled()
        (delivery,) = (await emulator.journal.deliveries(run.id, PageOf())).items
        clocks.ahead_ns += 60_000_000_000
        await emulator.redeliver(delivery.id)
    stamps = [dict(it.headers)["X-Signature"].partition(",")[0] for it in endpoint.came]
    assert stamps == ["t=1800000000", "t=1800000060"]


async def test_only_ended_deliveries_that_were_sent_and_are_known_can_be_redelivered(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    async with living(database, Endpoint(503)) as (emulator, _):
        run = emulator.start(scenario({}, {"name": "later", "at": "1h"}, speed="manual"))
        await run.ready()
        (delivery,) = (await emulator.journal.deliveries(run.id, PageOf())).items
        with pytest.raises(
            RedeliveryError, match="this delivery is waiting; it has attempts of its own to come"
        ):
            await emulator.redeliver(delivery.id)
        await run.cancel()
        (delivery,) = (await emulator.journal.deliveries(run.id, PageOf())).items
        assert (await emulator.redeliver(delivery.id)).number == 2
        with pytest.raises(RedeliveryError, match="unknown delivery 'dlv_x'"):
            await emulator.redeliver("dlv_x")
    async with living(database) as (emulator, _):
        with pytest.raises(RedeliveryError, match="the secrets of this delivery's run are no longer known"):
            await emulator.redeliver(delivery.id)


async def test_a_redelivery_goes_on_when_nobody_waits_for_it_any_more() -> None:
    async with living(None) as (emulator, endpoint):
        run = emulator.start(scenario({}))
        await run.settled()
        (delivery,) = (await emulator.journal.deliveries(run.id, PageOf())).items
        endpoint.hold("hook")
        endpoint.arrived["hook"].clear()
        waiting = asyncio.create_task(emulator.redeliver(delivery.id))
        await endpoint.arrived["hook"].wait()
        with pytest.raises(RedeliveryError, match="is being redelivered right now"):
            await emulator.redeliver(delivery.id)
        waiting.cancel()
        endpoint.release("hook")
        await emulator.stop(20)
        assert [it.number for it in await made(emulator, run.id)] == [1, 2]


async def test_a_reset_by_label_leaves_all_other_runs() -> None:
    async with living(None) as (emulator, _):
        ours = [emulator.start(scenario({}, speed="manual"), labels={"suite": "a"}) for _ in range(3)]
        ended = emulator.start(scenario({}), labels={"suite": "a"})
        other = emulator.start(scenario({}, {"at": "1h"}, speed="manual"), labels={"suite": "b"})
        await ended.settled()
        await other.ready()
        assert await emulator.reset((("suite", "a"),)) == 4
        assert [run.id for run in (await emulator.journal.runs(PageOf())).items] == [other.id]
        assert [it.run for it in await made(emulator, other.id)] == [other.id]
        assert all(run.record().state is not RunState.RUNNING for run in ours)
        assert other.record().state is RunState.RUNNING
        assert await emulator.reset() == 1
        assert (await emulator.journal.attempts(AttemptFilter(), PageOf())).items == []


async def test_a_run_whose_end_cannot_be_recorded_can_still_be_looked_at() -> None:
    journal, endpoint = ListJournal(), Endpoint()
    endpoint.hold("hook")
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(scenario({}))
        await endpoint.arrived["hook"].wait()
        journal.fails = JournalError("the disk is full")
        endpoint.release("hook")
        with pytest.raises(JournalError):
            await run.settled()
        found = emulator.find(run.id)
        assert found is not None
        assert (found.record().state, found.record().error) == (RunState.ERROR, "the disk is full")


async def test_every_record_is_seen_by_who_watches() -> None:
    seen: list[Any] = []
    async with living(None, watch=seen.append) as (emulator, _):
        run = emulator.start(scenario({}))
        await run.settled()
    assert [type(record).__name__ for record in seen] == [
        "RunRecord",
        "DeliveryRecord",
        "AttemptRecord",
        "DeliveryRecord",
        "RunRecord",
    ]
    assert ErrorKind.CANCELLED not in [getattr(record, "error", None) for record in seen]


async def test_a_redelivery_while_its_run_ends_leaves_the_end_as_it_is() -> None:
    target = "http://127.0.0.1:9/last"
    async with living(None, Endpoint(200)) as (emulator, endpoint):
        run = emulator.start(scenario({}, {"name": "last", "at": "1h", "target": target}, speed="manual"))
        await run.ready()
        (delivery,) = (await emulator.journal.deliveries(run.id, PageOf())).items
        endpoint.hold("hook")
        endpoint.arrived["hook"].clear()
        again = asyncio.create_task(emulator.redeliver(delivery.id))
        await endpoint.arrived["hook"].wait()
        run.advance(to="end")
        ended = await run.settled()
        endpoint.release("hook")
        await again
        after = await emulator.journal.run(run.id)
    assert ended.verdict is Verdict.PASSED
    assert after == replace(ended, counts=replace(ended.counts, attempts=3))


async def test_a_redelivery_brings_no_removed_run_back() -> None:
    async with living(None) as (emulator, endpoint):
        run = emulator.start(scenario({}))
        await run.settled()
        (delivery,) = (await emulator.journal.deliveries(run.id, PageOf())).items
        endpoint.hold("hook")
        endpoint.arrived["hook"].clear()
        again = asyncio.create_task(emulator.redeliver(delivery.id))
        await endpoint.arrived["hook"].wait()
        await emulator.remove(run.id)
        endpoint.release("hook")
        with pytest.raises(RedeliveryError, match="the run was removed meanwhile"):
            await again
        assert await emulator.journal.run(run.id) is None
        assert (await emulator.journal.attempts(AttemptFilter(), PageOf())).items == []


@pytest.mark.parametrize("times", range(201, 330, 16))
async def test_no_run_passes_that_lost_attempts_while_it_ran(times: int, tmp_path: Path) -> None:
    journal = await open_journal(tmp_path / "journal.db", Limits(attempts=200))
    async with Emulator(journal, MemorySender(Endpoint())) as emulator:
        run = emulator.start(scenario({"repeat": {"times": times}}))
        told = await run.settled()
        kept = await journal.run(run.id)
        evicted = await journal.evicted(run.id)
    assert kept is not None
    assert (told.verdict is Verdict.INCOMPLETE) == (told.counts.lost > 0)
    assert kept.verdict is told.verdict
    assert evicted or kept.counts == told.counts
