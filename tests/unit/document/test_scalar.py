"""Plain scalars are typed as JSON would spell them; all else is text."""

import json
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.document.scalar import resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("1.5", 1.5),
        ("1e2", 100.0),
        ("1E+2", 100.0),
    ],
)
def test_json_is_read_as_json(text, value):
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    re.findall(
        r"\S+",
        """
        on off yes no y n True TRUE Null ~ nan inf Infinity - -- . -. 1. .5 +1 1e 190e 012345670 0x1F 0o17 0b1 1_000
        1:30 2026-01-05 ٣ 1٣
        """,
    ),
)
def test_all_else_is_text(text):
    assert resolve(text) == text


@pytest.mark.parametrize("text", [".nan", ".NaN", ".inf", "-.inf", "+.INF", "1e999", "-1e999", "9" * 1001])
def test_what_json_cannot_hold_is_refused(text):
    with pytest.raises(ValueError, match="quote it if text is meant"):
        resolve(text)


@settings(deadline=None)
@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none())
def test_every_json_scalar_comes_back(value):
    back = resolve(json.dumps(value))
    assert back == value
    assert type(back) is type(value)
    assert not isinstance(value, float) or math.copysign(1, back) == math.copysign(1, value)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_text_that_json_does_not_know_stays_as_it_is(text):
    try:
        known = json.loads(text) if text == text.strip() else text
    except ValueError:
        known = text
    if isinstance(known, str | list | dict) and not text.lstrip("-+").lower().startswith((".inf", ".nan")):
        assert resolve(text) == (text or None)
