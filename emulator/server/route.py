"""What the route table is made of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import field
from typing import Any

from aiohttp import web

from emulator.document import Field, Shape
from emulator.server.call import Call
from emulator.value import value

Handler = Callable[[Call], Awaitable[web.StreamResponse]]

LABEL = "label."
"""What the names of the parameters begin with that filter by label."""


@value(frozen=True, slots=True, kw_only=True)
class Route:
    """One row of the API.

    In `path`, `{id}` stands for a part and `{name+}` for all that follows, slashes too. `labelled` routes take
    `label.KEY=…`, any number of them. `headers` are those of the request that it reads, by name. `body` is what a body
    holds that is JSON; None where there is none. `answers` are a sentence for each status that only this route gives,
    or gives for a reason of its own; `content` is the media type of the good ones.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    parameters: Mapping[str, Field] = field(default_factory=dict)
    labelled: bool = False
    headers: Mapping[str, Field] = field(default_factory=dict)
    body: Shape[Any] | None = None
    answers: Mapping[int, str] = field(default_factory=dict)
    content: str = "application/json"

    @property
    def pattern(self) -> str:
        """The path as the router spells it."""
        return self.path.replace("+}", ":.+}")
