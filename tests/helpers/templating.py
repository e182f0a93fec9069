"""Rendering a value with names that look like a scenario's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.template import BadTemplate, Moment, Scope, Unrenderable, parse_template

NAMES: Mapping[str, Any] = {
    "now": Moment(1_767_603_600_000_000),  # 2026-01-05T09:00:00Z
    "index": 3,
    "seed": 7,
    "event": {"name": "created", "type": "user.created", "id": "evt_1"},
    "run": {"name": "demo", "labels": {"team": "blue"}},
    "company": "Harbour Lifts Ltd",
    "tin": "900000006",
    "ratio": 1.5,
    "nothing": None,
    "open": True,
    "data": {
        "id": 1,
        "tags": ["a", "b"],
        "_links": {"self": "/1"},
        "items": [{"n": 1}, {"n": 2}],
        "gone": None,
    },
}


def render(value: Any, *, place: str = "demo/created/0", names: Mapping[str, Any] = NAMES) -> Any:
    """What the value becomes."""
    return parse_template(value, names=names).render(Scope(names, place))


def wrong(value: Any, *, names: Mapping[str, Any] = NAMES) -> list[str]:
    """What is wrong with the value when it is read."""
    try:
        parse_template(value, names=names)
    except BadTemplate as error:
        return [problem.message for problem in error.problems]
    return []


def refused(value: Any, *, names: Mapping[str, Any] = NAMES) -> str:
    """What is wrong when the value is rendered; empty when nothing is."""
    try:
        render(value, names=names)
    except Unrenderable as error:
        return str(error)
    return ""
