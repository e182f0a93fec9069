"""Connections that are kept alive, and servers that close them: no attempt fails for it, none is sent twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from emulator.record import ErrorKind
from emulator.sender.http import HttpSender
from tests.support.attempts import SHORT, answer, attempt, problem
from tests.support.raw_receiver import Line, RawReceiver, Script, answering, http, raw_receiver

OK = http(200, b"ok")
CLOSING = http(200, b"ok", [("Connection", "close")])


@pytest.fixture
async def sender() -> AsyncIterator[HttpSender]:
    made = HttpSender()
    yield made
    await made.close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections are watched for no time at all, so that what comes after it can be seen."""
    monkeypatch.setattr("emulator.sender.connection.WATCH_S", 0.0)
    monkeypatch.setattr("emulator.sender.connection.KEPT_S", 60.0)


async def reusing(receiver: RawReceiver, sender: HttpSender) -> None:
    """Attempts until the sender keeps a connection; the receiver counts anew from that one, which is used once."""
    answer(await attempt(receiver.url(), sender=sender))
    await asyncio.sleep(0.01)  # more than the loops' timers need for two looks
    answer(await attempt(receiver.url(), sender=sender))
    receiver.connections = 1
    receiver.requests.clear()


@pytest.mark.usefixtures("hasty")
async def test_a_connection_is_used_again_where_the_server_is_seen_to_keep_it(sender: HttpSender) -> None:
    async with raw_receiver(answering(OK)) as receiver:
        await reusing(receiver, sender)
        for _ in range(20):
            answer(await attempt(receiver.url(), sender=sender))
        assert receiver.connections == 1
    assert len(receiver.requests) == 20


async def test_attempts_have_their_own_connections_while_the_server_is_watched(sender: HttpSender) -> None:
    async with raw_receiver(answering(OK)) as receiver:
        for _ in range(3):
            answer(await attempt(receiver.url(), sender=sender))
    assert receiver.connections == 3


@pytest.mark.usefixtures("hasty")
async def test_only_one_attempt_tries_a_used_connection_first(sender: HttpSender) -> None:
    async def script(line: Line) -> None:
        while await line.request() is not None:
            if len(receiver.requests) == 4:
                everyone.set()
            await everyone.wait()
            await line.send(OK)

    everyone = asyncio.Event()
    async with raw_receiver(script) as receiver:
        everyone.set()
        await reusing(receiver, sender)
        everyone.clear()
        exchanges = await asyncio.gather(*(attempt(receiver.url(), sender=sender) for _ in range(4)))
        assert [answer(exchange).status for exchange in exchanges] == [200] * 4
        assert receiver.connections == 4


@pytest.mark.parametrize(
    "sent",
    [CLOSING, OK.replace(b"HTTP/1.1", b"HTTP/1.0")],
)
async def test_a_server_that_announces_its_closing_is_left_alone(sender: HttpSender, sent: bytes) -> None:
    async with raw_receiver(answering(sent)) as receiver:
        for _ in range(5):
            answer(await attempt(receiver.url(), sender=sender))
    assert receiver.connections == 5


async def close_after_each(line: Line) -> None:
    """What careless servers do: HTTP/1.1, a length, no word of closing."""
    await line.request()
    await line.send(OK)


async def reset_after_each(line: Line) -> None:
    await line.request()
    await line.send(OK)
    line.reset()


@pytest.mark.parametrize("script", [close_after_each, reset_after_each])
async def test_a_server_that_closes_after_each_answer_unsaid_harms_no_attempt(
    sender: HttpSender, script: Script
) -> None:
    async with raw_receiver(script) as receiver:
        for _ in range(20):
            answer(await attempt(receiver.url(), sender=sender))
    assert len(receiver.requests) == 20


async def test_such_a_server_harms_no_burst_either(sender: HttpSender) -> None:
    async def worker(url: str) -> None:
        for _ in range(10):
            answer(await attempt(url, sender=sender))

    async with raw_receiver(close_after_each) as receiver:
        await asyncio.gather(*(worker(receiver.url()) for _ in range(20)))
    assert len(receiver.requests) == 200


@pytest.mark.parametrize("after_s", [0.003, 0.006, 0.012, 0.03])
@pytest.mark.parametrize("workers", [1, 20])
async def test_a_server_that_closes_unread_some_time_after_its_answer_harms_none(
    sender: HttpSender, after_s: float, workers: int
) -> None:
    async def script(line: Line) -> None:
        await line.request()
        await line.send(OK)
        await asyncio.sleep(after_s)

    async def worker(url: str) -> None:
        for _ in range(20):
            answer(await attempt(url, sender=sender))

    async with raw_receiver(script) as receiver:
        await asyncio.gather(*(worker(receiver.url()) for _ in range(workers)))
    assert len(receiver.requests) == 20 * workers


@pytest.mark.usefixtures("hasty")
async def test_a_server_that_never_reads_again_costs_one_attempt(sender: HttpSender) -> None:
    async def script(line: Line) -> None:
        await line.request()
        await line.send(OK)
        with contextlib.suppress(asyncio.IncompleteReadError):
            await line.head()

    async def worker(url: str) -> list[ErrorKind | None]:
        exchanges = [await attempt(url, sender=sender) for _ in range(10)]
        return [None if exchange.error is None else exchange.error.kind for exchange in exchanges]

    async with raw_receiver(script) as receiver:
        kinds = await asyncio.gather(*(worker(receiver.url()) for _ in range(20)))
    assert [kind for of_one in kinds for kind in of_one if kind] == [ErrorKind.RESET]
    assert len(receiver.requests) == 199


@pytest.mark.usefixtures("hasty")
async def test_a_connection_that_is_closed_while_idle_is_replaced(sender: HttpSender) -> None:
    async def script(line: Line) -> None:
        while await line.request() is not None:
            await line.send(OK)
            if len(receiver.requests) == 3:
                await line.close_now()
                closed.set()
                return

    closed = asyncio.Event()
    async with raw_receiver(script) as receiver:
        await reusing(receiver, sender)
        for _ in range(3):
            answer(await attempt(receiver.url(), sender=sender))
        await asyncio.wait_for(closed.wait(), 5)
        answer(await attempt(receiver.url(), sender=sender))
        assert receiver.connections == 2
    assert len(receiver.requests) == 4


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("method", ["POST", "PUT", "GET", "DELETE"])
@pytest.mark.parametrize("end", ["close", "reset"])
@pytest.mark.parametrize("answered_before", [0, 1, 3])
async def test_an_attempt_reaches_its_endpoint_once_at_most(
    sender: HttpSender, method: str, end: str, answered_before: int
) -> None:
    async def script(line: Line) -> None:
        while await line.request() is not None and len(receiver.requests) <= answered_before:
            await line.send(OK)
        if end == "reset":
            line.reset()

    async with raw_receiver(script) as receiver:
        for _ in range(answered_before):
            answer(await attempt(receiver.url(), sender=sender, method=method))
        kind, _ = problem(await attempt(receiver.url(), sender=sender, method=method))
    assert kind is ErrorKind.RESET
    assert len(receiver.requests) == answered_before + 1


@pytest.mark.usefixtures("hasty")
async def test_an_answer_nobody_asked_for_is_not_taken_for_the_next_one(sender: HttpSender) -> None:
    async def script(line: Line) -> None:
        while await line.request() is not None:
            await line.send(OK)
            if len(receiver.requests) == 3:
                await going_on.wait()
                await line.send(http(500, b"nobody asked"))
                said.set()

    said, going_on = asyncio.Event(), asyncio.Event()
    async with raw_receiver(script) as receiver:
        await reusing(receiver, sender)
        for _ in range(3):
            answer(await attempt(receiver.url(), sender=sender))
        going_on.set()
        await asyncio.wait_for(said.wait(), 5)
        assert answer(await attempt(receiver.url(), sender=sender)).status == 200
        assert receiver.connections == 2


@pytest.mark.usefixtures("hasty")
async def test_a_connection_that_was_idle_for_long_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.sender.connection.KEPT_S", 0.0)
    sender = HttpSender()
    async with raw_receiver(answering(OK)) as receiver:
        for _ in range(3):
            answer(await attempt(receiver.url(), sender=sender))
    await sender.close()
    assert receiver.connections == 3


@pytest.mark.usefixtures("hasty")
async def test_where_a_connection_stood_for_long_others_may_be_idle_for_longer(
    monkeypatch: pytest.MonkeyPatch, sender: HttpSender
) -> None:
    now_s = [0.0]
    monkeypatch.setattr("emulator.sender.connection.monotonic", lambda: now_s[0])
    async with raw_receiver(answering(OK)) as receiver:
        await reusing(receiver, sender)
        for passed_s, connections in ((0.0, 1), (590.0, 1), (610.0, 2)):
            now_s[0] += passed_s
            answer(await attempt(receiver.url(), sender=sender))
            assert receiver.connections == connections


async def test_a_timed_out_connection_is_dropped(sender: HttpSender) -> None:
    async def script(line: Line) -> None:
        await line.request()
        if line.number == 1:
            await line.hold()
            dropped.set()
        await line.send(OK)

    dropped = asyncio.Event()
    async with raw_receiver(script) as receiver:
        kind, _ = problem(await attempt(receiver.url(), sender=sender, timeout_us=SHORT))
        assert kind is ErrorKind.TIMEOUT
        await asyncio.wait_for(dropped.wait(), 5)
        answer(await attempt(receiver.url(), sender=sender))


async def test_an_answer_before_the_request_has_ended_counts_and_ends_the_connection(
    sender: HttpSender,
) -> None:
    async def script(line: Line) -> None:
        if line.number == 1:
            await line.head()
            await line.send(http(413, b"too large"))
            await dropped.wait()
        else:
            await line.request()
            await line.send(OK)

    dropped = asyncio.Event()
    async with raw_receiver(script) as receiver:
        exchange = await attempt(receiver.url(), sender=sender, body=b"a" * (8 << 20))
        assert answer(exchange).status == 413
        dropped.set()
        answer(await attempt(receiver.url(), sender=sender))
    assert receiver.connections == 2


async def test_many_attempts_at_once_have_connections_of_their_own(sender: HttpSender) -> None:
    async def script(line: Line) -> None:
        await line.request()
        if line.number == 30:
            everyone.set()
        await everyone.wait()
        await line.send(OK)

    everyone = asyncio.Event()
    async with raw_receiver(script) as receiver:
        exchanges = await asyncio.gather(*(attempt(receiver.url(), sender=sender) for _ in range(30)))
    assert [answer(exchange).status for exchange in exchanges] == [200] * 30


async def test_open_connections_can_be_bounded() -> None:
    async def script(line: Line) -> None:
        opened.add(line.number)
        most.append(len(opened))
        await line.request()
        await line.send(CLOSING)
        opened.remove(line.number)

    opened: set[int] = set()
    most: list[int] = []
    sender = HttpSender(connections=3)
    async with raw_receiver(script) as receiver:
        exchanges = await asyncio.gather(*(attempt(receiver.url(), sender=sender) for _ in range(30)))
        assert [answer(exchange).status for exchange in exchanges] == [200] * 30
    await sender.close()
    assert max(most) <= 3
