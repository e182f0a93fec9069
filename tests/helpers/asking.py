"""Both clients behind one face, so that each test of them is written once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from emulator.testing import AsyncClient, Client


class Asked:
    """A client: `await asked.play(…)` whichever it is, and lists come as lists."""

    def __init__(self, kind: str, url: str, **options: Any) -> None:
        self.client = Client(url, **options) if kind == "sync" else AsyncClient(url, **options)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)

        async def ask(*args: Any, **given: Any) -> Any:
            if isinstance(self.client, Client):
                return await asyncio.to_thread(lambda: _whole(method(*args, **given)))
            answer = method(*args, **given)
            return [each async for each in answer] if isinstance(answer, AsyncIterator) else await answer

        return ask

    async def streamed(self, last: str, **given: Any) -> list[Any]:
        """The events of a stream up to the first of the kind `last`."""
        if isinstance(self.client, Client):
            return await asyncio.to_thread(self._streamed, last, given)
        found = []
        async with self.client.stream(**given) as events:
            async for event in events:
                found.append(event)
                if event.kind == last:
                    break
        return found

    def _streamed(self, last: str, given: Mapping[str, Any]) -> list[Any]:
        assert isinstance(self.client, Client)
        found = []
        with self.client.stream(**given) as events:
            for event in events:
                found.append(event)
                if event.kind == last:
                    break
        return found


def _whole(answer: Any) -> Any:
    return list(answer) if isinstance(answer, Iterator) else answer
