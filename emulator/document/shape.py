"""Shapes: what a part of a document may be, how it is read, and its JSON Schema.

Every mistake is told with what was expected and what was found. Values that may come from `${VAR}` are texts in the
file, so the schema allows such a text wherever a scalar stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from emulator.document.place import INVALID, Invalid, Place, found, nearest, shortened
from emulator.value import value

T = TypeVar("T")
U = TypeVar("U")
Schema = dict[str, Any]
_VARIABLE: Schema = {"type": "string", "pattern": r"\$\{"}
_LONGEST_TEXT = 65_536
_OR_VARIABLE = r"|\$\{"
"""How the pattern of a text ends that may hold a variable."""
_BOOLEANS = {"true": True, "false": False}
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@value(frozen=True, slots=True)
class Shape(Generic[T]):
    """`read` gives the value or notes problems and gives INVALID; `schema` is its JSON Schema (draft 7).

    `wanted` says in words what is accepted.
    """

    read: Callable[[Place], T | Invalid]
    schema: Schema
    wanted: str


@value(frozen=True, slots=True)
class Field:
    """A key of a record: its shape, whether it must stand there, and a sentence for the schema."""

    shape: Shape[Any]
    doc: str = ""
    required: bool = False


def wrong(place: Place, wanted: str, *, secret: bool = False) -> Invalid:
    """Note that something else was expected."""
    return place.problem(f"expected {wanted}, {found(place.node.value, secret=secret)}")


def counted(count: int, word: str = "item") -> str:
    """`1 item`, `2 items`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def text(
    wanted: str = "a text", *, empty: bool = False, longest: int = _LONGEST_TEXT, secret: bool = False
) -> Shape[str]:
    """A text; numbers and words such as true are told to be quoted."""

    def reader(place: Place) -> str | Invalid:
        value = place.node.value
        if isinstance(value, int | float) and not secret:
            shown = str(value).lower() if isinstance(value, bool) else str(value)[:60]
            return place.problem(f"expected {wanted}, found {shown}; quote it: '{shown}'")
        if not isinstance(value, str):
            return wrong(place, wanted, secret=secret)
        if not value and not empty:
            return place.problem(f"expected {wanted}, found empty text")
        if len(value) > longest:
            return place.problem(f"expected at most {longest} characters, found {len(value)}")
        return value

    schema: Schema = {"type": "string"} if empty else {"type": "string", "minLength": 1}
    if longest < _LONGEST_TEXT:
        schema["maxLength"] = longest
    return Shape(reader, schema, wanted)


def boolean() -> Shape[bool]:
    """true or false."""

    def reader(place: Place) -> bool | Invalid:
        value = place.node.value
        if place.node.substituted and value in _BOOLEANS:
            return _BOOLEANS[value]
        return value if isinstance(value, bool) else wrong(place, "true or false")

    return Shape(reader, {"anyOf": [{"type": "boolean"}, _VARIABLE]}, "true or false")


def integer(least: int, most: int) -> Shape[int]:
    """A whole number within bounds."""
    wanted = f"a whole number from {least} to {most}"

    def reader(place: Place) -> int | Invalid:
        value = place.node.value
        if place.node.substituted and isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            return place.problem(f"expected {wanted}, {found(value)}; write it without quotes")
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            return wrong(place, wanted)
        return value

    return Shape(
        reader, {"anyOf": [{"type": "integer", "minimum": least, "maximum": most}, _VARIABLE]}, wanted
    )


def number(wanted: str = "a number") -> Shape[float]:
    """A number."""

    def reader(place: Place) -> float | Invalid:
        value = place.node.value
        return (
            value if isinstance(value, int | float) and not isinstance(value, bool) else wrong(place, wanted)
        )

    return Shape(reader, {"type": "number"}, wanted)


def choice(*words: str) -> Shape[str]:
    """One of some words."""
    wanted = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"

    def reader(place: Place) -> str | Invalid:
        value = place.node.value
        if isinstance(value, str) and value in words:
            return value
        told = nearest(value, words) if isinstance(value, str) else ""
        return place.problem(f"expected {wanted}, {found(value)}{told if 'did you mean' in told else ''}")

    return Shape(reader, {"anyOf": [{"enum": list(words)}, _VARIABLE]}, wanted)


def parsed(parse: Callable[[Any], T], schema: Schema, wanted: str) -> Shape[T]:
    """A scalar that `parse` understands. Its ValueError says what was expected."""

    def reader(place: Place) -> T | Invalid:
        value = place.node.value
        if isinstance(value, dict | list) or value is None:
            return wrong(place, wanted)
        try:
            return parse(value)
        except ValueError as error:
            return place.problem(f"{error}, {found(value)}")

    return Shape(reader, schema, wanted)


def anything() -> Shape[Any]:
    """Any JSON value."""
    return Shape(lambda place: place.node.plain(), {}, "any value")


def nullable(shape: Shape[T]) -> Shape[T | None]:
    """null, or what another shape reads."""
    wanted = f"{shape.wanted}, or null"

    def reader(place: Place) -> T | Invalid | None:
        return None if place.node.value is None else shape.read(place)

    return Shape(reader, {"anyOf": [shape.schema, {"type": "null"}]}, wanted)


def by_kind(
    *, scalar: Shape[T] | None = None, mapping: Shape[T] | None = None, sequence: Shape[T] | None = None
) -> Shape[T]:
    """One shape for scalars, one for mappings, one for lists."""
    shapes = [shape for shape in (scalar, mapping, sequence) if shape]
    wanted = ", or ".join(shape.wanted for shape in shapes)

    def reader(place: Place) -> T | Invalid:
        value = place.node.value
        shape = mapping if isinstance(value, dict) else sequence if isinstance(value, list) else scalar
        return wrong(place, wanted) if shape is None else shape.read(place)

    return Shape(reader, {"anyOf": [shape.schema for shape in shapes]}, wanted)


def list_of(
    item: Shape[T], *, least: int = 0, most: int = 100_000, wanted: str = "a list"
) -> Shape[tuple[T, ...]]:
    """A list."""

    def reader(place: Place) -> tuple[T, ...] | Invalid:
        nodes = place.node.value
        if not isinstance(nodes, list):
            return wrong(place, wanted)
        if not least <= len(nodes) <= most:
            bound = f"at least {counted(least)}" if len(nodes) < least else f"at most {counted(most)}"
            return place.problem(f"expected {bound}, found {len(nodes) or 'none'}")
        values = (item.read(place.child(number)) for number in range(len(nodes)) if not place.report.full)
        good = tuple(value for value in values if not isinstance(value, Invalid))
        return good if len(good) == len(nodes) else INVALID

    schema: Schema = {"type": "array", "items": item.schema}
    if least:
        schema["minItems"] = least
    return Shape(reader, schema, wanted)


def one_or_many(item: Shape[T], *, most: int = 100_000) -> Shape[tuple[T, ...]]:
    """One value, or a list of at least one."""
    many = list_of(item, least=1, most=most)

    def reader(place: Place) -> tuple[T, ...] | Invalid:
        if isinstance(place.node.value, list):
            return many.read(place)
        value = item.read(place)
        return INVALID if isinstance(value, Invalid) else (value,)

    return Shape(reader, {"anyOf": [item.schema, many.schema]}, f"{item.wanted}, or a list of them")


def map_of(
    item: Shape[T],
    *,
    key: Callable[[str], str | None] = lambda _: None,
    wanted: str = "a mapping",
    secret: bool = False,
    most: int | None = None,
) -> Shape[Mapping[str, T]]:
    """A mapping with free keys, at most so many. `key` gives what is wrong with a key, or None.

    What stands in the place of a `secret` one is not told.
    """

    def reader(place: Place) -> Mapping[str, T] | Invalid:
        nodes = place.node.value
        if not isinstance(nodes, dict):
            return wrong(place, wanted, secret=secret)
        if most is not None and len(nodes) > most:
            return place.problem(f"expected at most {most} keys, found {len(nodes)}")
        values: dict[str, T] = {}
        for name in nodes:
            if place.report.full:
                break
            fault = key(name)
            if fault:
                place.key_problem(name, fault)
            value = item.read(place.child(name))
            if not fault and not isinstance(value, Invalid):
                values[name] = value
        return values if len(values) == len(nodes) else INVALID

    schema = {"type": "object", "additionalProperties": item.schema or True}
    return Shape(reader, schema if most is None else {**schema, "maxProperties": most}, wanted)


def record(
    build: Callable[[Place, dict[str, Any]], T | Invalid],
    fields: Mapping[str, Field],
    *,
    wanted: str,
    ignored: Sequence[str] = (),
    refused: Mapping[str, str] = MappingProxyType({}),
    partial: bool = False,
    lenient: bool = False,
) -> Shape[T]:
    """A mapping with known keys, made into a value by `build(place, values of the keys that stand there)`.

    `ignored` keys may stand there and mean nothing; `refused` keys are known, and told why they cannot stand there.
    With `partial`, no key is required. With `lenient`, what cannot be read is left out of the values and the rest is
    built all the same, so that later checks find what else is wrong.
    """

    def reader(place: Place) -> T | Invalid:
        nodes = place.node.value
        if not isinstance(nodes, dict):
            return wrong(place, wanted)
        for name in nodes:
            if name in fields or name in ignored or place.report.full:
                continue
            unknown = f"unknown key {shortened(name)!r}{nearest(name, fields)}"
            place.key_problem(name, refused.get(name, unknown))
        whole, good = True, {}
        for name in required:
            if name not in nodes:
                whole = False
                place.problem(f"the key '{name}' is missing: {fields[name].shape.wanted}")
        for name, field in fields.items():
            if name in nodes:
                value = field.shape.read(place.child(name))
                if isinstance(value, Invalid):
                    whole = False
                else:
                    good[name] = value
        return build(place, good) if whole or lenient else INVALID

    required = [name for name, field in fields.items() if field.required and not partial]

    properties = {name: {**field.shape.schema, "description": field.doc} for name, field in fields.items()}
    schema: Schema = {
        "type": "object",
        "properties": {**properties, **{name: {} for name in ignored}},
        "required": required,
        "additionalProperties": False,
    }
    return Shape(reader, schema, wanted)


def narrowed(shape: Shape[T], **keywords: Any) -> Shape[T]:
    """The same, where the schema can say more of what is read."""
    return Shape(shape.read, {**shape.schema, **keywords}, shape.wanted)


def without_variables(schema: Any) -> Any:
    """A schema, or a part of one, for values in which `${VAR}` is nothing but text."""
    if isinstance(schema, list):
        return [without_variables(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: without_variables(part) for key, part in schema.items()}
    if isinstance(plain.get("pattern"), str):
        plain["pattern"] = plain["pattern"].removesuffix(_OR_VARIABLE)
    if _VARIABLE in schema.get("anyOf", ()):
        kept = [part for part in plain.pop("anyOf") if part != _VARIABLE]
        plain = {**(kept[0] if len(kept) == 1 else {"anyOf": kept}), **plain}
    return plain
