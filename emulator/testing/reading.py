"""JSON into typed values, by the annotations of their fields.

Keys that a value does not know are left alone, so that a newer server works with an older client.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

RAW = "raw"
"""The field that holds the whole mapping."""


def read(kind: Callable[..., T], found: Mapping[str, Any]) -> T:
    """A value of this kind. Raises LookupError for a key that is missing."""
    given: dict[str, Any] = {}
    for name, needed, convert in _plan(kind):
        if name == RAW:
            given[name] = found
        elif name in found:
            given[name] = convert(found[name])
        elif needed:
            raise LookupError(name)
    return kind(**given)


@cache
def _plan(kind: Any) -> tuple[tuple[str, bool, Callable[[Any], Any]], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (
            each.name,
            each.default is MISSING and each.default_factory is MISSING,
            _converter(hints[each.name]),
        )
        for each in fields(kind)
    )


def _converter(hint: Any) -> Callable[[Any], Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _or_none(_converter(next(each for each in arguments if each is not type(None))))
    if origin is tuple:
        return _all_of(_converter(arguments[0]))
    if hint is datetime:
        return datetime.fromisoformat
    if hint is float:
        return float
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda found: read(hint, found)
    return _as_it_is


def _or_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda found: None if found is None else convert(found)


def _all_of(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda found: tuple(convert(each) for each in found)


def _as_it_is(found: Any) -> Any:
    return found
