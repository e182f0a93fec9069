"""The request is written as it stands, and no further than its attempt lasts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from emulator.record import ErrorKind, Request
from emulator.sender.http import HttpSender
from tests.support.attempts import SECOND, SHORT, answer, attempt, problem
from tests.support.raw_receiver import Line, http, raw_receiver

LARGE = b"a" * (16 << 20)
"""More than the buffers of both sides hold."""


@pytest.fixture
async def sender() -> AsyncIterator[HttpSender]:
    made = HttpSender()
    yield made
    await made.close()


async def test_each_header_keeps_its_spelling(sender: HttpSender) -> None:
    headers = (("X-Twice", "1"), ("x-twice", "2"), ("X-Twice", ""))
    async with raw_receiver() as receiver:
        request = Request(url=receiver.url(), headers=(*headers, ("Content-Length", "2")), body=b"{}")
        answer(await sender.send(request, timeout_us=10 * SECOND, follow=False))
    assert receiver.requests[0].headers == request.headers


async def test_an_answer_that_comes_before_the_body_was_read_counts(sender: HttpSender) -> None:
    over = asyncio.Event()

    async def script(line: Line) -> None:
        if line.number == 1:
            await line.head()
            await line.send(http(413, b"too large"))
            await over.wait()
        else:
            await line.request()
            await line.send(http(200, b"ok"))

    async with raw_receiver(script) as receiver:
        assert answer(await attempt(receiver.url(), body=LARGE, sender=sender)).status == 413
        assert answer(await attempt(receiver.url(), sender=sender)).status == 200
        over.set()
    assert receiver.connections == 2
    assert [request.body for request in receiver.requests] == [b"{}"]


async def test_nothing_more_is_written_when_the_time_is_over(sender: HttpSender) -> None:
    over, ended, whole = asyncio.Event(), asyncio.Event(), False

    async def script(line: Line) -> None:
        nonlocal whole
        await line.head()
        await over.wait()
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            whole = len(await line.body(len(LARGE))) == len(LARGE)
        ended.set()

    async with raw_receiver(script) as receiver:
        kind, _ = problem(await attempt(receiver.url(), body=LARGE, timeout_us=SHORT, sender=sender))
        over.set()
        await ended.wait()
    assert kind is ErrorKind.TIMEOUT
    assert not whole
