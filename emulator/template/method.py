"""The methods that data has in expressions: those of texts, mappings and moments that read, and no others.

A method is found by its name in this table, never on the object, so nothing else of an object can be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.template.filter import few, join, minus, plus, replace, strftime
from emulator.template.moment import Moment
from emulator.template.problem import Refusal
from emulator.template.scope import Scope
from emulator.template.value import MOST, kind


def _padded(pad: Callable[[str, int, str], str]) -> Callable[..., str]:
    def padded(_: Scope, text: str, width: Any, fill: Any = " ") -> str:
        if not isinstance(width, int) or width > MOST:
            raise Refusal("the width is a whole number of at most 1 MiB")
        return pad(text, width, fill)

    return padded


def _zfill(_: Scope, text: str, width: Any) -> str:
    if not isinstance(width, int) or width > MOST:
        raise Refusal("the width is a whole number of at most 1 MiB")
    return text.zfill(width)


def _joined(scope: Scope, text: str, items: Any) -> str:
    return join(scope, items, text)


def _get(_: Scope, mapping: Mapping[str, Any], key: Any, default: Any = None) -> Any:
    return mapping.get(key, default) if isinstance(key, str) else default


_TEXT: Mapping[str, Callable[..., Any]] = {
    "capitalize": lambda _, text: text.capitalize(),
    "center": _padded(str.center),
    "count": lambda _, text, part: text.count(part),
    "endswith": lambda _, text, end: text.endswith(end),
    "find": lambda _, text, part: text.find(part),
    "isalnum": lambda _, text: text.isalnum(),
    "isalpha": lambda _, text: text.isalpha(),
    "isdigit": lambda _, text: text.isdigit(),
    "join": _joined,
    "ljust": _padded(str.ljust),
    "lower": lambda _, text: text.lower(),
    "lstrip": lambda _, text, chars=None: text.lstrip(few(chars)),
    "removeprefix": lambda _, text, prefix: text.removeprefix(prefix),
    "removesuffix": lambda _, text, suffix: text.removesuffix(suffix),
    "replace": replace,
    "rjust": _padded(str.rjust),
    "rstrip": lambda _, text, chars=None: text.rstrip(few(chars)),
    "split": lambda _, text, sep=None, maxsplit=-1: text.split(sep, maxsplit),
    "splitlines": lambda _, text: text.splitlines(),
    "startswith": lambda _, text, start: text.startswith(start),
    "strip": lambda _, text, chars=None: text.strip(few(chars)),
    "title": lambda _, text: text.title(),
    "upper": lambda _, text: text.upper(),
    "zfill": _zfill,
}
_MAPPING: Mapping[str, Callable[..., Any]] = {
    "get": _get,
    "items": lambda _, mapping: [[key, value] for key, value in mapping.items()],
    "keys": lambda _, mapping: list(mapping),
    "values": lambda _, mapping: list(mapping.values()),
}
_MOMENT: Mapping[str, Callable[..., Any]] = {"minus": minus, "plus": plus, "strftime": strftime}

METHODS: Mapping[str, tuple[type[Any], Callable[..., Any]]] = {
    name: (owner, method)
    for owner, methods in ((str, _TEXT), (Mapping, _MAPPING), (Moment, _MOMENT))
    for name, method in methods.items()
}
"""All methods by name: whose they are, and what they do."""


def call_method(scope: Scope, value: Any, name: str, *arguments: Any, **named: Any) -> Any:
    """What `value.name(arguments)` gives."""
    owner, method = METHODS[name]
    if not isinstance(value, owner):
        raise Refusal(f"{kind(value)} has no method '{name}'")
    return method(scope, value, *arguments, **named)
