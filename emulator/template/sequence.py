"""`sequence('order')`: numbers that count from 1, offered where whoever renders keeps the count."""

from __future__ import annotations

from typing import Any

from emulator.template.part import value_of
from emulator.template.problem import Refusal
from emulator.template.scope import Scope

SEQUENCE = "sequence()"
"""The name under which a scope has the count: a function of the sequence's name. No variable can be called so."""
LONGEST = 200


def sequence(scope: Scope, name: Any) -> Any:
    """The number that a sequence gives in this rendering."""
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST:
        raise Refusal(f"the name of a sequence is a text of 1 to {LONGEST} characters")
    return value_of(scope, SEQUENCE)(name)
