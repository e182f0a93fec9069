"""Trees of values that came as JSON, and trees laid on each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.document import from_json, merge, parse_yaml
from emulator.errors import InvalidInput

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(deadline=None)
@given(JSON)
def test_json_comes_back(value):
    assert from_json(value).plain() == value


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (float("nan"), "number that JSON cannot hold"),
        ([float("-inf")], "number that JSON cannot hold"),
        ({"a": 10**1000}, "more than 1000 digits"),
        ("\ud800", "surrogate"),
        ({"\udfff": 1}, "surrogate"),
        ({1, 2}, "a value that JSON cannot hold: set"),
        (b"x", "a value that JSON cannot hold: bytes"),
    ],
)
def test_what_json_cannot_hold_is_refused(value, told):
    with pytest.raises(InvalidInput, match=told):
        from_json(value)


def test_100_levels_are_read_and_no_more():
    value: object = "x"
    for _ in range(100):
        value = [value]
    assert from_json(value).plain() == value
    with pytest.raises(InvalidInput, match="nested deeper than 100 levels"):
        from_json([value])


def test_mappings_are_merged_and_all_else_is_replaced():
    base = from_json({"a": {"b": 1, "c": [1, 2]}, "d": 1})
    over = from_json({"a": {"c": [3], "e": None}, "d": {"x": 1}})
    assert merge(base, over).plain() == {"a": {"b": 1, "c": [3], "e": None}, "d": {"x": 1}}
    assert base.plain() == {"a": {"b": 1, "c": [1, 2]}, "d": 1}


def test_what_is_merged_keeps_its_places():
    base = parse_yaml("a: {b: 1}\nc: 2\n")
    over = parse_yaml("\n\na: {d: 3}\n")
    joined = merge(base, over)
    assert joined.keys == {"a": (3, 1), "c": (2, 1)}
    assert joined.value["a"].keys == {"b": (1, 5), "d": (3, 5)}


def test_children_are_named_or_numbered():
    root = from_json({"a": [1, 2]})
    assert [key for key, _ in root.children()] == ["a"]
    assert [key for key, _ in root.value["a"].children()] == [0, 1]
    assert list(from_json(1).children()) == []


def test_a_node_in_a_json_value_stands_for_itself():
    inner = from_json({"a": [1]})
    tree = from_json({"outer": inner})
    assert tree.value["outer"] is inner
    assert tree.plain() == {"outer": {"a": [1]}}


def test_what_is_laid_into_a_tree_of_json_is_in_its_value():
    root = from_json({"a": {"b": [1, {"c": "x"}]}, "d": 2})
    root.value["a"].value["b"].value[1].value["c"] = from_json("y")
    assert root.plain() == {"a": {"b": [1, {"c": "y"}]}, "d": 2}
