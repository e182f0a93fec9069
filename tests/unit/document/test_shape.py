"""Shapes: what each reads, what it says of the rest, and the JSON Schema it gives."""

import pytest
from jsonschema import Draft7Validator

from emulator.document import (
    Field,
    anything,
    boolean,
    by_kind,
    choice,
    from_json,
    integer,
    list_of,
    map_of,
    nullable,
    number,
    one_or_many,
    parsed,
    read,
    record,
    text,
)
from emulator.document.tree import Node
from emulator.errors import InvalidInput


def told(shape, value):
    with pytest.raises(InvalidInput) as error:
        read(value if isinstance(value, Node) else from_json(value), shape)
    return [str(problem) for problem in error.value.problems]


def pair(_, values):
    return values


def three(value):
    if value != 3:
        raise ValueError("expected three")
    return 3


POINT = record(
    pair,
    {"x": Field(integer(0, 9), "Across.", required=True), "y": Field(integer(0, 9), "Up.")},
    wanted="a point",
    ignored=("note",),
    refused={"z": "points are flat"},
)


@pytest.mark.parametrize(
    ("shape", "value", "result"),
    [
        (text(), "a", "a"),
        (text(empty=True), "", ""),
        (boolean(), True, True),
        (integer(-1, 3), -1, -1),
        (number(), 1.5, 1.5),
        (number(), 2, 2),
        (choice("a", "b"), "b", "b"),
        (parsed(three, {}, "three"), 3, 3),
        (anything(), {"a": [None]}, {"a": [None]}),
        (nullable(text()), None, None),
        (nullable(text()), "a", "a"),
        (list_of(text()), ["a"], ("a",)),
        (one_or_many(text()), "a", ("a",)),
        (one_or_many(text()), ["a", "b"], ("a", "b")),
        (map_of(text()), {"a": "b"}, {"a": "b"}),
        (by_kind(scalar=text(), mapping=POINT), "a", "a"),
        (by_kind(scalar=text(), mapping=POINT), {"x": 1}, {"x": 1}),
        (POINT, {"y": 2, "x": 1, "note": []}, {"x": 1, "y": 2}),
    ],
)
def test_what_is_read_is_valid(shape, value, result):
    assert read(from_json(value), shape) == result
    assert Draft7Validator(shape.schema).is_valid(value)


@pytest.mark.parametrize(
    ("shape", "value", "problem"),
    [
        (text("a name"), 5, "expected a name, found 5; quote it: '5'"),
        (text("a name"), True, "expected a name, found true; quote it: 'true'"),
        (text("a name"), "", "expected a name, found empty text"),
        (text("a name"), None, "expected a name, found null"),
        (text(longest=3), "abcd", "expected at most 3 characters, found 4"),
        (text(secret=True), 5, "expected a text, found something else"),
        (boolean(), "true", "expected true or false, found text 'true'"),
        (integer(1, 3), 4, "expected a whole number from 1 to 3, found number 4"),
        (integer(1, 3), True, "expected a whole number from 1 to 3, found true"),
        (integer(1, 3), 1.0, "expected a whole number from 1 to 3, found number 1.0"),
        (integer(1, 3), "2", "expected a whole number from 1 to 3, found text '2'; write it without quotes"),
        (number(), "2", "expected a number, found text '2'"),
        (choice("open", "shut"), "opne", "expected open or shut, found text 'opne'; did you mean 'open'?"),
        (choice("open"), 1, "expected open, found number 1"),
        (parsed(three, {}, "three"), 4, "expected three, found number 4"),
        (parsed(three, {}, "three"), [], "expected three, found a list"),
        (parsed(three, {}, "three"), None, "expected three, found null"),
        (list_of(text()), "a", "expected a list, found text 'a'"),
        (list_of(text(), least=1), [], "expected at least 1 item, found none"),
        (list_of(text(), most=1), ["a", "b"], "expected at most 1 item, found 2"),
        (list_of(text()), [""], "[0]: expected a text, found empty text"),
        (one_or_many(text()), [], "expected at least 1 item, found none"),
        (map_of(text()), [], "expected a mapping, found a list"),
        (map_of(text(), key=lambda name: f"bad {name}"), {"a": "b"}, "a: bad a"),
        (by_kind(scalar=text("a word")), {}, "expected a word, found a mapping"),
        (POINT, [], "expected a point, found a list"),
        (POINT, {"y": 1}, "the key 'x' is missing: a whole number from 0 to 9"),
        (POINT, {"x": 1, "Y": 1}, "Y: unknown key 'Y'; did you mean 'y'?"),
        (POINT, {"x": 1, "z": 1}, "z: points are flat"),
    ],
)
def test_what_is_wrong_is_told(shape, value, problem):
    assert told(shape, value) == [problem]


def test_every_problem_of_a_record_is_told():
    assert len(told(POINT, {"y": 10, "z": 1, "other": 2})) == 4


def test_a_text_that_was_filled_in_may_spell_a_number_or_a_word():
    assert read(Node("1", substituted=True), integer(0, 3)) == 1
    assert read(Node("true", substituted=True), boolean()) is True
    assert read(Node("false", substituted=True), boolean()) is False
    problem = "expected a whole number from 0 to 3, found text 'x'"
    assert told(integer(0, 3), Node("x", substituted=True)) == [problem]


def test_a_partial_record_needs_no_key():
    shape = record(pair, {"x": Field(integer(0, 9), required=True)}, wanted="part of a point", partial=True)
    assert read(from_json({}), shape) == {}
    assert shape.schema["required"] == []


def test_a_lenient_record_is_built_of_what_could_be_read():
    built = []
    fields = {"x": Field(integer(0, 9), required=True), "y": Field(integer(0, 9))}
    shape = record(lambda _, values: built.append(values), fields, wanted="a point", lenient=True)
    assert len(told(shape, {"x": "a", "y": 1, "z": 2})) == 2
    assert built == [{"y": 1}]


def test_a_full_report_ends_the_search():
    assert len(told(list_of(text()), [None] * 5_000)) == 101
    assert len(told(map_of(text()), {str(each): None for each in range(5_000)})) == 101
    assert len(told(POINT, {str(each): None for each in range(5_000)})) == 101


def test_a_schema_describes_the_keys():
    assert POINT.schema == {
        "type": "object",
        "properties": {
            "x": {**integer(0, 9).schema, "description": "Across."},
            "y": {**integer(0, 9).schema, "description": "Up."},
            "note": {},
        },
        "required": ["x"],
        "additionalProperties": False,
    }
