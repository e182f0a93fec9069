"""The stream: every record once, in order and stored; resumed, filtered, bounded, and ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from emulator.sender import MemorySender
from emulator.server.api import stream
from emulator.streaming.stream import MOST_BYTES
from tests.helpers.playing import Endpoint
from tests.helpers.serving import Api, body, serving, until
from tests.helpers.streaming import Told, accounted, listening, of

KINDS = "runs, deliveries, attempts, requests, notifications"
TARGET = "http://127.0.0.1:9/hook"


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with serving(sender=MemorySender(Endpoint(503, 200))) as api:
        yield api


def many(times: int, **more: Any) -> dict[str, Any]:
    """An event that occurs so many times."""
    return {"name": "created", "repeat": {"times": times, "every": "1s"}, **more}


async def readers(api: Api, count: int) -> None:
    """Until so many read."""

    async def ask() -> int:
        await api.get("/livez")
        return api.emulator.stream.readers

    await until(ask, lambda found: found == count)


async def test_every_record_is_told_as_the_lists_show_it() -> None:
    async with serving(sender=MemorySender(Endpoint(503))) as api, listening(api) as listener:
        run = await api.run(body(TARGET))
        told = await listener.until_settled(run["id"])
        listed = {
            "attempt": await api.items(f"/api/v1/attempts?run={run['id']}"),
            "notification": await api.items(f"/api/v1/notifications?run={run['id']}"),
            "delivery": await api.items(f"/api/v1/runs/{run['id']}/deliveries"),
            "run": [(await api.get(f"/api/v1/runs/{run['id']}")).json],
        }
    assert of(told, "attempt") == listed["attempt"]
    assert of(told, "notification") == listed["notification"]
    assert of(told, "delivery")[-1:] == listed["delivery"]
    assert of(told, "run")[-1:] == listed["run"]
    assert [each.event for each in told] == [
        *("run", "delivery"),
        *("attempt", "delivery") * 5,
        *("notification", "run"),
    ]


async def test_each_change_of_a_delivery_is_told_with_the_explanation_that_it_had_then(api: Api) -> None:
    async with listening(api, "?of=deliveries,runs") as listener:
        run = await api.run(body(TARGET))
        told = of(await listener.until_settled(run["id"]), "delivery")
    assert [(each["state"], each["attempts"], len(each["explanation"])) for each in told] == [
        ("pending", 0, 0),
        ("waiting", 1, 1),
        ("delivered", 2, 2),
    ]


async def test_a_departing_delivery_of_a_lasting_journal_is_told_no_second_time(tmp_path: Path) -> None:
    sender = MemorySender(Endpoint(200))
    async with serving(sender=sender, database=tmp_path / "journal.db") as api, listening(api) as listener:
        run = await api.run(body(TARGET))
        told = await listener.until_settled(run["id"])
    assert [each.event for each in told] == ["run", "delivery", "attempt", "delivery", "run"]


async def test_calls_to_a_provider_are_told(api: Api) -> None:
    async with listening(api, "?of=requests") as listener:
        await api.get("/compliancely/api/v1/nothing/")
        told = (await listener.next()).data
        assert told == (await api.get(f"/api/v1/requests/{told['id']}")).json


async def test_under_load_two_readers_are_told_everything_once_and_in_the_order_of_recording(
    api: Api,
) -> None:
    async with listening(api) as one, listening(api) as other:
        reading = [asyncio.create_task(each.until_settled(count=2)) for each in (one, other)]
        await asyncio.gather(*(api.run(body(TARGET, many(500))) for _ in range(2)))
        told, same = await asyncio.gather(*reading)
        listed = await api.items("/api/v1/attempts?limit=1000")
    assert told == same
    assert accounted(told) == len(told)
    assert len(listed) == 1_001  # the first one was refused, and made again
    assert of(told, "attempt") == listed
    assert len(of(told, "delivery")) == 1_000 + 1_001


async def test_records_are_filtered_by_run_labels_and_kind(api: Api) -> None:
    mine = {"test": "mine", "suite": "billing"}
    later = {"name": "created", "at": "1h"}
    run = await api.run(body(TARGET, later, labels=mine, speed="manual"))
    by_run = f"?run={run['id']}&of=runs"
    by_labels = "?label.test=mine&label.suite=billing&of=attempts,runs"
    async with listening(api, by_run) as one, listening(api, by_labels) as other:
        await api.run(body(TARGET, labels={"test": "other", "suite": "billing"}))
        await api.run(body(TARGET))
        await api.post(f"/api/v1/runs/{run['id']}/clock?wait=30s", {"to": "end"})
        told = await one.until_settled(run["id"])
        assert {(each.event, each.data["id"]) for each in told} == {("run", run["id"])}
        told = await other.until_settled(run["id"])
        assert {each.data["run"] for each in told if each.event == "attempt"} == {run["id"]}
        assert {each.event for each in told} == {"attempt", "run"}


async def test_a_redelivery_of_an_ended_run_is_told_to_those_who_ask_for_its_labels(api: Api) -> None:
    run = await api.run(body(TARGET, labels={"test": "mine"}))
    (delivery,) = await api.items(f"/api/v1/runs/{run['id']}/deliveries")
    async with listening(api, "?label.test=mine") as listener:
        again = (await api.post(f"/api/v1/deliveries/{delivery['id']}/redeliver")).json
        told = [await listener.next() for _ in range(3)]
    assert [each.event for each in told] == ["attempt", "delivery", "run"]
    assert told[0].data == again


@pytest.mark.parametrize("by", ["header", "after"])
async def test_a_reader_that_comes_back_has_missed_nothing_and_sees_nothing_twice(api: Api, by: str) -> None:
    async with listening(api) as listener:
        first = await api.run(body(TARGET, many(300)))
        for _ in range(200):
            await listener.next()
    position = listener.position
    told = listener.told
    await readers(api, 0)
    second = await api.run(body(TARGET, many(300)))
    query, headers = ("", {"behind": position}) if by == "header" else (f"?after={position}", {})
    async with listening(api, query, **headers) as listener:
        told += await listener.until_settled(first["id"], second["id"])
    assert accounted(told) == len(told)
    assert of(told, "attempt") == await api.items("/api/v1/attempts?limit=1000")


async def test_the_header_goes_before_the_parameter(api: Api) -> None:
    async with listening(api) as listener:
        await api.run(body(TARGET))
        first, second = await listener.next(), await listener.next()
    async with listening(api, f"?after={first.id}", behind=second.id) as listener:
        assert (await listener.next()).event == "attempt"


async def test_a_reader_of_another_process_is_told_that_it_missed_something_and_finds_it_in_the_lists(
    tmp_path: Path,
) -> None:
    file = tmp_path / "journal.db"
    async with (
        serving(sender=MemorySender(Endpoint(200)), database=file) as api,
        listening(api, "?of=attempts") as listener,
    ):
        await api.run(body(TARGET, many(30)))
        seen = [(await listener.next()).data["id"] for _ in range(20)]
    async with (
        serving(sender=MemorySender(Endpoint(200)), database=file) as api,
        listening(api, "?of=attempts", behind=listener.position) as listener,
    ):
        lost = await listener.next()
        assert (lost.event, lost.data["records"]) == ("lost", None)
        assert "ask the lists" in lost.data["message"]
        seen += [each["id"] for each in await api.items(f"/api/v1/attempts?after={seen[-1]}")]
        await api.run(body(TARGET, many(3)))
        seen += [(await listener.next()).data["id"] for _ in range(3)]
        assert seen == [each["id"] for each in await api.items("/api/v1/attempts")]
    assert len(seen) == 33


async def test_a_reader_that_does_not_read_holds_up_nobody_and_learns_how_much_it_missed(api: Api) -> None:
    """Its socket is full after some hundred records; more of them follow than are kept for readers."""
    large = many(4_000, type=None, payload={"text": "x" * 8_000})
    del large["type"]
    async with listening(api) as stuck, listening(api, "?of=runs") as other:
        run = await api.run(body(TARGET, large), wait="60s")
        assert (run["verdict"], run["counts"]["attempts"]) == ("passed", 4_001)
        await other.until_settled(run["id"])
        ring = api.emulator.stream.ring
        assert ring is not None
        assert ring.held <= MOST_BYTES
        told = await stuck.until_settled(run["id"])
    assert accounted(told) == ring.last
    assert sum(each["records"] for each in of(told, "lost")) > 1_000


async def test_a_reader_that_takes_nothing_for_long_is_let_go(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_TAKEN_US", 300_000)
    large = {"name": "large", "payload": {"text": "x" * 12_000_000}}
    async with listening(api):
        await readers(api, 1)
        await api.run(body(TARGET, large))
        await readers(api, 0)


async def test_closing_does_not_wait_for_a_reader_that_takes_nothing(api: Api) -> None:
    large = {"name": "large", "payload": {"text": "x" * 6_000_000}}
    async with listening(api):
        await api.run(body(TARGET, large))
        ring = api.emulator.stream.ring
        assert ring is not None
        await until(
            partial(api.get, "/livez"), lambda _: (entry := ring.at(3)) is not None and entry.text != b""
        )
        api.context.closing.set()
        await readers(api, 0)


async def test_a_reader_that_has_gone_is_noticed(api: Api) -> None:
    async with listening(api):
        await readers(api, 1)
    await readers(api, 0)


async def test_a_quiet_stream_tells_that_it_is_alive(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.05)
    async with listening(api) as listener:
        began = listener.position
        assert [(await listener.block()) for _ in range(3)] == [Told(began, "", None)] * 3


async def test_while_records_of_others_go_by_a_reader_is_told_where_it_stands(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_MARK_S", 0.05)
    async with listening(api, "?label.test=mine") as listener:
        await api.run(body(TARGET))
        while not listener.position.endswith("-7"):
            assert not (await listener.block()).event


async def test_too_many_streams_are_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_STREAMS", 1)
    async with listening(api):
        answer = await api.get("/api/v1/stream")
        assert answer.told == (429, "1 streams are open already")
        assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize(("query", "told"), [
    ("?after=17", "after: expected an id that the stream gave, such as 3f9c01ab-17, found text '17'"),
    ("?of=attempt", f"of: expected one or more of {KINDS}, found 'attempt'; did you mean 'attempts'?"),
    ("?limit=5", "limit: unknown parameter; known: after, label.KEY, of, run"),
])  # fmt: skip
async def test_what_it_cannot_take_is_told(api: Api, query: str, told: str) -> None:
    assert (await api.get(f"/api/v1/stream{query}")).told == (422, told)


async def test_a_header_that_is_no_id_is_told(api: Api) -> None:
    answer = await api.call("GET", "/api/v1/stream", headers={"Last-Event-ID": "x"})
    told = "Last-Event-ID: expected an id that the stream gave, such as 3f9c01ab-17, found text 'x'"
    assert answer.told == (422, told)


async def test_head_answers_at_once(api: Api) -> None:
    answer = await api.call("HEAD", "/api/v1/stream")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
    assert api.emulator.stream.readers == 0


async def test_what_it_answers_is_kept_by_nobody(api: Api) -> None:
    async with listening(api) as listener:
        assert listener.response.headers["Content-Type"] == "text/event-stream"
        assert listener.response.headers["Cache-Control"] == "no-store"


async def test_closing_ends_every_stream_at_once(api: Api) -> None:
    async with listening(api) as quiet, listening(api) as busy:
        await api.run(body(TARGET, many(100)))
        api.context.closing.set()
        for each in (quiet, busy):
            with pytest.raises(EOFError):
                await each.until(lambda _: False)
