"""The small shapes that profiles are made of: durations, statuses, headers, texts with placeholders, envelopes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from emulator.document import Invalid, Place, Shape, by_kind, list_of, parsed, text
from emulator.duration import WANTED_DURATION, parse_duration
from emulator.provider.header import header_value_fault
from emulator.provider.placeholder import placeholder_fault
from emulator.provider.profile import Acceptance
from emulator.template import BadTemplate, Template, parse_template

RESERVED = frozenset({"api", "docs", "metrics", "runs", "livez", "readyz", "page", "static", "openapi.json"})
"""First words of the server's own paths, which no provider can have (contract section 1)."""

HEADER_NAMES = ("event", "index", "now", "run", "seed")
ENVELOPE_NAMES = frozenset({"type", "data", "event", "index", "now", "run", "seed"})
"""What an envelope sees."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}", re.ASCII)
_CLASS = re.compile(r"[2-5]xx", re.ASCII)
_STATUS = re.compile(r"[2-5][0-9]{2}", re.ASCII)
_ADDRESS = re.compile(r"[^\s@<>,;\x00-\x1f\x7f]{1,64}@[^\s@<>,;\x00-\x1f\x7f]{1,255}")
_WANTED_STATUS = "a status from 200 to 599, or a class such as 2xx"


def provider_name_fault(name: str) -> str | None:
    """What is wrong with a provider's name, or None."""
    if not _NAME.fullmatch(name):
        return f"expected a name of a-z, 0-9 and -, beginning with a letter, found {name[:60]!r}"
    return f"the name {name} is taken by a path of the server; choose another" if name in RESERVED else None


def checked(shape: Shape[str], fault: Callable[[str], str | None]) -> Shape[str]:
    """A text with a check of its own, which gives what is wrong with it, or None."""

    def reader(place: Place) -> str | Invalid:
        value = shape.read(place)
        told = None if isinstance(value, Invalid) else fault(value)
        return place.problem(told) if told else value

    return Shape(reader, shape.schema, shape.wanted)


def duration(*, zero: bool = True) -> Shape[int]:
    """Microseconds."""

    def parse(value: Any) -> int:
        micros = parse_duration(value)
        if not micros and not zero:
            raise ValueError("expected a duration longer than 0s")
        return micros

    return parsed(parse, {"type": ["string", "number"]}, WANTED_DURATION)


def acceptance() -> Shape[Acceptance]:
    """`2xx`, a status, or a list of them."""
    one = parsed(_one_status, {"anyOf": [{"type": "integer"}, {"type": "string"}]}, _WANTED_STATUS)
    several = list_of(one, least=1)
    together = Shape(lambda place: _joined(several.read(place)), several.schema, "a list of them")
    return by_kind(scalar=one, sequence=together)


def _one_status(value: Any) -> Acceptance:
    word = str(value)
    if _CLASS.fullmatch(word):
        first = int(word[0]) * 100
        return Acceptance(statuses=frozenset(range(first, first + 100)), text=word)
    if not _STATUS.fullmatch(word):
        raise ValueError(f"expected {_WANTED_STATUS}")
    return Acceptance(statuses=frozenset({int(word)}), text=word)


def _joined(parts: tuple[Acceptance, ...] | Invalid) -> Acceptance | Invalid:
    if isinstance(parts, Invalid):
        return parts
    statuses = frozenset[int]().union(*(part.statuses for part in parts))
    return Acceptance(statuses=statuses, text=", ".join(part.text for part in parts))


def placeholders(known: Collection[str], needed: Collection[str] = (), *, header: bool = False) -> Shape[str]:
    """A text with placeholders; with `header`, one that can stand in a header."""
    wanted = f"a text with {', '.join(f'{{{name}}}' for name in sorted(known))}"

    def fault(value: str) -> str | None:
        return placeholder_fault(value, known, needed) or (header_value_fault(value) if header else None)

    return checked(text(wanted), fault)


def address() -> Shape[str]:
    """An e-mail address, without a name around it."""

    def fault(value: str) -> str | None:
        return None if _ADDRESS.fullmatch(value) else f"expected an e-mail address, found {value[:60]!r}"

    return checked(text("an e-mail address"), fault)


def header_template(headers: Mapping[str, str]) -> Template | None:
    """The headers as a template, or None where they hold no template. Raises BadTemplate."""
    if not any("{{" in value or "{%" in value for value in headers.values()):
        return None
    return parse_template(dict(headers), names=HEADER_NAMES)


def envelope() -> Shape[Template]:
    """A mapping or list of templates, with the data somewhere in it."""

    def reader(place: Place) -> Template | Invalid:
        if not isinstance(place.node.value, dict | list):
            return place.problem(
                'expected a mapping such as {event_type: "{{ type }}", data: "{{ data }}"}, or null'
            )
        try:
            template = parse_template(place.node.plain(), names=ENVELOPE_NAMES)
        except BadTemplate as error:
            for problem in error.problems:
                told = place.down(problem.path).problem(problem.message)
            return told
        if "data" not in template.uses:
            return place.problem("expected {{ data }} somewhere in it, found none")
        return template

    return Shape(reader, {"type": ["object", "array"]}, "a mapping with {{ data }} in it")
