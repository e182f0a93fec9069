"""`faults` as a scenario writes them: in each entry one fault, the attempts that it is on, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.document import INVALID, Field, Invalid, Place, Shape, by_kind, choice, integer, list_of, record
from emulator.document.shape import wrong
from emulator.fault.concurrent import Concurrent
from emulator.fault.content_type import ContentType
from emulator.fault.deep import Deep
from emulator.fault.delay import Delay
from emulator.fault.duplicate import Duplicate
from emulator.fault.encoding import Encoding
from emulator.fault.extra_headers import ExtraHeaders
from emulator.fault.half_close import HalfClose
from emulator.fault.http import Http
from emulator.fault.malformed import Malformed
from emulator.fault.method import Method
from emulator.fault.oversize import Oversize
from emulator.fault.planned import EVERY, On, Planned
from emulator.fault.reorder import Reorder
from emulator.fault.replay import Replay
from emulator.fault.reset import Reset
from emulator.fault.seam import Expects, Fault
from emulator.fault.signature import Signature
from emulator.fault.slow import Slow
from emulator.fault.tamper import Tamper
from emulator.fault.truncate import Truncate
from emulator.fault.unknown_type import UnknownType

FAULTS: Mapping[str, type[Fault]] = {
    fault.word: fault
    for fault in (
        Signature,
        Tamper,
        Truncate,
        Malformed,
        Method,
        Duplicate,
        Concurrent,
        Replay,
        Delay,
        Reorder,
        UnknownType,
        ContentType,
        Encoding,
        Oversize,
        Deep,
        Slow,
        Reset,
        HalfClose,
        ExtraHeaders,
        Http,
    )
}
"""Every fault by its key, in the order of the docs."""

MOST_FAULTS = 50
_LAST = "last"
_BESIDE = ("on", "expect")
"""The keys that stand beside a fault."""


def faults_shape() -> Shape[tuple[Planned, ...]]:
    """The `faults` of an event."""
    fields = {word: Field(fault.shape(), fault.doc) for word, fault in FAULTS.items()}
    fields["on"] = Field(
        _on_shape(), "The numbers of the attempts it is on, or last; every attempt where left out."
    )
    fields["expect"] = Field(
        choice(*Expects),
        "What the endpoint is expected to answer to an attempt that the fault adds: accepted, refused (4xx), handled "
        "(accepted or 4xx), or any.",
    )
    one = record(_planned, fields, wanted="a mapping such as {signature: wrong, on: 1}")
    return list_of(one, least=1, most=MOST_FAULTS, wanted="a list such as [{signature: wrong, on: 1}]")


def _planned(place: Place, values: dict[str, Any]) -> Planned | Invalid:
    found = [word for word in FAULTS if word in values]
    if not found and any(key not in FAULTS and key not in _BESIDE for key in place.node.value):
        return INVALID  # what was meant is told as an unknown key
    if len(found) != 1:
        told = f"found {', '.join(found)}; write each as an entry of its own" if found else "found none"
        return place.problem(f"expected one fault ({', '.join(FAULTS)}), {told}")
    expects = values.get("expect")
    return Planned(values[found[0]], values.get("on", EVERY), None if expects is None else Expects(expects))


def _on_shape() -> Shape[On]:
    number = integer(1, 1_000)
    one = Shape(lambda place: _on(number.read(place)), number.schema, number.wanted)
    last = choice(_LAST)

    def scalar(place: Place) -> On | Invalid:
        if isinstance(place.node.value, str):
            return On(last=True) if place.node.value == _LAST else wrong(place, wanted)
        return one.read(place)

    wanted = "the number of an attempt, a list of them, or last"
    either = Shape(scalar, {"anyOf": [number.schema, last.schema]}, wanted)
    several = list_of(number, least=1, most=1_000, wanted="a list of numbers")
    many = Shape(lambda place: _all_on(place, several.read(place)), several.schema, several.wanted)
    return by_kind(scalar=either, sequence=many)


def _on(number: int | Invalid) -> On | Invalid:
    return number if isinstance(number, Invalid) else On(numbers=(number,))


def _all_on(place: Place, numbers: tuple[int, ...] | Invalid) -> On | Invalid:
    if isinstance(numbers, Invalid):
        return numbers
    twice = next((number for number in numbers if numbers.count(number) > 1), None)
    return (
        On(numbers=numbers)
        if twice is None
        else place.problem(f"expected each number once, found {twice} again")
    )
