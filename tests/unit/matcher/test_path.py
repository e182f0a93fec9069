"""JSONPath: in bounded time, and the quick looks that spare parsing."""

from __future__ import annotations

import json
import time

import jsonpath_rfc9535
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.matcher import Matcher, Message, MessageMatcher
from emulator.matcher.path import compiled_path

KEYS = st.sampled_from(["a", "b", 'q"', "é", "1"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-20, 20),
    st.sampled_from([1.0, 7.5, 1e2, -0.0, 2.0**60]),
    st.sampled_from(["", "a", "ab", "x/y", 'q"', "é", "\n", "1", "true"]),
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
PATHS = [
    "$",
    "$.a",
    "$.b.a",
    "$['q\"']",
    "$['é']",
    "$[0]",
    "$[-1].a",
    "$.a[1]",
    "$.*",
    "$..a",
    "$.a[*].b",
    "$['a','b']",
    "$[?@.a].b",
]
MATCHERS = st.one_of(
    SCALARS.map(lambda value: Matcher("equals", value)),
    st.sampled_from(["", "a", "b", "/", '"', "é"]).map(lambda text: Matcher("contains", text)),
    st.just(Matcher("matches", "a|x")),
)


@given(DOCUMENTS, st.sampled_from(PATHS))
def test_a_path_finds_what_the_library_finds(document: object, path: str):
    assert list(compiled_path(path)(document)) == jsonpath_rfc9535.find(path, document).values()  # type: ignore[arg-type]


@given(DOCUMENTS, st.sampled_from(PATHS), MATCHERS, st.booleans(), st.sampled_from([None, 1]))
def test_no_quick_look_rules_out_what_fits(
    document: object, path: str, matcher: Matcher, ascii_only: bool, indent: int | None
):
    wanted = MessageMatcher(json={path: matcher})
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    if wanted.fits(Message(body=text)):
        assert not wanted.rules_out(text)


@pytest.mark.parametrize(
    "text", ['{"id": 77.0}', '{"id": 7.7e1}', '{"id": 770E-1}', '{"id":\t77 }', '{"\\u0069d": 77}']
)
def test_a_number_fits_however_it_is_spelt(text: str):
    wanted = MessageMatcher(json={"$.id": Matcher("equals", 77)})
    assert wanted.fits(Message(body=text))
    assert not wanted.rules_out(text)


def test_most_bodies_are_ruled_out_by_a_look():
    wanted = MessageMatcher(json={"$.id": Matcher("equals", 77)})
    assert wanted.rules_out('{"id": 177, "name": "77"}')
    assert MessageMatcher(json={"$.name": Matcher("equals", "a")}).rules_out('{"id": 177, "name": "ab"}')


@pytest.mark.parametrize(("path", "message"), [
    ("$..a..b..c", "expected a JSONPath with at most 2 `..`"),
    ("$[?$.a]", "expected a JSONPath with at most one `$`"),
    ("$[" + ",".join(["'a'"] * 20) + "]", "expected a JSONPath with at most 16 commas"),
    ("$." + "a" * 1_000, "expected a JSONPath of at most 1000 characters"),
])  # fmt: skip
def test_a_path_of_unforeseeable_cost_is_refused(path: str, message: str):
    with pytest.raises(ValueError, match="expected") as told:
        compiled_path(path)
    assert str(told.value) == message


RUNAWAY = "(a|aa)+$"
LETTERS = "a" * 60 + "!"


def test_regular_expressions_within_a_path_end_in_time():
    body = json.dumps([LETTERS])
    for function in ("search", "match"):
        path = f"$[?{function}(@, '(a|aa)+$')]"
        began = time.monotonic()
        with pytest.raises(TimeoutError, match=r"the regular expression .+ takes more than 0\.25 s"):
            MessageMatcher(json={path: Matcher("equals", 1)}).fits(Message(body=body))
        assert time.monotonic() - began < 5
        (miss,) = MessageMatcher(json={path: Matcher("equals", 1)}).misses(Message(body=body))
        assert "takes more than" in miss.message


def test_a_pattern_that_runs_away_is_told_by_fits_and_is_a_miss_for_misses():
    wanted = MessageMatcher(body=Matcher("matches", RUNAWAY))
    with pytest.raises(TimeoutError, match=r"takes more than 0\.25 s"):
        wanted.fits(Message(body=LETTERS))
    assert [miss.part for miss in wanted.misses(Message(body=LETTERS))] == ["body"]


@pytest.mark.parametrize(("filter_", "values"), [
    ("search(@.n, 'b')", ["abc"]), ("match(@.n, 'b')", []), ("match(@.n, 'abc')", ["abc"]),
    ("search(@.m, 'b')", []),
])  # fmt: skip
def test_the_functions_of_regular_expressions_work(filter_: str, values: list[str]):
    assert list(compiled_path(f"$[?{filter_}].n")([{"n": "abc"}, {"n": 5}])) == values


@pytest.mark.parametrize(
    "path", ["$[?search(@, '(')]", "$[?@.a && !match(@.b, '[')]", "$..a[?search(@[0], '*')].b"]
)
def test_a_pattern_in_a_path_is_checked_with_it(path: str):
    with pytest.raises(ValueError, match="expected a regular expression"):
        compiled_path(path)


DEEP = '{"a": 1, "deep": ' + "[" * 200 + "]" * 200 + "}"
DEEPER = '{"a": 1, "deep": ' + "[" * 3_000 + "]" * 3_000 + "}"
LONG_NUMBER = '{"a": 1, "n": ' + "9" * 5_000 + "}"


@pytest.mark.parametrize(("text", "path", "fits"), [
    (DEEP, "$.a", True), (DEEP, "$..a", None), (DEEPER, "$.a", None), (LONG_NUMBER, "$.a", None),
])  # fmt: skip
def test_nobody_can_tell_what_is_in_json_that_cannot_be_searched(text: str, path: str, fits: bool | None):
    assert MessageMatcher(json={path: Matcher("equals", 1)}).fits(Message(body=text)) is fits


@pytest.mark.parametrize("path", ["$.a", "$..a"])
@pytest.mark.parametrize("text", [DEEPER, LONG_NUMBER])
def test_a_miss_says_why_json_cannot_be_searched(text: str, path: str):
    (miss,) = MessageMatcher(json={path: Matcher("equals", 1)}).misses(Message(body=text))
    assert miss.message.removeprefix(f"{path}: ") in (
        "the body is nested too deeply to be searched",
        "the body has a number that is too long to be read",
    )


@pytest.mark.parametrize(("wanted", "fits"), [
    (MessageMatcher(body=Matcher("contains", "ab")), True),
    (MessageMatcher(body=Matcher("contains", "x")), None),
    (MessageMatcher(body=Matcher("matches", "x")), None),
    (MessageMatcher(body=Matcher("equals", "a")), False),
    (MessageMatcher(body=Matcher("equals", '{"ab": 1}')), None),
    (MessageMatcher(json={"$.x": Matcher("equals", 1)}), None),
    (MessageMatcher(body=Matcher("contains", "ab"), json={"$.x": Matcher("equals", 1)}), None),
    (MessageMatcher(headers={"a": Matcher("equals", "b")}, body=Matcher("contains", "x")), False),
])  # fmt: skip
def test_of_a_body_that_was_cut_only_what_is_there_is_certain(wanted: MessageMatcher, fits: bool | None):
    assert wanted.fits(Message(body='{"ab": ', truncated=True)) is fits
