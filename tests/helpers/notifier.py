"""A notifier without a network."""

from __future__ import annotations

import asyncio

from emulator.record import NotificationRecord


class ListNotifier:
    """Keeps what it is to send. `error` is what each sending comes to; `hold` makes them wait until `release`."""

    def __init__(self, error: str | None = None) -> None:
        self.error = error
        self.came: list[NotificationRecord] = []
        self.walls: list[int] = []
        self.arrived = asyncio.Event()
        self._free = asyncio.Event()
        self._free.set()

    def hold(self) -> None:
        self._free.clear()

    def release(self) -> None:
        self._free.set()

    async def send(self, notification: NotificationRecord, *, wall: int) -> str | None:
        self.came.append(notification)
        self.walls.append(wall)
        self.arrived.set()
        await self._free.wait()
        return self.error
