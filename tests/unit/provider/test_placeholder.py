import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.provider.placeholder import parse_placeholders, placeholder_fault


def test_placeholders_are_filled():
    text = parse_placeholders("t={timestamp},v1={signature};{timestamp}")
    assert text.fill({"timestamp": "5", "signature": "abc", "more": "x"}) == "t=5,v1=abc;5"


def test_filling_bytes_leaves_every_byte_alone():
    assert (
        parse_placeholders("é%{id}.{body}").fill_bytes({"id": b"1", "body": b"\x00\xff%s{id}"})
        == "é%1.".encode() + b"\x00\xff%s{id}"
    )


def test_values_are_never_filled_again():
    assert parse_placeholders("{a}{b}").fill({"a": "{b}", "b": "%s"}) == "{b}%s"


def test_a_text_is_matched():
    text = parse_placeholders("t={timestamp},v1={signature}")
    assert text.match("t=5,v1=a,b") == {"timestamp": "5", "signature": "a,b"}
    assert text.match("t=,v1=a") is None
    assert text.match(" t=5,v1=a") is None


def test_a_placeholder_that_stands_twice_matches_equal_texts_only():
    text = parse_placeholders("{id}-{id}")
    assert text.match("a-a") == {"id": "a"}
    assert text.match("a-b") is None


NAMES = ("body", "id")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{bdy}", "unknown placeholder {bdy}; did you mean 'body'?"),
        ("{body}{}", "unknown placeholder {}; known: body, id"),
        ("{body}{Id }", "unknown placeholder {Id }; known: body, id"),
        ("{id}", "expected the placeholder {body}, found none"),
        ("{body", "found a '{' that is part of no placeholder such as {name}"),
        ("{body}}", "found a '}' that is part of no placeholder such as {name}"),
        ("{{body}}", "found a '{' that is part of no placeholder such as {name}"),
    ],
)
def test_what_is_wrong_is_told(text, told):
    assert placeholder_fault(text, NAMES, ("body",)) == told


def test_what_is_right_has_no_fault():
    assert placeholder_fault("{id}.{body}", NAMES, ("body",)) is None


PLAIN = st.text(st.characters(blacklist_characters="{}", blacklist_categories=["Cs"]))


@given(
    before=PLAIN,
    between=PLAIN,
    after=PLAIN,
    one=st.text(min_size=1, max_size=50),
    two=st.text(min_size=1, max_size=50),
)
def test_what_was_filled_is_matched_and_matches_fill_the_same(before, between, after, one, two):
    text = parse_placeholders(f"{before}{{a}}{between}{{b}}{after}")
    filled = text.fill({"a": one, "b": two})
    found = text.match(filled)
    assert found is not None
    assert text.fill(found) == filled
