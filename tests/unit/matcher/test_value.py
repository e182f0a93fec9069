"""Matchers of single values, and of answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.document import from_json, parse_yaml, read
from emulator.errors import InvalidInput
from emulator.matcher import Matcher, Message, MessageMatcher, matcher_shape, message_shape

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-100, 100)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=10,
)


@given(json_values)
def test_a_value_equals_itself(value: object) -> None:
    assert Matcher("equals", value).fits(value)


@pytest.mark.parametrize(("one", "other", "equal"), [
    (1, 1.0, True), (True, 1, False), (0, False, False), ("1", 1, False), (None, 0, False), ([1], [1.0], True),
    ({"a": 1}, {"a": True}, False), ([], {}, False), ({"a": [1, 2]}, {"a": [2, 1]}, False), (None, None, True),
])  # fmt: skip
def test_equality_is_that_of_json(one: object, other: object, *, equal: bool) -> None:
    assert Matcher("equals", one).fits(other) is equal


def test_only_text_contains_or_matches() -> None:
    assert Matcher("contains", "b").fits("abc")
    assert not Matcher("contains", "1").fits(123)
    assert Matcher("matches", "^a.c$").fits("abc")
    assert not Matcher("matches", "b").fits(["b"])


@pytest.mark.parametrize(("written", "message"), [
    ("{contains: 5}", "contains: expected a text, found 5; quote it: '5'"),
    ("{matches: '('}", "matches: expected a regular expression: missing ) at position 1"),
    ("{contians: x}", "contians: unknown key 'contians'; did you mean 'contains'?"),
    ("{contains: a, matches: b}", "expected either contains or matches"),
    ("5", "expected a text, {contains: text} or {matches: regex}; quote it: '5'"),
    ("[a]", "expected a text, or {contains: text} or {matches: regex}, found a list"),
])  # fmt: skip
def test_wrong_matchers_are_told(written: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(parse_yaml(written), matcher_shape(any_value=False))
    assert str(caught.value).endswith(message)


def test_a_json_matcher_takes_any_value() -> None:
    for value in (5, None, [1], {"a": 1}, {"contains": 1, "other": 2}):
        assert read(from_json(value), matcher_shape(any_value=True)) == Matcher("equals", value)
    assert read(from_json({"contains": "x"}), matcher_shape(any_value=True)) == Matcher("contains", "x")


def answer(body: bytes, *headers: tuple[str, str], truncated: bool = False) -> Message:
    return Message(headers=headers, body=body, truncated=truncated)


def misses(matcher: MessageMatcher, response: Message) -> list[str]:
    return [miss.message for miss in matcher.misses(response)]


def test_one_of_several_equal_headers_is_enough_and_case_does_not_count() -> None:
    matcher = MessageMatcher(headers={"SET-cookie": Matcher("contains", "b=")})
    assert misses(matcher, answer(b"", ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))) == []
    assert misses(matcher, answer(b"")) == [
        'header SET-cookie: expected a text that contains "b=", found nothing'
    ]


def test_a_body_is_matched_as_text() -> None:
    assert misses(MessageMatcher(body=Matcher("equals", "ok")), answer(b"ok")) == []
    assert (
        misses(MessageMatcher(body=Matcher("contains", "\N{REPLACEMENT CHARACTER}")), answer(b"\xff")) == []
    )


def test_json_is_looked_at_by_path() -> None:
    matcher = MessageMatcher(json={"$.items[*].id": Matcher("equals", 2), "$.note": Matcher("equals", None)})
    assert misses(matcher, answer(b'{"items": [{"id": 1}, {"id": 2}], "note": null}')) == []
    assert misses(matcher, answer(b'{"items": [], "note": null}')) == [
        "$.items[*].id: expected 2, found nothing"
    ]


@pytest.mark.parametrize(("body", "truncated", "message"), [
    (b"<html>", False, "the body is not JSON"),
    (b'{"a": ', True, "the body was cut"),
    (b"[" * 100_000, False, "the body is nested too deeply to be searched"),
        (b"9" * 5_000, False, "the body has a number that is too long to be read"),
    (b'{"a": NaN}', False, "the body is not JSON"),
    ('{"a": 1}'.encode("utf-16"), False, "the body is not JSON"),
])  # fmt: skip
def test_a_body_that_is_no_json_is_a_miss(body: bytes, message: str, *, truncated: bool) -> None:
    matcher = MessageMatcher(json={"$": Matcher("equals", 1)})
    assert misses(matcher, answer(body, truncated=truncated)) == [message]


def test_a_wrong_path_is_told_where_it_stands() -> None:
    with pytest.raises(InvalidInput, match=r"^f:2:3: json\.'\$\.x\[': expected a JSONPath such as \$\.ok: "):
        read(parse_yaml("json:\n  $.x[: 1\n", "f"), message_shape(), "f")
