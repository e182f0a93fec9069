"""The filters: `{{ value | name(arguments) }}`. They mean what Jinja's filters of the same name mean, within bounds.

Each takes the scope it works for, to count its work, then the value. What it gives is checked by its caller.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from emulator.duration import parse_moment
from emulator.template.moment import Moment
from emulator.template.problem import Refusal
from emulator.template.scope import Scope
from emulator.template.value import ABSENT, MOST, Absent, finite, kind, text_of, to_text, weigh

LONGEST_NUMBER = 1200
"""How many characters a text may have that is read as a number."""

_MISSING = object()
_WORD = re.compile(r"[^-\s({\[<]+")
_WHOLE = re.compile(r"\s*[-+]?[0-9]+\s*", re.ASCII)
_DECIMAL = re.compile(r"\s*[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\s*", re.ASCII)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Refusal(f"expected a text, found {kind(value)}; make one with | string")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(f"expected a number, found {kind(value)}")
    return value


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise Refusal(f"expected a list, found {kind(value)}")
    return list(value)


def _moment(value: Any) -> Moment:
    return value if isinstance(value, Moment) else Moment(parse_moment(value))


def _upper(_: Scope, value: Any) -> str:
    return _text(value).upper()


def _lower(_: Scope, value: Any) -> str:
    return _text(value).lower()


def _capitalize(_: Scope, value: Any) -> str:
    return _text(value).capitalize()


def _title(_: Scope, value: Any) -> str:
    return _WORD.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), _text(value))


def _trim(_: Scope, value: Any, chars: Any = None) -> str:
    return _text(value).strip(few(chars))


def few(chars: Any) -> Any:
    """The characters to strip. Refuses more than a hundred, since each is looked for at each place of the text."""
    if isinstance(chars, str) and len(chars) > 100:
        raise Refusal("at most 100 characters to strip can be named")
    return chars


def replace(_: Scope, value: Any, old: Any, new: Any, count: Any = -1) -> str:
    """The text with `old` replaced by `new`, at most `count` times."""
    text, old, new = _text(value), _text(old), _text(new)
    times = text.count(old) if count is None or count < 0 else min(count, text.count(old))
    if len(text) + times * (len(new) - len(old)) > MOST:
        raise Refusal("the text grows beyond 1 MiB")
    return text.replace(old, new, times)


def join(_: Scope, value: Any, separator: Any = "") -> str:
    """The items as one text."""
    items, between = _items(value), text_of(separator)
    if weigh(value) + len(items) * len(between) > MOST:
        raise Refusal("the text grows beyond 1 MiB")
    return between.join(text_of(item) for item in items)


def _urlencode(_: Scope, value: Any) -> str:
    return quote(text_of(value))


def _string(_: Scope, value: Any) -> str:
    return text_of(value)


def _tojson(_: Scope, value: Any) -> str:
    return to_text(value)


def _length(_: Scope, value: Any) -> int:
    if not isinstance(value, str | list | tuple | Mapping):
        raise Refusal(f"{kind(value)} has no length")
    return len(value)


def _first(_: Scope, value: Any) -> Any:
    return _end(value, 0)


def _last(_: Scope, value: Any) -> Any:
    return _end(value, -1)


def _end(value: Any, index: int) -> Any:
    items = value if isinstance(value, str) else _items(value)
    if not items:
        raise Absent(f"{kind(value)} is empty")
    return items[index]


def _sort(scope: Scope, value: Any, reverse: Any = False) -> list[Any]:  # noqa: FBT002 - as templates write it
    items = _alike(scope, value)
    return sorted(items, reverse=bool(reverse))


def _min(scope: Scope, value: Any) -> Any:
    return min(_alike(scope, value, least=1))


def _max(scope: Scope, value: Any) -> Any:
    return max(_alike(scope, value, least=1))


def _sum(scope: Scope, value: Any, start: Any = 0) -> float:
    return sum((_number(item) for item in _alike(scope, value)), _number(start))


def _alike(scope: Scope, value: Any, least: int = 0) -> list[Any]:
    items = _items(value)
    scope.spend(weigh(items) * 8)
    if len(items) < least:
        raise Absent(f"{kind(value)} is empty")
    for types in ((int, float), (str,), (Moment,)):
        if all(isinstance(item, types) for item in items):
            return items
    raise Refusal("expected a list of numbers, of texts, or of moments, and of one kind only")


def _reverse(_: Scope, value: Any) -> Any:
    return value[::-1] if isinstance(value, str) else _items(value)[::-1]


def _int(_: Scope, value: Any, default: Any = _MISSING) -> Any:
    if isinstance(value, str) and len(value) <= LONGEST_NUMBER and _WHOLE.fullmatch(value):
        return int(value)
    number = value if isinstance(value, int) else _decimal(value)
    return _or_default(None if number is None else math.trunc(number), value, default, "whole number")


def _float(_: Scope, value: Any, default: Any = _MISSING) -> Any:
    return _or_default(_decimal(value), value, default, "number")


def _decimal(value: Any) -> float | None:
    if isinstance(value, str) and len(value) <= LONGEST_NUMBER and _DECIMAL.fullmatch(value):
        return finite(float(value))
    return float(value) if isinstance(value, int | float) else None


def _or_default(number: float | None, value: Any, default: Any, wanted: str) -> Any:
    if number is not None:
        return number
    if default is _MISSING:
        raise Refusal(f"{_told(value)} is no {wanted}")
    return default


def _told(value: Any) -> str:
    return f"the text {value[:40]!r}" if isinstance(value, str) else kind(value)


def _abs(_: Scope, value: Any) -> float:
    return abs(_number(value))


def _round(_: Scope, value: Any, precision: Any = 0, method: Any = "common") -> float:
    number = _number(value)
    if not isinstance(precision, int) or abs(precision) > 15:
        raise Refusal("the precision of round is a whole number from -15 to 15")
    if method not in {"common", "ceil", "floor"}:
        raise Refusal("round takes the method 'common', 'ceil' or 'floor'")
    if method == "common":
        return round(number, precision)
    whole = math.ceil if method == "ceil" else math.floor
    return float(whole(number * 10.0**precision) / 10.0**precision)


def default(_: Scope, value: Any, default_value: Any = "", boolean: Any = False) -> Any:  # noqa: FBT002
    """The value if there is one; with `boolean`, if it is also neither empty, zero nor false."""
    return default_value if value is ABSENT or (boolean and not value) else value


def plus(_: Scope, value: Any, duration: Any) -> Moment:
    """The moment that much later."""
    return _moment(value).plus(duration)


def minus(_: Scope, value: Any, duration: Any) -> Moment:
    """The moment that much earlier."""
    return _moment(value).minus(duration)


def strftime(_: Scope, value: Any, form: Any) -> str:
    """The moment in a form such as '%d/%m/%Y'."""
    return _moment(value).strftime(form)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "abs": _abs,
    "capitalize": _capitalize,
    "count": _length,
    "d": default,
    "default": default,
    "first": _first,
    "float": _float,
    "int": _int,
    "join": join,
    "last": _last,
    "length": _length,
    "lower": _lower,
    "max": _max,
    "min": _min,
    "minus": minus,
    "plus": plus,
    "replace": replace,
    "reverse": _reverse,
    "round": _round,
    "sort": _sort,
    "strftime": strftime,
    "string": _string,
    "sum": _sum,
    "title": _title,
    "tojson": _tojson,
    "trim": _trim,
    "upper": _upper,
    "urlencode": _urlencode,
}
"""All filters. `default` alone is given what does not exist; the others refuse it."""
