"""The routes of a scenario as frozen values: what a provider answers to the application, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from emulator.document.place import KeyPath, key_text
from emulator.errors import Problem
from emulator.matcher import MessageMatcher
from emulator.provider.profile import Encoding
from emulator.scenario.path import PathPattern
from emulator.template import Members, Template
from emulator.value import value

ROUTE_NAMES = frozenset({"now", "seed", "run", "request", "state", "sequence()"})
"""What templates of routes see, apart from variables."""


@value(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which requests a route answers. `method` is in capitals."""

    method: str
    path: PathPattern
    wanted: MessageMatcher


def request_members(asked: Asked | None) -> Members:
    """What templates of a route can read of `request`; without `asked`, any parameters of the path."""
    texts: Members = {key: {} for key in ("method", "path", "body", "text")}
    params = None if asked is None else dict.fromkeys(asked.path.names)
    return {**texts, "params": params, **dict.fromkeys(("query", "headers", "json"))}


@value(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a route answers: JSON, text or nothing after `delay_us` of emulated time, or a dropped connection."""

    status: int = 200
    headers: tuple[tuple[str, Template], ...] = ()
    json: Template | None = None
    text: Template | None = None
    delay_us: int = 0
    drop: bool = False


@value(frozen=True, slots=True, kw_only=True)
class Emit:
    """An event that follows `delay_us` after the answer. None leaves its targets, or its data, to the event."""

    event: str
    type: str | None
    delay_us: int = 0
    targets: Template | None = None
    data: Template | None = None


@value(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a route stands: its file, its key, and line and column of what may fail, by the key path within it."""

    path: str | None
    key: KeyPath
    positions: Mapping[KeyPath, tuple[int, int]]

    def problem(self, key: KeyPath, message: str) -> Problem:
        """What is wrong at a key of the route, told as mistakes of files are."""
        known = next((key[:most] for most in range(len(key), -1, -1) if key[:most] in self.positions), None)
        line, column = (None, None) if known is None else self.positions[known]
        path = self.path if line is not None else None
        told = key_text((*self.key, *key))
        return Problem(path=path, line=line, column=column, key=told, message=message)


@value(frozen=True, slots=True, kw_only=True)
class Route:
    """One route with all that was inherited already in place. JSON is written in the provider's `encoding`.

    `label` names it in records: its name, or its method and path. `set` is what the state keeps from its calls:
    templates of names and of values.
    """

    label: str
    provider: str
    asked: Asked
    answer: Answer = Answer()
    emits: tuple[Emit, ...] = ()
    set: tuple[tuple[Template, Template], ...] = ()
    encoding: Encoding = Encoding.COMPACT
    where: Where = field(repr=False, compare=False)

    @property
    def uses(self) -> frozenset[str]:
        """The names that its templates use."""
        answer = self.answer
        given = (
            answer.json,
            answer.text,
            *(each for emit in self.emits for each in (emit.targets, emit.data)),
        )
        named = (*(value for _, value in answer.headers), *(each for pair in self.set for each in pair))
        return frozenset[str]().union(*(each.uses for each in (*given, *named) if each is not None))
