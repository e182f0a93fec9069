"""What a JSON text must hold, letter by letter, if a value in it is to fit: most bodies need not be parsed then."""

from __future__ import annotations

import json
import re
from typing import Any

from emulator.matcher.path import last_name
from emulator.matcher.value import Matcher

Trace = re.Pattern[str]

_dumps = json.JSONEncoder(ensure_ascii=False).encode


def trace_of(path: str, matcher: Matcher) -> Trace | None:
    """What is found in every text without a backslash that fits; None where nothing is certain."""
    name = last_name(path)
    if name is None and not isinstance(matcher.wanted, str):
        return None
    before = "" if name is None else rf"{re.escape(_dumps(name))}\s*:\s*"
    trace = before + _wanted(matcher)
    return re.compile(trace) if trace and "\\\\" not in trace else None


def _wanted(matcher: Matcher) -> str:
    value: Any = matcher.wanted
    if matcher.how == "matches" or isinstance(value, float | dict | list):
        return ""
    if matcher.how == "contains":
        return f'"[^"]*{re.escape(_dumps(value)[1:-1])}'
    if isinstance(value, int) and not isinstance(value, bool):
        return rf"-?(?:{abs(value)}\b|[0-9]+[.eE])"
    return re.escape(_dumps(value))
