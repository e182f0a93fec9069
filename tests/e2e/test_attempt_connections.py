"""Connections that are kept alive, and servers that close them: no attempt fails for it, none is sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from emulator.record import ErrorKind
from emulator.sender.http import HttpSender
from tests.support.attempts import SHORT, answer, attempt, problem
from tests.support.raw_receiver import Line, Script, answering, http, raw_receiver

OK = http(200, b"ok")


@pytest.fixture
async def sender() -> AsyncIterator[HttpSender]:
    made = HttpSender()
    yield made
    await made.close()


async def test_a_connection_is_used_again(sender: HttpSender) -> None:
    async with raw_receiver(answering(OK)) as receiver:
        for _ in range(20):
            answer(await attempt(receiver.url(), sender=sender))
    assert receiver.connections == 1
    assert len(receiver.requests) == 20


@pytest.mark.parametrize(
    "sent",
    [http(200, b"ok", [("Connection", "close")]), OK.replace(b"HTTP/1.1", b"HTTP/1.0")],
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


async def test_a_connection_that_is_closed_while_idle_is_replaced(sender: HttpSender) -> None:
    async def script(line: Line) -> None:
        for _ in range(3):
            await line.request()
            await line.send(OK)
        await line.close_now()
        closed.set()

    closed = asyncio.Event()
    async with raw_receiver(script) as receiver:
        for _ in range(3):
            answer(await attempt(receiver.url(), sender=sender))
        await closed.wait()
        answer(await attempt(receiver.url(), sender=sender))
    assert receiver.connections == 2
    assert len(receiver.requests) == 4


@pytest.mark.parametrize("method", ["POST", "PUT", "GET", "DELETE"])
@pytest.mark.parametrize("end", ["close", "reset"])
@pytest.mark.parametrize("answered_before", [0, 3])
async def test_an_attempt_reaches_its_endpoint_once_at_most(
    sender: HttpSender, method: str, end: str, answered_before: int
) -> None:
    async def script(line: Line) -> None:
        for _ in range(answered_before):
            await line.request()
            await line.send(OK)
        await line.request()
        if end == "reset":
            line.reset()

    async with raw_receiver(script) as receiver:
        for _ in range(answered_before):
            answer(await attempt(receiver.url(), sender=sender, method=method))
        kind, _ = problem(await attempt(receiver.url(), sender=sender, method=method))
    assert kind is ErrorKind.RESET
    assert len(receiver.requests) == answered_before + 1


async def test_an_answer_nobody_asked_for_is_not_taken_for_the_next_one(sender: HttpSender) -> None:
    async def script(line: Line) -> None:
        for _ in range(2):
            await line.request()
            await line.send(OK)
        said.clear()
        await going_on.wait()
        await line.send(http(500, b"nobody asked"))
        said.set()
        await line.hold()

    said, going_on = asyncio.Event(), asyncio.Event()
    async with raw_receiver(script) as receiver:
        for _ in range(2):
            answer(await attempt(receiver.url(), sender=sender))
        going_on.set()
        await said.wait()
        assert answer(await attempt(receiver.url(), sender=sender)).status == 200
    assert receiver.connections == 2


async def test_a_connection_that_was_idle_for_long_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.sender.connection.KEPT_S", 0.0)
    sender = HttpSender()
    async with raw_receiver(answering(OK)) as receiver:
        for _ in range(3):
            answer(await attempt(receiver.url(), sender=sender))
    await sender.close()
    assert receiver.connections == 3


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
    sender = HttpSender(connections=3)
    async with raw_receiver(answering(OK)) as receiver:
        exchanges = await asyncio.gather(*(attempt(receiver.url(), sender=sender) for _ in range(30)))
        assert [answer(exchange).status for exchange in exchanges] == [200] * 30
    await sender.close()
    assert receiver.connections <= 3
