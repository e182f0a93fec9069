"""The small shapes of a scenario file: names, targets, headers, and what says when an event occurs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from emulator.document import (
    INVALID,
    Field,
    Invalid,
    Place,
    Shape,
    anything,
    integer,
    map_of,
    nullable,
    one_or_many,
    record,
    text,
)
from emulator.document.place import found
from emulator.provider.header import header_name_fault, repeated_header
from emulator.scenario.expecting import range_shape
from emulator.scenario.model import MOST_EVENTS, After, Repeat
from emulator.scenario.target import MOST_TARGETS
from emulator.scenario.target import WANTED as A_URL
from emulator.scenario.timing import duration_shape

T = TypeVar("T")

RESERVED_NAMES = frozenset({"event", "fake", "index", "now", "request", "run", "seed", "uuid"})
"""What templates see of their own, so that no variable can have these names."""

_HEADER_NAME = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}", re.ASCII)
_JINJA_WORDS = frozenset(
    {"and", "else", "false", "if", "in", "is", "none", "not", "or", "true", "False", "None", "True"}
)


def version() -> Shape[int]:
    """The one version there is."""

    def reader(place: Place) -> int | Invalid:
        value = place.node.value
        if value == 1 and isinstance(value, int) and not isinstance(value, bool):
            return value
        if value == "1":
            return place.problem("expected the number 1, found text '1'; write it without quotes: version: 1")
        return place.problem(
            f"expected 1, the version of the format that this emulator reads, {found(value)}"
        )

    return Shape(reader, {"const": 1}, "the number 1, which is the version of the format")


def name(wanted: str, *, slashes: bool = False) -> Shape[str]:
    """A name of visible characters; with `slashes`, one that may be a path of words."""
    plain = text(wanted, longest=200)

    def reader(place: Place) -> str | Invalid:
        name = plain.read(place)
        if isinstance(name, Invalid):
            return INVALID
        if not name.isprintable() or name != name.strip():
            return place.problem(
                f"expected {wanted} of visible characters on one line, without spaces around it, {found(name)}"
            )
        if slashes and any(part in ("", ".", "..") for part in name.split("/")):
            return place.problem(f"expected {wanted} whose parts between slashes are words, {found(name)}")
        return name

    return Shape(reader, {**plain.schema, "maxLength": 200}, wanted)


def targets() -> Shape[tuple[str, ...]]:
    """A URL, or URLs."""
    return one_or_many(text(A_URL), most=MOST_TARGETS)


def headers() -> Shape[Mapping[str, str | None]]:
    """Header names and values; null leaves a header out."""
    return _headers(nullable(_header()))


def headers_of_answer() -> Shape[Mapping[str, str]]:
    """Header names and values, all of which stand."""
    return _headers(_header())


def _header() -> Shape[str]:
    return text("a header value", empty=True)


def _headers(value: Shape[T]) -> Shape[Mapping[str, T]]:
    given = map_of(
        value,
        key=header_name_fault,
        wanted="a mapping of header names and values",
    )

    def reader(place: Place) -> Mapping[str, T] | Invalid:
        headers = given.read(place)
        if isinstance(headers, Invalid):
            return INVALID
        repeated = repeated_header(list(headers))
        return (
            place.key_problem(repeated, "the header stands there twice; case does not count")
            if repeated
            else headers
        )

    names = {"propertyNames": {"pattern": _HEADER_NAME}}
    return Shape(reader, {**given.schema, **names}, given.wanted)


def after() -> Shape[After]:
    """What an event waits for."""
    fields = {
        "event": Field(text("the name of an event"), "The event that comes first.", required=True),
        "delay": Field(duration_shape(), "How long after its last delivery has ended (0s where left out)."),
    }

    def build(_: Place, values: dict[str, Any]) -> After:
        return After(event=values["event"], delay_us=values.get("delay", 0))

    return record(build, fields, wanted="a mapping such as {event: NAME, delay: 5s}")


def repeat() -> Shape[Repeat]:
    """How often an event occurs."""
    fields = {
        "times": Field(integer(1, MOST_EVENTS), "How often the event occurs in all.", required=True),
        "every": Field(
            duration_shape(), "The time between two occurrences (0s where left out: all at once)."
        ),
    }

    def build(_: Place, values: dict[str, Any]) -> Repeat:
        return Repeat(times=values["times"], every_us=values.get("every", 0))

    return record(build, fields, wanted="a mapping such as {times: 20, every: 1s}")


def body() -> Shape[str]:
    """Exact text."""
    wanted = "exact text"

    def reader(place: Place) -> str | Invalid:
        value = place.node.value
        if isinstance(value, str):
            return value
        return place.problem(
            f"expected {wanted} (quote it, or write it after `|`; JSON values go into payload), {found(value)}"
        )

    return Shape(reader, {"type": "string"}, wanted)


def run_expectation() -> Shape[tuple[int, int | None]]:
    """How many notifications a run makes: at least, and at most."""
    fields = {
        "notifications": Field(
            range_shape(least=0),
            "How many e-mails of exhausted deliveries the run makes: a number, or {min: 1, max: 4}.",
            required=True,
        )
    }
    return record(
        lambda _, values: values["notifications"], fields, wanted="a mapping such as {notifications: 1}"
    )


def variables() -> Shape[Mapping[str, Any]]:
    """Names and JSON values."""
    given = map_of(anything(), key=variable_fault, wanted="a mapping of names and values")
    taken = sorted(RESERVED_NAMES | _JINJA_WORDS)
    names = {"propertyNames": {"pattern": f"^{_IDENTIFIER.pattern}$", "not": {"enum": taken}}}
    return Shape(given.read, {**given.schema, **names}, given.wanted)


def variable_fault(name: str) -> str | None:
    """What is wrong with the name of a variable, or None."""
    if not _IDENTIFIER.fullmatch(name):
        return "expected a name of letters, digits and _, which begins with a letter"
    if name in RESERVED_NAMES:
        return f"templates have their own '{name}'; choose another name"
    return (
        f"'{name}' is a word of the template language; choose another name" if name in _JINJA_WORDS else None
    )
