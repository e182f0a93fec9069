"""What operators and literals do, each bounded before it computes.

There are no loops in an expression, so what these and the filters make in one step bounds what it can take.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from emulator.template.moment import Moment
from emulator.template.problem import Refusal
from emulator.template.scope import WORK, Scope
from emulator.template.value import MOST, WIDEST, brief, finite, kind, limited, text_of, weigh


def checked(scope: Scope, value: Any) -> Any:
    """A value that was made: refused when too large or no JSON number, and counted as work."""
    if isinstance(value, str):
        scope.spend(len(limited(value)))
    elif isinstance(value, list | tuple | dict):
        scope.spend(weigh(value))
    elif isinstance(value, float):
        finite(value)
    elif isinstance(value, int) and value.bit_length() > WIDEST:
        raise Refusal(f"a whole number grows beyond {WIDEST} bits")
    return value


def list_of(_: Scope, __: None, *items: Any) -> list[Any]:
    """A list written in an expression."""
    return [*items]


def mapping_of(_: Scope, __: None, *keys_and_values: Any) -> dict[str, Any]:
    """A mapping written in an expression."""
    keys = keys_and_values[::2]
    for key in keys:
        if not isinstance(key, str):
            raise Refusal(f"a mapping's keys are texts; found {kind(key)}")
    return dict(zip(keys, keys_and_values[1::2], strict=True))


def concat(scope: Scope, *values: Any) -> str:
    """`a ~ b ~ c`: the values as text, one after the other."""
    texts, length = [], 0
    for value in values:
        texts.append(text_of(value))
        length += len(texts[-1])
        limited(texts[-1], MOST - length + len(texts[-1]))
    scope.spend(length)
    return "".join(texts)


def compare(scope: Scope, left: Any, *rest: Any) -> bool:
    """Whether `a < b < c`, given as a, "lt", b, "lt", c."""
    for sign, right in zip(rest[::2], rest[1::2], strict=True):
        scope.spend(weigh(left, WORK) + weigh(right, WORK))
        if not _compared(sign, left, right):
            return False
        left = right
    return True


def _compared(sign: str, left: Any, right: Any) -> bool:
    try:
        return bool(_COMPARISONS[sign](left, right))
    except TypeError:
        if sign in {"in", "notin"}:
            raise Refusal(f"cannot look for {kind(left)} in {kind(right)}") from None
        raise Refusal(f"cannot say which comes first, {kind(left)} or {kind(right)}") from None


_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}


def part_of(scope: Scope, value: Any, start: Any, stop: Any, step: Any) -> Any:
    """`value[start:stop:step]`."""
    if not isinstance(value, str | list | tuple):
        raise Refusal(f"only texts and lists have slices; found {kind(value)}")
    if not all(each is None or isinstance(each, int) for each in (start, stop, step)) or step == 0:
        raise Refusal("the bounds of a slice are whole numbers, and its step is not 0")
    return checked(scope, value[start:stop:step])


def unary(sign: str, value: Any) -> Any:
    """`-value` and `+value`."""
    if not isinstance(value, int | float):
        raise Refusal(f"'{sign}' takes a number; found {kind(value)}")
    return -value if sign == "-" else +value


def binary(scope: Scope, sign: str, left: Any, right: Any) -> Any:
    """`left + right` and the other arithmetic."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _number(sign, left, right)
    if sign == "+" and _together(left, right):
        if isinstance(left, str):
            limited(left, MOST - len(right))
        return checked(scope, left + right)
    if sign == "*":
        return _repeated(scope, left, right)
    raise Refusal(_no_arithmetic(sign, left, right))


def _together(left: Any, right: Any) -> bool:
    return any(isinstance(left, each) and isinstance(right, each) for each in (str, list))


def _repeated(scope: Scope, left: Any, right: Any) -> Any:
    many, times = (right, left) if isinstance(left, int) else (left, right)
    if not isinstance(many, str | list) or not isinstance(times, int):
        raise Refusal(_no_arithmetic("*", left, right))
    if weigh(many) * max(times, 0) > MOST:
        raise Refusal(f"repeating it {brief(times)} times grows beyond 1 MiB")
    return checked(scope, many * times)


def _no_arithmetic(sign: str, left: Any, right: Any) -> str:
    message = f"'{sign}' cannot work on {kind(left)} and {kind(right)}"
    if Moment in {type(left), type(right)}:
        return message + "; move a moment with plus('3d') or minus('1h')"
    if str in {type(left), type(right)} and sign == "+":
        return message + "; join texts and other values with ~"
    return message


def _number(sign: str, left: float, right: float) -> float:
    if sign in {"/", "//", "%"} and right == 0:
        raise Refusal("division by zero")
    if sign == "**":
        _check_power(left, right)
    try:
        made = _ARITHMETIC[sign](left, right)
    except OverflowError:
        raise Refusal("a number grows beyond what JSON can hold") from None
    return _real(made)


def _real(number: Any) -> float:
    if isinstance(number, float):
        return finite(number)
    if not isinstance(number, int):
        raise Refusal("the root of a negative number is no number of JSON")
    if number.bit_length() > WIDEST:
        raise Refusal(f"a whole number grows beyond {WIDEST} bits")
    return number


def _check_power(base: float, exponent: float) -> None:
    if base == 0 and exponent < 0:
        raise Refusal("division by zero")
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * exponent > 2 * WIDEST:
        raise Refusal(f"a whole number grows beyond {WIDEST} bits")


_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
