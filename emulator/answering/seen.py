"""A call as routes see it: what their matchers compare, and what their templates know as `request`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from emulator.answering.seam import Call
from emulator.matcher.response import NO_JSON, json_of
from emulator.scenario.route import Asked


class Seen:
    """A call; its body is read as JSON at most once, and only when something asks for it."""

    def __init__(self, call: Call) -> None:
        self.call = call

    @cached_property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are replaced."""
        return self.call.body.decode(errors="replace")

    @cached_property
    def document(self) -> Any:
        """The body as JSON, or NO_JSON."""
        return json_of(self.call.body)

    @property
    def misses_json(self) -> bool:
        """Whether there is a body, and none that is JSON."""
        return bool(self.call.body) and self.document is NO_JSON

    def parameters(self, asked: Asked) -> dict[str, str] | None:
        """The parameters of the path, if a route that asks for this answers the call; else None."""
        call = self.call
        if call.method != asked.method and (call.method, asked.method) != ("HEAD", "GET"):
            return None
        parameters = asked.path.parameters(call.path)
        if parameters is None:
            return None
        document = self.document if asked.wanted.json else NO_JSON
        text = "" if asked.wanted.body is None else self.text
        fits = asked.wanted.fits(query=call.query, headers=call.headers, text=text, document=document)
        return parameters if fits else None

    def request(self, parameters: dict[str, str]) -> dict[str, Any]:
        """What templates know. Of equal names the first one counts; `json` is null where the body is none."""
        call = self.call
        return {
            "method": call.method,
            "path": call.path,
            "params": parameters,
            "query": _first(call.query),
            "headers": _first((name.lower(), value) for name, value in call.headers),
            "json": None if self.document is NO_JSON else self.document,
            "body": self.text,
            "text": self.text,
        }


def _first(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    first: dict[str, str] = {}
    for name, value in pairs:
        first.setdefault(name, value)
    return first
