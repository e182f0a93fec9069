"""The tests: `{{ a if value is name else b }}`. They mean what Jinja's tests of the same name mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.template.problem import Refusal
from emulator.template.scope import Scope
from emulator.template.value import ABSENT, kind


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(f"expected a whole number, found {kind(value)}")
    return value


def _divisible(_: Scope, value: Any, by: Any) -> bool:
    if _whole(by) == 0:
        raise Refusal("division by zero")
    return _whole(value) % _whole(by) == 0


TESTS: Mapping[str, Callable[..., bool]] = {
    "boolean": lambda _, value: isinstance(value, bool),
    "defined": lambda _, value: value is not ABSENT,
    "divisibleby": _divisible,
    "even": lambda _, value: _whole(value) % 2 == 0,
    "false": lambda _, value: value is False,
    "float": lambda _, value: isinstance(value, float),
    "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
    "mapping": lambda _, value: isinstance(value, Mapping),
    "none": lambda _, value: value is None,
    "number": lambda _, value: isinstance(value, int | float),
    "odd": lambda _, value: _whole(value) % 2 == 1,
    "sequence": lambda _, value: isinstance(value, list | tuple),
    "string": lambda _, value: isinstance(value, str),
    "true": lambda _, value: value is True,
    "undefined": lambda _, value: value is ABSENT,
}
"""All tests. `defined` and `undefined` alone are given what does not exist; the others refuse it."""
