from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.journal.lines import join_headers, join_lines, split_headers, split_lines
from tests.helpers.any_record import headers, texts


@given(st.lists(texts, max_size=5))
def test_any_texts_come_back(some: list[str]) -> None:
    assert split_lines(join_lines(some)) == some


@given(headers)
def test_any_headers_come_back(some: tuple[tuple[str, str], ...]) -> None:
    assert split_headers(join_headers(some)) == some


@pytest.mark.parametrize(
    ("some", "joined"),
    [
        ([], ""),
        ([""], "\n"),
        (["", ""], "\n\n"),
        (["Host", "[::1]"], "\nHost\n[::1]"),
        (["\n"], '["\\n"]'),
    ],
)
def test_texts_stand_as_lines(some: list[str], joined: str) -> None:
    assert join_lines(some) == joined
    assert split_lines(joined) == some
