"""A request or an answer against matchers of its query, its headers, its body and its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from emulator.document import Field, Shape, map_of, record
from emulator.matcher.path import compiled_path
from emulator.matcher.trace import Trace, trace_of
from emulator.matcher.value import Matcher, matcher_shape
from emulator.value import value

Pairs = Iterable[tuple[str, str]]

NO_JSON: Any = object()
"""What stands for the JSON value of a body that is none."""

_UNREAD: Any = object()

_SHOWN = 200


class Message:
    """A request or an answer. Its body is read as JSON at most once, and only when something asks for it.

    A body given as text was UTF-8.
    """

    def __init__(
        self, *, headers: Pairs = (), body: str | bytes = b"", query: Pairs = (), truncated: bool = False
    ) -> None:
        self.headers = headers
        self.body = body
        self.query = query
        self.truncated = truncated
        self._document: Any = _UNREAD

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are replaced."""
        return self.body if isinstance(self.body, str) else self.body.decode(errors="replace")

    @property
    def document(self) -> Any:
        """The body in UTF-8 as JSON, or NO_JSON."""
        if self._document is _UNREAD:
            try:
                self._document = _decode(self.body if isinstance(self.body, str) else self.body.decode())
            except (ValueError, RecursionError):
                self._document = NO_JSON
        return self._document


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


_decode = json.JSONDecoder(parse_constant=_refuse).decode


@value(frozen=True, slots=True)
class Miss:
    """What does not fit: the part (`header content-type`, `body`, `$.ok`), what was wanted and what is there."""

    part: str
    wanted: Any
    actual: Any
    message: str


@value(frozen=True, slots=True, kw_only=True)
class MessageMatcher:
    """Every part must fit. Header names are compared without case; one of several equal names is enough."""

    query: Mapping[str, Matcher] = field(default_factory=dict)
    headers: Mapping[str, Matcher] = field(default_factory=dict)
    body: Matcher | None = None
    json: Mapping[str, Matcher] = field(default_factory=dict)
    traces: tuple[Trace, ...] = field(init=False, default=(), compare=False)

    def __post_init__(self) -> None:
        found = (trace_of(path, matcher) for path, matcher in self.json.items())
        object.__setattr__(self, "traces", tuple(trace for trace in found if trace))

    @property
    def parts(self) -> int:
        """How many things are asked for."""
        return len(self.query) + len(self.headers) + (self.body is not None) + len(self.json)

    def rules_out(self, body: str) -> bool:
        """Whether a look at the body is enough to know that no message with it fits; a quick one.

        With a backslash in it, a value may be spelt in another way.
        """
        for trace in self.traces:
            if trace.search(body) is None:
                return "\\" not in body
        return False

    def fits(self, message: Message) -> bool:
        """Whether a message fits. Raises TimeoutError where a regular expression takes too long."""
        if self.query and not all(_any(matcher, name, message.query) for name, matcher in self.query.items()):
            return False
        if self.headers:
            lowered = [(name.lower(), value) for name, value in message.headers]
            if not all(_any(matcher, name.lower(), lowered) for name, matcher in self.headers.items()):
                return False
        if self.body is not None and not self.body.fits(message.text):
            return False
        return not self.json or self._json_fits(message)

    def _json_fits(self, message: Message) -> bool:
        document = message.document
        if document is NO_JSON:
            return False
        for path, matcher in self.json.items():
            for found in compiled_path(path)(document):
                if matcher.fits(found):
                    break
            else:
                return False
        return True

    def misses(self, message: Message) -> Iterator[Miss]:
        """Each part that does not fit. A regular expression that takes too long does not."""
        for name, matcher in self.query.items():
            values = [value for key, value in message.query if key == name]
            yield from _misses(f"query {name}", matcher, values)
        for name, matcher in self.headers.items():
            values = [value for key, value in message.headers if key.lower() == name.lower()]
            yield from _misses(f"header {name}", matcher, values)
        if self.body is not None and not fits(self.body, message.text):
            yield missed("body", self.body, message.text[:_SHOWN])
        if self.json:
            yield from self._json_misses(message)

    def _json_misses(self, message: Message) -> Iterator[Miss]:
        if message.document is NO_JSON:
            why = "was cut" if message.truncated else "is not JSON"
            yield Miss("json", None, message.text[:_SHOWN], f"the body {why}")
            return
        for path, matcher in self.json.items():
            try:
                values = compiled_path(path)(message.document)
            except TimeoutError as error:
                yield Miss(path, matcher.to_json(), None, f"{path}: {error}")
            else:
                yield from _misses(path, matcher, values)


_dumps = json.JSONEncoder(ensure_ascii=False).encode


def fits(matcher: Matcher, value: Any) -> bool:
    """Whether a value fits; not where that takes too long to tell."""
    try:
        return matcher.fits(value)
    except TimeoutError:
        return False


def _any(matcher: Matcher, name: str, pairs: Pairs) -> bool:
    return any(key == name and matcher.fits(value) for key, value in pairs)


def _misses(part: str, matcher: Matcher, values: Sequence[Any]) -> Iterator[Miss]:
    if not any(fits(matcher, value) for value in values):
        yield missed(part, matcher, values[0] if len(values) == 1 else list(values) or None)


def missed(part: str, matcher: Matcher, actual: Any) -> Miss:
    """A part that does not fit."""
    told = "nothing" if actual is None else _dumps(actual)[:_SHOWN]
    return Miss(part, matcher.to_json(), actual, f"{part}: expected {matcher}, found {told}")


def message_shape() -> Shape[MessageMatcher]:
    """`{headers: …, body: …, json: …}`."""
    return record(
        lambda _, values: MessageMatcher(**values),
        message_fields(),
        wanted="a mapping with headers, body or json",
    )


def query_field() -> Field:
    """What requests to a provider have beside."""
    shape = map_of(matcher_shape(any_value=False), wanted="a mapping of names and texts")
    return Field(shape, "Parameters of the query and what they must be.")


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
