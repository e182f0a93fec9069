"""Parameters and keys that several routes take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.document import Field, Invalid, Place, Shape, choice, integer, map_of, narrowed, parsed, text
from emulator.duration import WANTED_DURATION, parse_wait
from emulator.journal.seam import PageOf
from emulator.scenario.form import LARGEST_SEED
from emulator.scenario.timing import SPELT, WAIT
from emulator.server.limits import LONGEST_LABEL, LONGEST_WAIT, MOST_LABELS

PAGING = {
    "limit": Field(integer(1, 1_000), "How many items at most; 100 where left out."),
    "after": Field(text("a cursor"), "What stands behind this cursor; the id of an item is one, too."),
    "order": Field(
        choice("asc", "desc"), "In this order (`asc`, the default), or the other way round (`desc`)."
    ),
}


def page_of(query: Mapping[str, Any]) -> PageOf:
    """The part of a list that was asked for."""
    return PageOf(
        limit=query.get("limit", 100), after=query.get("after"), descending=query.get("order") == "desc"
    )


def wait_shape() -> Shape[int]:
    """How long to wait, as microseconds; what is longer than is allowed counts as that."""
    return parsed(lambda value: min(parse_wait(value), LONGEST_WAIT), WAIT, WANTED_DURATION)


def wait(sentence: str) -> dict[str, Field]:
    """The parameter `wait`."""
    return {
        "wait": Field(
            Shape(wait_shape().read, SPELT, WANTED_DURATION),
            f"{sentence}; in real time, and more than 60 s count as 60.",
        )
    }


def labels_shape() -> Shape[Mapping[str, str]]:
    """The labels of a run."""
    plain = map_of(
        text("a text", empty=True, longest=LONGEST_LABEL), key=_key_fault, wanted="a mapping of texts"
    )

    def reader(place: Place) -> Mapping[str, str] | Invalid:
        count = len(place.node.value) if isinstance(place.node.value, dict) else 0
        if count > MOST_LABELS:
            return place.problem(f"expected at most {MOST_LABELS} labels, found {count}")
        return plain.read(place)

    keys = {"minLength": 1, "maxLength": LONGEST_LABEL}
    return narrowed(Shape(reader, plain.schema, plain.wanted), maxProperties=MOST_LABELS, propertyNames=keys)


def _key_fault(key: str) -> str | None:
    if not 0 < len(key) <= LONGEST_LABEL:
        return f"expected a key of 1 to {LONGEST_LABEL} characters"
    return None


def seed_shape() -> Shape[int]:
    """A seed."""
    return integer(0, LARGEST_SEED)


def later(shape: Shape[Any]) -> Shape[Any]:
    """Any JSON value, which a scenario's own shape reads later, together with all else of the scenario."""
    return Shape(lambda place: place.node.plain(), shape.schema, shape.wanted)


def whole() -> Shape[Any]:
    """Any JSON value, as the tree that it was read into: a scenario that holds it need not build it again."""
    return Shape(lambda place: place.node, {}, "any value")
