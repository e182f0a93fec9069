"""Paths of routes: what fits, which parameters it gives, and what is no path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.scenario.path import parse_path


@pytest.mark.parametrize(
    ("pattern", "path", "parameters"),
    [
        ("/", "/", {}),
        ("/api/v1/submissions/", "/api/v1/submissions/", {}),
        ("/api/v1/submissions/", "/api/v1/submissions", None),
        ("/api", "/API", None),
        ("/a/{id}", "/a/7", {"id": "7"}),
        ("/a/{id}", "/a/", None),
        ("/a/{id}", "/a/7/", None),
        ("/a/{id}", "/a/7/b", None),
        ("/a/{id}/b/{other}", "/a/x y/b/%41", {"id": "x y", "other": "%41"}),
        ("/files/{name}.json", "/files/a.b.json", {"name": "a.b"}),
        ("/files/{name}.json", "/files/.json", None),
        ("/v{n}", "/v", None),
        ("/aXa{n}aXa", "/aXa", None),
        ("/{a}", "//", None),
    ],
)
def test_a_path_fits_or_not(pattern, path, parameters):
    assert parse_path(pattern).parameters(path) == parameters


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "begins with a slash"),
        ("api", "begins with a slash"),
        (7, "begins with a slash"),
        ("/a?b=1", "without a query"),
        ("/a%20b", "without %20"),
        ("/{a}{b}", "at most one parameter"),
        ("/{a}/{a}", "{a} stands there twice"),
        ("/{}", "a parameter's name"),
        ("/{1a}", "a parameter's name"),
        ("/{a-b}", "a parameter's name"),
        ("/{a", "has no partner"),
        ("/a}", "has no partner"),
        ("/{{a}}", "has no partner"),
        ("/" + "a" * 2_000, "at most 2000 characters"),
    ],
)
def test_what_is_no_path_is_told(text, told):
    with pytest.raises(ValueError, match=told):
        parse_path(text)


@given(st.text(st.characters(exclude_characters="/"), min_size=1))
def test_a_parameter_is_given_as_it_stands(value):
    assert parse_path("/a/{id}/z").parameters(f"/a/{value}/z") == {"id": value}
    assert parse_path("/a/x-{id}.y/z").parameters(f"/a/x-{value}.y/z") == {"id": value}
