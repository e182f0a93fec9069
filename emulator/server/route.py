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


JSON = "application/json"


@value(frozen=True, slots=True, kw_only=True)
class Gives:
    """What is answered when all goes well: by media type, the name of a schema, None for bytes or text of any kind.

    No content at all answers with an empty body. `headers` are those that such an answer always has, with a sentence
    each. The schemas stand in `emulator.server.openapi`.
    """

    content: Mapping[str, str | None] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def gives(schema: str) -> Gives:
    """JSON of this schema; that of a list of `Run` is called `RunList`."""
    return Gives(content={JSON: schema})


def makes(schema: str) -> Gives:
    """The same, for what is made and has a path of its own."""
    return Gives(content={JSON: schema}, headers={"Location": "The path of what was made."})


@value(frozen=True, slots=True, kw_only=True)
class Route:
    """One row of the API.

    In `path`, `{id}` stands for a part and `{name+}` for all that follows, slashes too. `labelled` routes take
    `label.KEY=…`, any number of them. `headers` are those of the request that it reads, by name. `body` is what a body
    holds that is JSON, with an `example`; None where there is none. `answers` are a sentence for each status that only
    this route gives, or gives for a reason of its own; the one below 400 has the content that it `gives`.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    gives: Gives
    parameters: Mapping[str, Field] = field(default_factory=dict)
    labelled: bool = False
    headers: Mapping[str, Field] = field(default_factory=dict)
    body: Shape[Any] | None = None
    example: Any = None
    answers: Mapping[int, str] = field(default_factory=dict)
