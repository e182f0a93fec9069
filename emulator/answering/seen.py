"""A call as routes see it: what their matchers compare, and what their templates know as `request`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emulator.answering.seam import Call
from emulator.matcher.message import NO_JSON, Message
from emulator.scenario.route import Asked


class Seen:
    """A call; its body is read as JSON at most once, and only when something asks for it."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.message = Message(headers=call.headers, body=call.body, query=call.query)

    @property
    def misses_json(self) -> bool:
        """Whether there is a body, and none that is JSON."""
        return bool(self.call.body) and self.message.document is NO_JSON

    def fits(self, asked: Asked) -> bool:
        """Whether a route that asks for this answers the call. Raises TimeoutError where a pattern is too slow."""
        method = self.call.method
        if method != asked.method and (method, asked.method) != ("HEAD", "GET"):
            return False
        return self.parameters(asked) is not None and asked.wanted.fits(self.message) is True

    def parameters(self, asked: Asked) -> dict[str, str] | None:
        """The parameters of the path; None if it is another."""
        return asked.path.parameters(self.call.path)

    def request(self, parameters: dict[str, str]) -> dict[str, Any]:
        """What templates know. Of equal names the first one counts; `json` is null where the body is none."""
        call = self.call
        return {
            "method": call.method,
            "path": call.path,
            "params": parameters,
            "query": _first(call.query),
            "headers": _first((name.lower(), value) for name, value in call.headers),
            "json": None if self.message.document is NO_JSON else self.message.document,
            "body": self.message.text,
            "text": self.message.text,
        }


def _first(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    first: dict[str, str] = {}
    for name, value in pairs:
        first.setdefault(name, value)
    return first
