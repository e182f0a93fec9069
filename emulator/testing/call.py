"""One call of the API as data: what is sent, and what is made of the answer. Nothing is sent here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from emulator.duration import SECOND, format_duration
from emulator.testing.errors import ApiError
from emulator.testing.reading import read
from emulator.value import value

T = TypeVar("T")

LONGEST_TURN_S = 60.0
"""No call waits longer than this on the server. Who wants to wait longer asks again."""


@value(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """A call, and how its answer is read.

    A call that waits has `wait_s`, how long in all, and says so in `wait_key`: the parameter `wait`, or the key
    `within` of the body. When its turn has ended first, `again` gives what to ask in the next one, or None.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    read: Callable[[bytes], T]
    wait_s: float = 0.0
    wait_key: str = "wait"
    again: Callable[[T], Call[T] | None] | None = None

    def of_turn(self, turn_s: float) -> Call[T]:
        """The call as it says how long to wait in this turn."""
        if self.again is None:
            return self
        told = {self.wait_key: format_duration(round(turn_s * SECOND))}
        if self.wait_key == "within":
            return replace(self, body={**(self.body or {}), **told})
        return replace(self, query={**self.query, **told})

    @property
    def target(self) -> str:
        """Path and query, as they stand in the request."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def content(self) -> bytes | None:
        """The body's bytes."""
        return None if self.body is None else json.dumps(self.body).encode()

    def answered(self, status: int, body: bytes) -> T:
        """What came back. Raises ApiError for an error, and for an answer that no emulator gives."""
        if status >= 300:
            raise _error(status, body)
        try:
            return self.read(body)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise ApiError(
                status,
                "unexpected",
                f"the answer of {self.method} {self.path} is not what an emulator tells: {error!r}",
            ) from None


class Turns(Generic[T]):
    """The turns of a call that waits longer than a server lets it. `now_s` is any clock that does not go back."""

    def __init__(self, call: Call[T], now_s: float) -> None:
        self._call = call
        self._end_s = now_s + call.wait_s
        self._began_s = now_s
        self.turn_s = 0.0

    def next(self, now_s: float) -> Call[T]:
        """What to ask now; it takes up to `turn_s` until the server answers."""
        self._began_s = now_s
        self.turn_s = min(LONGEST_TURN_S, max(0.0, self._end_s - now_s))
        return self._call.of_turn(self.turn_s)

    def ended(self, answer: T, now_s: float) -> bool:
        """Whether this answer is the last: it is what was waited for, came before its time, or the time is over."""
        following = None if self._call.again is None else self._call.again(answer)
        if following is None or now_s >= self._end_s or now_s - self._began_s < self.turn_s:
            return True
        self._call = following
        return False


@value(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A part of a list; `next` leads to what stands behind it, and is None at the end."""

    items: tuple[T, ...]
    next: str | None


@value(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """A list, page by page. `first` asks for the first of them."""

    first: Call[Page[T]]

    def behind(self, page: Page[T]) -> Call[Page[T]] | None:
        """The call for the next page, or None at the end."""
        if page.next is None:
            return None
        return replace(self.first, query={**self.first.query, "after": page.next})


def one(kind: type[T]) -> Callable[[bytes], T]:
    """Reads one value of this kind."""
    return lambda body: read(kind, json.loads(body))


def page_of(kind: type[T]) -> Callable[[bytes], Page[T]]:
    """Reads a page of values of this kind."""

    def page(body: bytes) -> Page[T]:
        found = json.loads(body)
        return Page(items=tuple(read(kind, each) for each in found["items"]), next=found["next"])

    return page


def exact(body: bytes) -> bytes:
    """The bytes as they came."""
    return body


def nothing(body: bytes) -> None:
    """There is nothing to read."""


def _error(status: int, body: bytes) -> ApiError:
    try:
        error = json.loads(body)["error"]
        return ApiError(status, error["code"], error["message"], error["details"])
    except (ValueError, LookupError, TypeError):
        return ApiError(
            status, "unexpected", "the answer is none of an emulator; does something else listen there?"
        )
