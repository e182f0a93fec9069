"""The bytes each encoding writes. The expected ones were written down by hand or printed by PHP 8.2, never by us."""

import math
from decimal import Decimal
from typing import Any

import pytest

from emulator.errors import EmulatorError
from emulator.provider.encoding import encode
from emulator.provider.profile import Encoding

NASTY: dict[str, Any] = {
    "url": "https://a.test/b",
    "naïve": 'Café "☕"',
    "emoji": "😀",
    "n": [1, 1.5, True, None],
    "empty": [{}, []],
}

COMPACT = (
    rb'{"url":"https://a.test/b","na\u00efve":"Caf\u00e9 \"\u2615\"","emoji":"\ud83d\ude00",'
    rb'"n":[1,1.5,true,null],"empty":[{},[]]}'
)
PYTHON = (
    rb'{"url": "https://a.test/b", "na\u00efve": "Caf\u00e9 \"\u2615\"", "emoji": "\ud83d\ude00", '
    rb'"n": [1, 1.5, true, null], "empty": [{}, []]}'
)
UTF8 = '{"url":"https://a.test/b","naïve":"Café \\"☕\\"","emoji":"😀","n":[1,1.5,true,null],"empty":[{},[]]}'.encode()
PHP = (
    rb'{"url":"https:\/\/a.test\/b","na\u00efve":"Caf\u00e9 \"\u2615\"","emoji":"\ud83d\ude00",'
    rb'"n":[1,1.5,true,null],"empty":[{},[]]}'
)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [(Encoding.COMPACT, COMPACT), (Encoding.PYTHON, PYTHON), (Encoding.UTF8, UTF8), (Encoding.PHP, PHP)],
)
def test_each_encoding_has_its_own_spelling(encoding, expected):
    assert encode(NASTY, encoding) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, b"1"),
        (100.0, b"100"),
        (-0.0, b"-0"),
        (0.1, b"0.1"),
        (0.30000000000000004, b"0.30000000000000004"),
        (1.5e-7, b"1.5e-7"),
        (1e-4, b"0.0001"),
        (1e-5, b"1.0e-5"),
        (1.25e-5, b"1.25e-5"),
        (-1.5e-10, b"-1.5e-10"),
        (1e15, b"1000000000000000"),
        (1e16, b"10000000000000000"),
        (99999999999999990.0, b"99999999999999980"),
        (-12345678901234568.0, b"-12345678901234568"),
        (1e17, b"1.0e+17"),
        (1.2345678901234567e17, b"1.2345678901234566e+17"),
        (1e25, b"1.0e+25"),
        (1e100, b"1.0e+100"),
        (5e-324, b"5.0e-324"),
        (1.7976931348623157e308, b"1.7976931348623157e+308"),
        (9223372036854775807, b"9223372036854775807"),
        (9223372036854775808, b"9.223372036854776e+18"),
        (-9223372036854775808, b"-9223372036854775808"),
        (-9223372036854775809, b"-9.223372036854776e+18"),
        (18446744073709551616, b"1.8446744073709552e+19"),
    ],
)
def test_php_writes_numbers_its_own_way(value, expected):
    assert encode(value, Encoding.PHP) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/", rb'"\/"'),
        ("\\/", rb'"\\\/"'),
        ("\x7f", b'"\x7f"'),
        ('\x7f"\x7f\x7f/', b'"\x7f\\"\x7f\x7f\\/"'),
        ("\x00\x01\x08\t\n\x0b\x0c\r\x1f", rb'"\u0000\u0001\b\t\n\u000b\f\r\u001f"'),
        ("<a href='b'>&", b"\"<a href='b'>&\""),
        ("\u2028\u2029\ufeff", rb'"\u2028\u2029\ufeff"'),
        ("\U0010ffff", rb'"\udbff\udfff"'),
        ("\\ud83d", rb'"\\ud83d"'),
    ],
)
def test_php_escapes_texts_its_own_way(text, expected):
    assert encode(text, Encoding.PHP) == expected
    assert encode({text: 1}, Encoding.PHP) == b"{" + expected + b":1}"


def test_python_escapes_del_and_leaves_the_slash():
    assert encode("/\x7f", Encoding.PYTHON) == rb'"/\u007f"'


def test_numbers_keep_the_spelling_of_python_where_python_is_named():
    assert (
        encode([1.0, 1e16, 1e-5, -0.0, 2**64], Encoding.PYTHON)
        == b"[1.0, 1e+16, 1e-05, -0.0, 18446744073709551616]"
    )


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize(
    ("value", "told"),
    [
        (math.nan, "cannot be sent as JSON"),
        (math.inf, "cannot be sent as JSON"),
        ([-math.inf], "cannot be sent as JSON"),
        ("\ud83d", "half of a surrogate pair"),
        ({"\udc00": 1}, "half of a surrogate pair"),
        ("\ud83d \ude00", "half of a surrogate pair"),
        ({1, 2}, "cannot be sent as JSON"),
        (b"bytes", "cannot be sent as JSON"),
        (Decimal(1), "cannot be sent as JSON"),
    ],
)
def test_what_json_cannot_hold_is_refused(encoding, value, told):
    with pytest.raises(EmulatorError, match=told):
        encode(value, encoding)


@pytest.mark.parametrize("encoding", Encoding)
def test_nesting_without_end_is_refused(encoding):
    value: list[Any] = []
    for _ in range(200_000):
        value = [value]
    with pytest.raises(EmulatorError, match="nest"):
        encode(value, encoding)


def test_an_integer_too_big_for_a_float_is_refused_as_php_refuses_it():
    with pytest.raises(EmulatorError, match="cannot be sent as JSON"):
        encode(10**400, Encoding.PHP)
