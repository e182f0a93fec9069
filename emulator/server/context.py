"""What every handler has at hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TypeVar

from aiohttp import web

from emulator.emulator import Emulator
from emulator.server.catalog import Catalog
from emulator.server.settings import Settings
from emulator.server.waiting import Waiting
from emulator.value import value

T = TypeVar("T")


@value(frozen=True, slots=True, kw_only=True)
class Context:
    """One server's parts. `environment` gives the secrets of providers; `closing` ends every waiting call at once."""

    emulator: Emulator
    catalog: Catalog
    settings: Settings
    environment: Mapping[str, str] = field(repr=False)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: Waiting = field(init=False)
    _large: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1), repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "waiting", Waiting(self.closing))

    async def in_thread(self, work: Callable[[], T], *, large: bool = False) -> T:
        """Have work done by a thread; of what is large, one after the other."""
        async with self._large if large else contextlib.nullcontext():
            return await asyncio.to_thread(work)


CONTEXT = web.AppKey("context", Context)
