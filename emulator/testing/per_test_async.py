"""The same for a test that is async: a client to be awaited."""

from __future__ import annotations

from typing import TypeVar

from emulator.testing.async_client import AsyncClient
from emulator.testing.call import Call
from emulator.testing.per_test import Traces

T = TypeVar("T")


class AsyncWebhookEmulator(AsyncClient):
    """The fixture `webhook_emulator_async`: as `webhook_emulator`, and its methods are awaited."""

    def __init__(self, url: str, token: str | None, traces: Traces) -> None:
        super().__init__(url, token=token, labels=traces.labels)
        self._asking = traces.asking
        self._traces = traces

    async def _ask(self, call: Call[T]) -> T:
        return self._traces.note(call, await super()._ask(call))
