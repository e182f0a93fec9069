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
        document = json_of(response.body)
        if document is NO_JSON:
            why = "was cut" if response.truncated else "is not JSON"
            shown = response.body.decode(errors="replace")[:200]
            yield Miss("json", None, shown, f"the body {why}")
            return
        for path, matcher in self.json.items():
            values = values_at(path, document)
            if not any(matcher.fits(value) for value in values):
                yield _miss(path, matcher, values[0] if len(values) == 1 else values or None)


NO_JSON: Any = object()
"""What `json_of` gives for a body that is none."""


def json_of(body: bytes) -> Any:
    """The JSON value that a body in UTF-8 is, or NO_JSON."""
    try:
        return json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return NO_JSON


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


def values_at(path: str, document: Any) -> list[Any]:
    """What a JSONPath finds; nothing in a document that is nested too deeply to be searched."""
    from jsonpath_rfc9535 import JSONPathRecursionError  # noqa: PLC0415 - as in `compiled_path`

    try:
        return [node.value for node in compiled_path(path).find(document)]
    except (JSONPathRecursionError, RecursionError):
        return []


def response_shape() -> Shape[ResponseMatcher]:
    """`{headers: …, body: …, json: …}`."""
    return record(
        lambda _, values: ResponseMatcher(**values),
        message_fields(),
        wanted="a mapping with headers, body or json",
    )


def message_fields() -> dict[str, Field]:
    """What requests and answers have in common."""
    return {
        "headers": Field(
            map_of(matcher_shape(any_value=False)), "Header names (without case) and what they must be."
        ),
        "body": Field(matcher_shape(any_value=False), "The body as text."),
        "json": Field(
            map_of(matcher_shape(any_value=True), key=_path_fault),
            "JSONPath expressions and what is found there.",
        ),
    }


def _path_fault(path: str) -> str | None:
    try:
        compiled_path(path)
    except ValueError as error:
        return str(error)
    return None
