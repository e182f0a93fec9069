"""One call of the API, read and checked: what a handler is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from emulator.server.context import Context
from emulator.value import value

if TYPE_CHECKING:
    from aiohttp import web


@value(frozen=True, slots=True, kw_only=True)
class Call:
    """`path` are the parts of the path that the route names; `query` and `body` the values that its shapes read.

    `headers` are those values that the route's shapes read, and `request` is aiohttp's, for an answer that goes on.
    `labels` are the filters `label.KEY=…`. What was left out is in neither mapping. `size` is the body's, in bytes.
    """

    context: Context
    request: web.Request = field(repr=False)
    path: Mapping[str, str]
    query: Mapping[str, Any]
    labels: tuple[tuple[str, str], ...] = ()
    body: Any = field(default=None, repr=False)
    size: int = 0
    headers: Mapping[str, Any] = field(default_factory=dict)
