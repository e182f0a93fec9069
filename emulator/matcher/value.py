"""One value against an exact value, a contained text, or a regular expression in bounded time."""

from __future__ import annotations

import json
from typing import Any

from emulator.document import INVALID, Field, Invalid, Place, Shape, by_kind, narrowed, record, text
from emulator.matcher.pattern import compiled, searched
from emulator.value import value


@value(frozen=True, slots=True)
class Matcher:
    """`how` is equals, contains or matches; `wanted` the JSON value, text or pattern."""

    how: str
    wanted: Any

    def __str__(self) -> str:
        """In words, for messages."""
        shown = json.dumps(self.wanted, ensure_ascii=False)
        return shown if self.how == "equals" else f"a text that {self.how} {shown}"

    def to_json(self) -> Any:
        """As the scenario spells it."""
        return self.wanted if self.how == "equals" else {self.how: self.wanted}

    def fits(self, value: Any) -> bool:
        """Whether the value fits. Only text contains or matches.

        Raises TimeoutError where a regular expression takes too long.
        """
        if self.how == "equals":
            return same_json(value, self.wanted)
        if not isinstance(value, str):
            return False
        if self.how == "contains":
            return self.wanted in value
        return searched(self.wanted, value)


def same_json(one: Any, other: Any) -> bool:
    """Equality as JSON has it: 1 and 1.0 are one number, true is no number."""
    if type(one) is type(other) and isinstance(one, str | int):
        return bool(one == other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return one == other and (numbers or type(one) is type(other))


def matcher_shape(*, any_value: bool) -> Shape[Matcher]:
    """A matcher; with `any_value`, the exact value may be any JSON value, else a text."""

    def exact(place: Place) -> Matcher | Invalid:
        value = place.node.plain()
        if not any_value and not isinstance(value, str):
            return place.problem(
                f"expected a text, {{contains: text}} or {{matches: regex}}; quote it: '{value}'"
            )
        return Matcher("equals", value)

    def mapping(place: Place) -> Matcher | Invalid:
        keys = set(place.node.value)
        return operator.read(place) if not any_value or keys in ({"contains"}, {"matches"}) else exact(place)

    operator = record(_build, _FIELDS, wanted="{contains: text} or {matches: regex}")
    wanted = "any value" if any_value else "a text"
    plain: Shape[Matcher] = Shape(exact, {} if any_value else {"type": "string"}, wanted)
    operators = narrowed(Shape(mapping, operator.schema, operator.wanted), minProperties=1, maxProperties=1)
    return by_kind(scalar=plain, mapping=operators, sequence=plain if any_value else None)


_FIELDS = {
    "contains": Field(text("a text"), "The value is a text that contains this."),
    "matches": Field(
        text("a regular expression"), "The value is a text in which this regular expression is found."
    ),
}


def _build(place: Place, values: dict[str, Any]) -> Matcher | Invalid:
    if not values and place.node.value:
        return INVALID  # an unknown key, which is told
    if len(values) != 1:
        return place.problem("expected either contains or matches")
    how, wanted = next(iter(values.items()))
    if how == "matches":
        try:
            compiled(wanted)
        except ValueError as error:
            place.child(how).problem(str(error))
            return INVALID
    return Matcher(how, wanted)
