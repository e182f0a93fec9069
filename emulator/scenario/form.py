"""The form of a scenario file (contract section 3): its keys, what each may be, and what each is for.

The shapes check each key by itself and give drafts. What depends on other keys, on profiles or on files is checked when
the drafts are resolved; so a draft keeps what could be read, and its place for what is still to be said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from emulator.document import (
    INVALID,
    Field,
    Invalid,
    Place,
    Shape,
    anything,
    integer,
    list_of,
    map_of,
    nullable,
    one_or_many,
    record,
    text,
)
from emulator.document.place import found
from emulator.provider.header import header_name_fault, repeated_header
from emulator.scenario.expecting import expectation_shape, range_shape
from emulator.scenario.model import After, Repeat
from emulator.scenario.secret import one_secret, secret_rule
from emulator.scenario.target import WANTED as A_URL
from emulator.scenario.timing import duration_shape, moment_shape, speed_shape

MOST_EVENTS = 100_000
LARGEST_SEED = 2**53 - 1
"""Larger integers are not exact in every reader of JSON."""
RESERVED_NAMES = frozenset({"event", "fake", "index", "now", "request", "run", "seed", "uuid"})
"""What templates see of their own, so that no variable can have these names."""
BODIES = ("data", "payload", "payload_file", "body")

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}", re.ASCII)
_JINJA_WORDS = frozenset(
    {"and", "else", "false", "if", "in", "is", "none", "not", "or", "true", "False", "None", "True"}
)
_NOT_YET = "this version of the emulator does not play `{}` yet; remove the key"


@dataclass(frozen=True, slots=True)
class Draft:
    """The keys of a mapping that could be read, and where the mapping stands."""

    place: Place
    values: Mapping[str, Any]

    def stands(self, key: str) -> bool:
        """Whether the key stands there, readable or not."""
        return key in self.place.node.value

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key that stands there and could be read, else the default."""
        return self.values.get(key, default)


def _draft(place: Place, values: dict[str, Any]) -> Draft:
    return Draft(place, values)


@cache
def scenario_shape() -> Shape[Draft]:
    """A whole scenario."""
    return record(
        _draft,
        {
            "version": Field(_version(), "The version of this format: 1.", required=True),
            "name": Field(
                _name("a name", slashes=True),
                "What the scenario is called; the file's own name where left out. It may hold `/`.",
            ),
            "description": Field(text(empty=True), "What the scenario shows, for people."),
            "provider": Field(
                text("a provider such as entuitive"),
                "The emulated sender of all events that name none of their own.",
            ),
            "profile": Field(
                _override(),
                "Keys of the provider's profile that are other in this scenario; lists are replaced.",
            ),
            "target": Field(
                _targets(), "The URL that webhooks go to, or a list of URLs; may hold templates."
            ),
            "secret": Field(
                secret_rule(), "The secret that signs, or secrets by provider; null sends unsigned."
            ),
            "speed": Field(
                speed_shape(),
                "How emulated time passes: real, instant (the default), manual, or a factor such as 60x.",
            ),
            "start": Field(
                moment_shape(),
                "The emulated moment at which the scenario begins; the moment of playing where left out.",
            ),
            "seed": Field(
                integer(0, LARGEST_SEED),
                "Makes fake data and ids the same in every run; random where left out.",
            ),
            "variables": Field(_variables(), "Values that templates use by name."),
            "events": Field(
                list_of(_event(), least=1, most=MOST_EVENTS, wanted="a list of events"),
                "What happens, in time: each event is delivered to each target.",
                required=True,
            ),
            "expect": Field(_run_expectation(), "What must hold for the whole run."),
        },
        wanted="a scenario: a mapping with version, provider, target and events",
        ignored=("$schema",),
        refused={key: _NOT_YET.format(key) for key in ("routes", "endpoints")},
        lenient=True,
    )


def _event() -> Shape[Draft]:
    return record(
        _draft,
        {
            "name": Field(
                _name("a name"),
                "What the event is called, unique in the file; event-1, event-2, … where left out.",
            ),
            "type": Field(
                text("an event type", longest=200),
                "The event's type; its sample in the provider's catalog is the data.",
            ),
            "provider": Field(text("a provider such as entuitive"), "The emulated sender of this event."),
            "profile": Field(
                _override(), "Keys of the profile that are other for this event; lists are replaced."
            ),
            "target": Field(_targets(), "The URL, or URLs, that this event goes to; may hold templates."),
            "secret": Field(one_secret(), "The secret that signs this event; null sends it unsigned."),
            "headers": Field(
                _headers(),
                "Headers that come over those of the profile; null leaves one out; may hold templates.",
            ),
            "at": Field(
                duration_shape(),
                "When the event is due, counted from the start of the run (0s where left out).",
            ),
            "after": Field(
                _after(),
                "Makes the event due after all deliveries of another one have ended, whatever their outcome.",
            ),
            "repeat": Field(
                _repeat(), "Lets the event occur more than once; templates see the number as `index`, from 0."
            ),
            "data": Field(
                anything(),
                "What is merged over the sample of the type: mappings deeply, all else replaced; may hold templates.",
            ),
            "payload": Field(
                anything(), "The whole body as JSON, without the provider's envelope; may hold templates."
            ),
            "payload_file": Field(
                text("the path of a file"),
                "A file whose bytes are the body; it lies in the scenario's folder.",
            ),
            "body": Field(_body(), "The whole body as exact text, sent as UTF-8."),
            "expect": Field(expectation_shape(), "What must hold for each delivery of this event."),
        },
        wanted="an event: a mapping such as {type: user.created, at: 10s}",
        lenient=True,
    )


def _version() -> Shape[int]:
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


def _name(wanted: str, *, slashes: bool = False) -> Shape[str]:
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


def _override() -> Shape[Place]:
    def reader(place: Place) -> Place | Invalid:
        value = place.node.value
        return (
            place
            if isinstance(value, dict)
            else place.problem(f"expected a mapping of the profile's keys, {found(value)}")
        )

    return Shape(reader, {"type": "object"}, "a mapping of the profile's keys, such as {timeout: 2s}")


def _targets() -> Shape[tuple[str, ...]]:
    return one_or_many(text(A_URL))


def _headers() -> Shape[Mapping[str, str | None]]:
    given = map_of(
        nullable(text("a header value", empty=True)),
        key=header_name_fault,
        wanted="a mapping of header names and values",
    )

    def reader(place: Place) -> Mapping[str, str | None] | Invalid:
        headers = given.read(place)
        if isinstance(headers, Invalid):
            return INVALID
        repeated = repeated_header(list(headers))
        return (
            place.key_problem(repeated, "the header stands there twice; case does not count")
            if repeated
            else headers
        )

    return Shape(reader, given.schema, given.wanted)


def _after() -> Shape[After]:
    fields = {
        "event": Field(text("the name of an event"), "The event that comes first.", required=True),
        "delay": Field(duration_shape(), "How long after its last delivery has ended (0s where left out)."),
    }

    def build(_: Place, values: dict[str, Any]) -> After:
        return After(event=values["event"], delay_us=values.get("delay", 0))

    return record(build, fields, wanted="a mapping such as {event: NAME, delay: 5s}")


def _repeat() -> Shape[Repeat]:
    fields = {
        "times": Field(integer(1, MOST_EVENTS), "How often the event occurs in all.", required=True),
        "every": Field(
            duration_shape(), "The time between two occurrences (0s where left out: all at once)."
        ),
    }

    def build(_: Place, values: dict[str, Any]) -> Repeat:
        return Repeat(times=values["times"], every_us=values.get("every", 0))

    return record(build, fields, wanted="a mapping such as {times: 20, every: 1s}")


def _body() -> Shape[str]:
    wanted = "exact text"

    def reader(place: Place) -> str | Invalid:
        value = place.node.value
        if isinstance(value, str):
            return value
        return place.problem(
            f"expected {wanted} (quote it, or write it after `|`; JSON values go into payload), {found(value)}"
        )

    return Shape(reader, {"type": "string"}, wanted)


def _run_expectation() -> Shape[tuple[int, int | None]]:
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


def _variables() -> Shape[Mapping[str, Any]]:
    return map_of(anything(), key=variable_fault, wanted="a mapping of names and values")


def variable_fault(name: str) -> str | None:
    """What is wrong with the name of a variable, or None."""
    if not _IDENTIFIER.fullmatch(name):
        return "expected a name of letters, digits and _, which begins with a letter"
    if name in RESERVED_NAMES:
        return f"templates have their own '{name}'; choose another name"
    return (
        f"'{name}' is a word of the template language; choose another name" if name in _JINJA_WORDS else None
    )
