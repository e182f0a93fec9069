"""What a plain scalar means: the JSON value that it spells, else text.

YAML 1.1 reads `on` as true, `012345670` as 2739128 and `1:30` as 90. A webhook's data are full of such texts, so
nothing but JSON's own words and numbers is taken for more than text (contract section 3).
"""

from __future__ import annotations

import math
import re
from typing import Any

MAX_DIGITS = 1_000

_WORDS = {"true": True, "false": False, "null": None, "": None}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_FIRST_OF_NUMBERS = frozenset("-+.0123456789")


def resolve(text: str) -> Any:
    """The JSON value that a plain scalar spells, or the text itself. Raises ValueError for what JSON cannot hold."""
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _FIRST_OF_NUMBERS else text


def _number(text: str) -> Any:
    match = _NUMBER.fullmatch(text)
    if match is None:
        if _NOT_FINITE.fullmatch(text):
            raise ValueError("a number that JSON cannot hold; quote it if text is meant")
        return text
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of more than {MAX_DIGITS} characters; quote it if text is meant")
    if match[1] is None and match[2] is None:
        return int(text)
    value = float(text)
    if math.isinf(value):
        raise ValueError("a number that JSON cannot hold, since it is too large; quote it if text is meant")
    return value
