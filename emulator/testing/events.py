"""The stream of records, line by line: server-sent events into typed values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from emulator.testing.reading import read
from emulator.testing.records import Attempt, Delivery, Notification, Request, Run
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Lost:
    """Records that this reader will not see; `records` is None where nobody knows how many."""

    records: int | None
    message: str
    raw: Mapping[str, Any] = field(repr=False, compare=False)


Told = Run | Delivery | Attempt | Request | Notification | Lost

_KINDS: Mapping[str, Callable[..., Told]] = {
    "run": Run,
    "delivery": Delivery,
    "attempt": Attempt,
    "request": Request,
    "notification": Notification,
    "lost": Lost,
}


@value(frozen=True, slots=True, kw_only=True)
class Event:
    """A record as it was made; `kind` is `run`, `delivery`, `attempt`, `request`, `notification` or `lost`.

    Whoever streams `after` its `id` misses nothing.
    """

    id: str
    kind: str
    record: Told


class Lines:
    """Puts events together from the lines of a stream. Kinds that this version does not know are left out."""

    def __init__(self) -> None:
        self._id = ""
        self._kind = ""
        self._data: list[str] = []

    def put(self, line: bytes) -> Event | None:
        """Take a line; the event that it ends, if it ends one."""
        text = line.decode().rstrip("\r\n")
        if not text:
            return self._ended()
        name, _, held = text.partition(":")
        held = held.removeprefix(" ")
        if name == "id":
            self._id = held
        elif name == "event":
            self._kind = held
        elif name == "data":
            self._data.append(held)
        return None

    def _ended(self) -> Event | None:
        kind, data = self._kind, "\n".join(self._data)
        self._kind, self._data = "", []
        known = _KINDS.get(kind)
        if known is None:
            return None
        record: Told = read(known, json.loads(data))
        return Event(id=self._id, kind=kind, record=record)
