"""Playing scenarios in process, against a simulated endpoint."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from emulator.emulator import Emulator, Run
from emulator.machine import Concurrency
from emulator.record import AttemptError, ErrorKind, Request, Response
from emulator.scenario.load import load_text
from emulator.scenario.model import Scenario
from emulator.sender import MemorySender
from tests.helpers.journal import ListJournal

HEAD = {
    "version": 1,
    "name": "test",
    "provider": "entuitive",
    "secret": "test-secret-1",
    "target": "http://127.0.0.1:9/hook",
    "start": "2026-01-05T09:00:00Z",
    "seed": 7,
}


def scenario(*events: dict[str, Any], **more: Any) -> Scenario:
    """A scenario of some events, which are `user.created` unless they say otherwise."""
    filled = [
        event if {"type", "payload", "body"} & event.keys() else {"type": "user.created", **event}
        for event in events
    ]
    return load_text({**HEAD, "events": filled, **more}, environment={})


def answer(status: int) -> Response:
    return Response(status=status, headers=())


def silence() -> AttemptError:
    return AttemptError(ErrorKind.TIMEOUT, "no answer")


class Endpoint:
    """Answers the requests for each URL in turn, the last answer for ever, and keeps what came.

    `hold` makes requests for a URL wait until `release` is called; `most` is how many were in flight at once.
    """

    def __init__(self, *answers: int | AttemptError, **by_path: Sequence[int | AttemptError]) -> None:
        self.answers = {"": answers or (200,), **by_path}
        self.came: list[Request] = []
        self.in_flight: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.arrived: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._held: dict[str, asyncio.Event] = {}
        self._turns: Counter[str] = Counter()

    def hold(self, path: str) -> None:
        self._held[path] = asyncio.Event()

    def release(self, path: str) -> None:
        self._held.pop(path).set()

    async def __call__(self, request: Request) -> Response | AttemptError:
        path = request.url.rpartition("/")[2]
        self.came.append(request)
        for key in (path, ""):
            self.in_flight[key] += 1
            self.most[key] = max(self.most[key], self.in_flight[key])
        self.arrived[path].set()
        try:
            if path in self._held:
                await self._held[path].wait()
            else:
                await asyncio.sleep(0)
        finally:
            for key in (path, ""):
                self.in_flight[key] -= 1
        answers = self.answers.get(path, self.answers[""])
        given = answers[min(self._turns[path], len(answers) - 1)]
        self._turns[path] += 1
        return given if isinstance(given, AttemptError) else answer(given)


@asynccontextmanager
async def emulating(
    endpoint: Callable[[Request], Any], journal: Any, concurrency: Concurrency | None = None
) -> AsyncIterator[Emulator]:
    async with Emulator(journal, MemorySender(endpoint), concurrency=concurrency) as emulator:
        yield emulator


async def play(given: Scenario, endpoint: Callable[[Request], Any]) -> tuple[Run, ListJournal]:
    """Play to the end."""
    journal = ListJournal()
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(given)
        async with asyncio.timeout(30):
            await run.settled()
    return run, journal


def offsets(journal: ListJournal, event: str | None = None) -> list[float]:
    """The attempts' offsets in seconds, in the order of recording."""
    return [made.offset_us / 1e6 for made in journal.made if event in (None, made.event_name)]
