"""The expressions in a text, and the plain ones among them, which need no Jinja.

A plain reference such as `{{ company }}`, `{{ event.type }}` or `{{ fake.email() }}` means here exactly what it means
in `emulator.template.expression`, but costs neither Jinja's import nor its compiler.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field
from typing import Any

from emulator.template.catalog import METHODS
from emulator.template.identity import uuid
from emulator.template.problem import Refusal, Wrong, quoted, unknown
from emulator.template.sample import sample
from emulator.template.scope import Scope
from emulator.template.value import attribute
from emulator.value import value

Evaluate = Callable[[Scope], Any]

Members = Mapping[str, "Members | None"]
"""What can be read of a name, key by key, as far as it is known beforehand; None: anything."""
NOTHING_KNOWN: Members = {}

BUILT_IN = {"fake": "fake.name() or another of its methods", "uuid": "uuid()"}
"""The names that every template has, and how they are written; no other name may be called."""
_KEYWORDS = "and else if in is not or true false none True False None"
RESERVED = frozenset([*BUILT_IN, *_KEYWORDS.split()])
"""The words that cannot be names of data."""
_NAME = r"[A-Za-z][A-Za-z0-9_]*"
_REFERENCE = re.compile(rf"({_NAME})((?:\.{_NAME})*)", re.ASCII)
_CALL = re.compile(rf"(?:uuid|fake\.({_NAME}))\(\)", re.ASCII)


@value(frozen=True, slots=True)
class Part:
    """An expression that passed its checks: `evaluate` gives its value or raises Refusal, `uses` are its names.

    `plain` says that it only reads: what it gives was not made here, and may be as large as the caller's names are.
    Parts of the same source are equal.
    """

    source: str
    uses: frozenset[str]
    evaluate: Evaluate = field(compare=False)
    plain: bool = False


def is_name(text: str) -> bool:
    """Whether expressions can read data that has this name."""
    return re.fullmatch(_NAME, text, re.ASCII) is not None and text not in RESERVED


def missing(chain: Iterable[str], members: Members) -> str | None:
    """What is wrong with reading these keys, one of the other; None where nothing is known to be."""
    read: list[str] = []
    known: Members | None = members
    for key in chain:
        if known is None:
            return None
        if key not in known:
            return unknown(f"key of {'.'.join(read)}", key, known) if read else None
        read.append(key)
        known = known[key]
    return None


def reference(source: str, names: Collection[str], members: Members = NOTHING_KNOWN) -> Part | None:
    """The part for a plain reference; None when the expression is more than that, or wrong.

    Raises Wrong for one that reads what no member has.
    """
    if called := _CALL.fullmatch(source):
        return _call(source, called[1])
    found = _REFERENCE.fullmatch(source)
    if found is None or found[1] not in names or found[1] in RESERVED:
        return None
    steps = tuple(found[2].split(".")[1:])
    if told := missing((found[1], *steps), members):
        raise Wrong(f"{quoted(source)}: {told}")
    return Part(source, frozenset({found[1]}), _reader(found[1], steps), plain=True)


def _call(source: str, method: str | None) -> Part | None:
    if method is None:
        return Part(source, frozenset({"uuid"}), uuid)
    if method not in METHODS:
        return None
    return Part(source, frozenset({"fake"}), lambda scope: sample(scope, method))


def _reader(name: str, steps: tuple[str, ...]) -> Evaluate:
    def read(scope: Scope) -> Any:
        value = value_of(scope, name)
        for step in steps:
            value = attribute(value, step)
        return value

    return read


def value_of(scope: Scope, name: str) -> Any:
    """The value of a name in this rendering."""
    try:
        return scope.names[name]
    except KeyError:
        raise Refusal(f"'{name}' has no value here") from None
