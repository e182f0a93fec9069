"""The answer of an endpoint against matchers of its headers, its body and its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING, Any

from emulator.document import Field, Shape, map_of, record
from emulator.matcher.value import Matcher, matcher_shape
from emulator.record import Response
from emulator.value import value

if TYPE_CHECKING:
    from jsonpath_rfc9535 import JSONPathQuery


@value(frozen=True, slots=True)
class Miss:
    """What does not fit: the part (`header content-type`, `body`, `$.ok`), what was wanted and what is there."""

    part: str
    wanted: Any
    actual: Any
    message: str


@value(frozen=True, slots=True, kw_only=True)
class ResponseMatcher:
    """Every part must fit. Header names are compared without case; one of several equal headers is enough."""

    headers: Mapping[str, Matcher] = field(default_factory=dict)
    body: Matcher | None = None
    json: Mapping[str, Matcher] = field(default_factory=dict)

    def misses(self, response: Response) -> Iterator[Miss]:
        """Each part that does not fit."""
        for name, matcher in self.headers.items():
            values = [value for key, value in response.headers if key.lower() == name.lower()]
            if not any(matcher.fits(value) for value in values):
                yield _miss(f"header {name}", matcher, values[0] if len(values) == 1 else values or None)
        if self.body is not None:
            body = response.body.decode(errors="replace")
            if not self.body.fits(body):
                yield _miss("body", self.body, body[:200])
        if self.json:
            yield from self._json_misses(response)

    def _json_misses(self, response: Response) -> Iterator[Miss]:
        try:
            document = json.loads(response.body.decode(), parse_constant=_refuse)
        except (ValueError, RecursionError):
            why = "was cut" if response.truncated else "is not JSON"
            shown = response.body.decode(errors="replace")[:200]
            yield Miss("json", None, shown, f"the body {why}")
            return
        for path, matcher in self.json.items():
            values = [node.value for node in compiled_path(path).find(document)]
            if not any(matcher.fits(value) for value in values):
                yield _miss(path, matcher, values[0] if len(values) == 1 else values or None)


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _miss(part: str, matcher: Matcher, actual: Any) -> Miss:
    told = "nothing" if actual is None else json.dumps(actual, ensure_ascii=False)[:200]
    return Miss(part, matcher.to_json(), actual, f"{part}: expected {matcher}, found {told}")


@cache
def compiled_path(path: str) -> JSONPathQuery:
    """The compiled JSONPath (RFC 9535). Raises ValueError, saying what is wrong with it."""
    import jsonpath_rfc9535  # noqa: PLC0415 - 35 ms, and few scenarios need it

    try:
        return jsonpath_rfc9535.compile(path)
    except (jsonpath_rfc9535.JSONPathError, RecursionError) as error:
        told = str(error).splitlines()[0] if str(error) else "it cannot be read"
        raise ValueError(f"expected a JSONPath such as $.ok: {told}") from None


def response_shape() -> Shape[ResponseMatcher]:
    """`{headers: …, body: …, json: …}`."""
    return record(
        lambda _, values: ResponseMatcher(**values),
        {
            "headers": Field(
                map_of(matcher_shape(any_value=False)), "Header names (without case) and what they must be."
            ),
            "body": Field(matcher_shape(any_value=False), "The body as text."),
            "json": Field(
                map_of(matcher_shape(any_value=True), key=_path_fault),
                "JSONPath expressions and what is found there.",
            ),
        },
        wanted="a mapping with headers, body or json",
    )


def _path_fault(path: str) -> str | None:
    try:
        compiled_path(path)
    except ValueError as error:
        return str(error)
    return None
