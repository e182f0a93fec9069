"""JSON values to the exact bytes that a provider's own encoder would write.

A signature covers bytes, so the spelling of the JSON is part of being faithful: a receiver that parses the body and
writes it again before checking works with one sender and fails with another. Compared with real PHP in the tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring_ascii as _quote
from typing import Any

from emulator.errors import EmulatorError
from emulator.provider.profile import Encoding

_LITERALS = {None: "null", True: "true", False: "false"}
_SIGNED_64 = range(-(2**63), 2**63)


def encode(value: Any, encoding: Encoding) -> bytes:
    """The bytes of a JSON value as that encoding spells it.

    Raises EmulatorError for what JSON cannot hold: NaN, the infinities, half of a surrogate pair, any value that is
    no JSON, and nesting of many hundred levels.
    """
    try:
        text = _WRITERS[encoding](value)
        if "\\ud" in text:
            json.dumps(value, ensure_ascii=False).encode()
        return text.encode()
    except UnicodeEncodeError:
        raise EmulatorError("half of a surrogate pair cannot be sent as JSON") from None
    except RecursionError:
        raise EmulatorError("the value is nested too deeply to be sent as JSON") from None
    except (TypeError, ValueError, OverflowError) as error:
        raise EmulatorError(f"the value cannot be sent as JSON: {error}") from None


_compact = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_python = json.JSONEncoder(allow_nan=False).encode
_utf8 = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def _php(value: Any) -> str:
    """What json_encode() of PHP 8 writes by default for the value that json_decode() reads from this JSON.

    Where PHP and Python differ in slashes alone, Python's encoder in C does the work.
    """
    if _is_written_alike(value):
        text = _compact(value)
        if "\\u007f" not in text:
            return text.replace("/", "\\/")
    return _php_value(value)


def _is_written_alike(value: Any) -> bool:
    kind = type(value)
    if kind is dict:
        return all(map(_is_written_alike, value.values()))
    if kind is list:
        return all(map(_is_written_alike, value))
    return kind is str or value is None or kind is bool or (kind is int and value in _SIGNED_64)


def _php_value(value: Any) -> str:
    if isinstance(value, str):
        return _php_text(value)
    if value is None or value is True or value is False:
        return _LITERALS[value]
    if isinstance(value, int):
        return str(value) if value in _SIGNED_64 else _php_float(float(value))
    if isinstance(value, float):
        return _php_float(value)
    if isinstance(value, dict):
        return "{" + ",".join([f"{_php_text(key)}:{_php_value(item)}" for key, item in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([_php_value(item) for item in value]) + "]"
    raise TypeError(f"{type(value).__name__} is no JSON")


def _php_text(text: str) -> str:
    """PHP escapes the slash, and leaves DEL as it is, which Python escapes."""
    if "\x7f" in text:
        inner = "\x7f".join([_php_text(part)[1:-1] for part in text.split("\x7f")])
        return f'"{inner}"'
    return _quote(text).replace("/", "\\/")


def _php_float(number: float) -> str:
    """The shortest digits that read back the same (serialize_precision -1), without a fraction of zero.

    Fixed from 0.0001 to below 1e17, where Python stops at 1e16; else an exponent without leading zeros: `1.0e-5`.
    """
    if number - number:
        raise ValueError("NaN and the infinities are no JSON")
    text = repr(number)
    if "e" not in text:
        return text.removesuffix(".0")
    mantissa, exponent = text.split("e")
    if int(exponent) == 16:
        sign = "-" if number < 0 else ""
        return sign + mantissa.lstrip("-").replace(".", "").ljust(17, "0")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}e{int(exponent):+d}"


_WRITERS: Mapping[Encoding, Callable[[Any], str]] = {
    Encoding.COMPACT: _compact,
    Encoding.PYTHON: _python,
    Encoding.PHP: _php,
    Encoding.UTF8: _utf8,
}
