"""A request or an answer against matchers of its query, its headers, its body and its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
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

MOST_ASKED = 100
"""Headers, parameters and JSONPaths, each; it takes milliseconds to read and to search one."""


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
        self._unreadable: str | None = None

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
            except (json.JSONDecodeError, UnicodeDecodeError):
                self._document = NO_JSON
            except RecursionError:
                self._document, self._unreadable = NO_JSON, "is nested too deeply to be searched"
            except ValueError:
                self._document, self._unreadable = NO_JSON, "has a number that is too long to be read"
        return self._document

    @property
    def unreadable(self) -> str | None:
        """Why nobody can tell what is in its JSON; None where that can be told."""
        if self.truncated:
            return "was cut"
        return self._unreadable if self.document is NO_JSON else None


def _refuse(word: str) -> None:
    raise json.JSONDecodeError(f"{word} is no JSON", word, 0)


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

    def fits(self, message: Message) -> bool | None:
        """Whether a message fits; None where that cannot be told: its body was cut, or cannot be searched.

        Raises TimeoutError where a regular expression takes too long.
        """
        if self.query and not all(_any(matcher, name, message.query) for name, matcher in self.query.items()):
            return False
        if self.headers:
            lowered = [(name.lower(), value) for name, value in message.headers]
            if not all(_any(matcher, name.lower(), lowered) for name, matcher in self.headers.items()):
                return False
        of_body = self.body is None or _fits_text(self.body, message)
        if of_body is False:
            return False
        of_json = not self.json or self._json_fits(message)
        return of_json and of_body

    def _json_fits(self, message: Message) -> bool | None:
        document = message.document
        if message.unreadable:
            return None
        if document is NO_JSON:
            return False
        told: bool | None = True
        for path, matcher in self.json.items():
            try:
                values = compiled_path(path)(document)
            except RecursionError:
                told = None
            else:
                if not any(map(matcher.fits, values)):
                    return False
        return told

    def misses(self, message: Message) -> Iterator[Miss]:
        """Each part that does not fit. A regular expression that takes too long does not."""
        for name, matcher in self.query.items():
            values = [value for key, value in message.query if key == name]
            yield from _misses(f"query {name}", matcher, values)
        for name, matcher in self.headers.items():
            values = [value for key, value in message.headers if key.lower() == name.lower()]
            yield from _misses(f"header {name}", matcher, values)
        if self.body is not None and not fits(self.body, message.text):
            miss = missed("body", self.body, message.text[:_SHOWN])
            yield replace(miss, message=f"{miss.message}; the body was cut") if message.truncated else miss
        if self.json:
            yield from self._json_misses(message)

    def _json_misses(self, message: Message) -> Iterator[Miss]:
        if message.unreadable or message.document is NO_JSON:
            why = message.unreadable or "is not JSON"
            yield Miss("json", None, message.text[:_SHOWN], f"the body {why}")
            return
        for path, matcher in self.json.items():
            try:
                values = compiled_path(path)(message.document)
            except (TimeoutError, RecursionError) as error:
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


def _fits_text(matcher: Matcher, message: Message) -> bool | None:
    """Whether the body fits as text. Of one that was cut, only what is found in its beginning is certain."""
    if not message.truncated:
        return matcher.fits(message.text)
    if matcher.how == "equals":
        return None if len(matcher.wanted) >= len(message.text) else False
    return matcher.fits(message.text) or None


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
    shape = map_of(matcher_shape(any_value=False), wanted="a mapping of names and texts", most=MOST_ASKED)
    return Field(shape, "Parameters of the query and what they must be.")


def message_fields() -> dict[str, Field]:
    """What requests and answers have in common."""
    return {
        "headers": Field(
            map_of(matcher_shape(any_value=False), most=MOST_ASKED),
            "Header names (without case) and what they must be.",
        ),
        "body": Field(matcher_shape(any_value=False), "The body as text."),
        "json": Field(
            map_of(matcher_shape(any_value=True), key=_path_fault, most=MOST_ASKED),
            "JSONPath expressions and what is found there.",
        ),
    }


def _path_fault(path: str) -> str | None:
    try:
        compiled_path(path)
    except ValueError as error:
        return str(error)
    return None
