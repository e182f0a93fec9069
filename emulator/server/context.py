"""What every handler has at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import field

from aiohttp import web

from emulator.emulator import Emulator
from emulator.server.catalog import Catalog
from emulator.server.settings import Settings
from emulator.server.waiting import Waiting
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Context:
    """One server's parts. `environment` gives the secrets of providers; `closing` ends every waiting call at once."""

    emulator: Emulator
    catalog: Catalog
    settings: Settings
    environment: Mapping[str, str] = field(repr=False)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: Waiting = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "waiting", Waiting(self.closing))


CONTEXT = web.AppKey("context", Context)
