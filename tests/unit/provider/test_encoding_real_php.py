"""Our `php` encoding against PHP itself: one process reads JSON line by line and writes it again."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.provider.encoding import encode
from emulator.provider.profile import Encoding
from tests.receivers.tool import tool

pytestmark = pytest.mark.php

ECHO = """
while (($line = fgets(STDIN)) !== false) {
    $value = json_decode($line);
    if (json_last_error() !== JSON_ERROR_NONE) { echo 'unread: ', json_last_error_msg(), "\\n"; continue; }
    $text = json_encode($value);
    echo $text === false ? 'unwritten: ' . json_last_error_msg() : $text, "\\n";
}
"""
Ask = Callable[[str], bytes]


@pytest.fixture(scope="module")
def php() -> Iterator[Ask]:
    """json_encode(json_decode($text)) of real PHP, with the settings it has when nothing is set."""
    command = [tool("php", "php-cli"), "-n", "-r", ECHO]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin
        assert stdout

        def ask(text: str) -> bytes:
            stdin.write(text.encode() + b"\n")
            stdin.flush()
            return stdout.readline().removesuffix(b"\n")

        yield ask
        stdin.close()
        assert process.wait(10) == 0


def same(php: Ask, value: object) -> None:
    assert encode(value, Encoding.PHP) == php(json.dumps(value))


NUMBERS = [
    *(
        0,
        -1,
        2**31,
        2**53,
        2**53 + 1,
        2**63 - 1,
        2**63,
        -(2**63),
        -(2**63) - 1,
        2**64,
        10**19,
        10**30,
        10**308,
    ),
    *(0.0, -0.0, 1.0, -1.0, 1.5, 0.1, 0.2 + 0.1, 1 / 3, 100.0, 1e3, 123456789.0, 1234567890123456.7),
    *(
        sign * digits * 10.0**exponent
        for sign in (1, -1)
        for digits in (1, 1.25, 9.999999999999998)
        for exponent in range(-25, 30)
    ),
    *(
        5e-324,
        2.2250738585072014e-308,
        sys.float_info.max,
        sys.float_info.epsilon,
        4503599627370496.5,
        9007199254740993.0,
    ),
]
TEXTS = [
    "",
    "/",
    "</script>",
    "\\",
    '"',
    "'&<>",
    "Café / naïve",
    "日本語",
    "😀👩‍👩‍👧‍👦🇨🇦",
    "\u0080\u00a0\u07ff\u0800\ufffd\uffff",
    "\u2028\u2029\ufeff",
    "\U00010000\U0010ffff",
    "\\u007f\x7f\\\x7f",
    *(f"[{chr(code)}]" for code in range(0x80)),
]
VALUES = [
    {},
    [],
    [[], {}],
    {"a": {}, "b": []},
    {"0": 1, "1": 2},
    {"": {"": None}},
    {"a/b": "c/d", "é": "é", "😀": "😀", "\x7f": 1, '"': 2, "\\": 3},
    [True, False, None],
    {"event_type": "user.created", "data": {"company_name": "A/B Café", "phone": None, "rate": 1.0}},
]


def test_numbers_are_written_as_php_writes_them(php):
    for value in NUMBERS:
        same(php, value)


def test_texts_are_written_as_php_writes_them(php):
    for text in TEXTS:
        same(php, text)
        same(php, {"key": text})
        if not text.startswith("\x00"):  # a key that json_decode() refuses
            same(php, {text: 1})


def test_containers_are_written_as_php_writes_them(php):
    for value in VALUES:
        same(php, value)


def test_deep_nesting_is_written_as_php_writes_it(php):
    value: Any = {}
    for _ in range(100):
        value = {"a/b": [value]}
    same(php, value)


TEXT = st.text()
KEY = TEXT.filter(lambda key: not key.startswith("\x00"))
NUMBER = st.integers() | st.integers(-(2**65), 2**65) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEY, inner, max_size=5),
    max_leaves=20,
)


@given(value=JSON)
@settings(max_examples=400, deadline=None)
def test_whatever_json_holds_is_written_as_php_writes_it(php, value):
    same(php, value)


@given(value=st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=1_000, deadline=None)
def test_whatever_a_float_is_it_is_written_as_php_writes_it(php, value):
    same(php, value)
