"""A request of the application against matchers of its query, its headers, its body and its JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from emulator.matcher.response import NO_JSON, values_at
from emulator.matcher.value import Matcher
from emulator.value import value

Pairs = Iterable[tuple[str, str]]


@value(frozen=True, slots=True, kw_only=True)
class CallMatcher:
    """Every part must fit. Header names are compared without case; one of several equal names is enough."""

    query: Mapping[str, Matcher] = field(default_factory=dict)
    headers: Mapping[str, Matcher] = field(default_factory=dict)
    json: Mapping[str, Matcher] = field(default_factory=dict)
    body: Matcher | None = None

    def fits(self, *, query: Pairs, headers: Pairs, text: str, document: Any) -> bool:
        """Whether a request fits. `document` is its body as JSON, or NO_JSON, which no JSONPath fits."""
        if not all(_one_fits(matcher, name, query) for name, matcher in self.query.items()):
            return False
        lowered = [(name.lower(), value) for name, value in headers]
        if not all(_one_fits(matcher, name.lower(), lowered) for name, matcher in self.headers.items()):
            return False
        if self.body is not None and not self.body.fits(text):
            return False
        return not self.json or (document is not NO_JSON and self._json_fits(document))

    def _json_fits(self, document: Any) -> bool:
        return all(
            any(matcher.fits(value) for value in values_at(path, document))
            for path, matcher in self.json.items()
        )


def _one_fits(matcher: Matcher, name: str, pairs: Pairs) -> bool:
    return any(key == name and matcher.fits(value) for key, value in pairs)
