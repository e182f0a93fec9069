"""The values of templates: JSON values, moments, and what is said about them.

Expressions see nothing else: no Python object with methods or attributes ever comes into one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

from emulator.template.moment import ATTRIBUTES, Moment
from emulator.template.problem import Refusal, shown

MOST = 1024 * 1024
"""The weight that a text, list or mapping made by an expression may have."""
DEEPEST = 200
"""How many lists and mappings may stand in each other."""
WIDEST = 4096
"""How many bits an integer made by an expression may have."""

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_ITEM = 8
_CONSTANTS = frozenset({bool, type(None)})


ABSENT: Any = object()
"""What `default` and `is defined` are given instead of a value that does not exist."""


class Absent(Refusal):
    """A key, index or attribute that a value does not have."""


def kind(value: object) -> str:
    """What a value is, in the words of JSON."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case Moment():
            return "a moment"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return f"a value of type {type(value).__name__}"


def brief(number: int) -> str:
    """A whole number for a message."""
    return str(number) if number.bit_length() < 64 else "so large a number"


def attribute(value: object, name: str) -> Any:
    """What `value.name` reads: a mapping's key or a moment's attribute. Raises Absent."""
    if isinstance(value, Mapping):
        try:
            return value[name]
        except KeyError:
            raise Absent(f"there is no {shown(name)} here; there is {_few(value)}") from None
    if isinstance(value, Moment):
        if name in ATTRIBUTES:
            return ATTRIBUTES[name](value)
        raise Absent(f"a moment has no {shown(name)}; it has {', '.join(ATTRIBUTES)}")
    raise Absent(f"{kind(value)} has no {shown(name)}")


def item(value: object, key: object) -> Any:
    """What `value[key]` reads: an index of a list or text, a key of a mapping. Raises Absent."""
    if isinstance(key, str):
        return attribute(value, key)
    if isinstance(value, list | tuple | str) and isinstance(key, int):
        try:
            return value[key]
        except IndexError:
            raise Absent(f"there is no item {brief(key)} in {kind(value)} of {len(value)}") from None
    raise Absent(f"{kind(value)} cannot be read at {kind(key)}")


def _few(mapping: Mapping[Any, Any]) -> str:
    names = [str(key)[:40] for key in islice(mapping, 10)]
    return ", ".join(names) + (", …" if len(mapping) > len(names) else "") if names else "nothing"


def limited(text: str, most: int = MOST) -> str:
    """The text itself. Refuses what is longer than `most`."""
    if len(text) > most:
        raise Refusal("the text grows beyond 1 MiB")
    return text


def weigh(value: object, most: int = MOST) -> int:
    """About how many characters of JSON a value takes. Refuses what is more than `most`, without looking further."""
    return _survey(value, most)[0]


def _survey(value: Any, most: int) -> tuple[int, bool]:
    """The weight, and whether the value is JSON through and through."""
    total, plain, rest = 0, True, [value]
    while rest:
        each = rest.pop()
        form = type(each)
        if form is str:
            total += len(each)
        elif form is int:
            total += each.bit_length() >> 2
        elif form is float:
            finite(each)
        elif isinstance(each, Mapping):
            total += _ITEM * len(each) + len(_keys(each))
            rest.extend(each.values())
            plain = plain and form is dict
        elif isinstance(each, list | tuple):
            total += _ITEM * len(each)
            rest.extend(each if total <= most else ())
            plain = plain and form is list
        else:
            plain = plain and form in _CONSTANTS
        if total > most:
            raise Refusal(f"a value grows beyond {most // MOST} MiB")
    return total, plain


def _keys(mapping: Mapping[Any, Any]) -> str:
    try:
        return "".join(mapping)
    except TypeError:
        strange = next(key for key in mapping if not isinstance(key, str))
        raise Refusal(f"a mapping's keys are texts; found {kind(strange)}") from None


def finite(number: float) -> float:
    """The number itself. Refuses what JSON cannot hold."""
    if number - number != 0:
        raise Refusal(f"JSON cannot hold the number {number}")
    return number


def to_json(value: Any, most: int = MOST) -> tuple[Any, int]:
    """The JSON value and its weight; a moment becomes its text. Plain values are returned as they are, not copied."""
    form = type(value)
    if form is str:
        return value, len(value)
    if form is int or form in _CONSTANTS:
        return value, _ITEM
    if form is Moment:
        return str(value), _ITEM
    weight, plain = _survey(value, most)
    return (value if plain else _plain(value, 0)), weight


def _plain(value: object, depth: int) -> Any:
    if depth > DEEPEST:
        raise Refusal(f"a value is nested more than {DEEPEST} deep")
    match value:
        case None | bool():
            return value
        case str():
            return str.__str__(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case Moment():
            return str(value)
        case Mapping():
            return {str.__str__(key): _plain(each, depth + 1) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each, depth + 1) for each in value]
        case _:
            raise Refusal(f"{kind(value)} is no JSON")


def text_of(value: object) -> str:
    """A value within a text: texts as they are, all else as JSON spells it, without spaces."""
    if type(value) is str:
        return value
    if type(value) is int or isinstance(value, Moment):
        return str(value)
    return to_text(value)


def to_text(value: object) -> str:
    """The value as compact JSON."""
    plain, _ = to_json(value)
    try:
        return _write(plain)
    except RecursionError:
        raise Refusal("a value is nested too deep to be written as text") from None
