"""A document as a tree of nodes that know where they stand, whether it came as YAML or as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, NoneType
from typing import Any

from emulator.document.scalar import MAX_DIGITS
from emulator.errors import InvalidInput

MAX_DEPTH = 100
"""How many lists and mappings may stand in each other."""

_TOO_LARGE = 10**MAX_DIGITS
_NO_KEYS: Mapping[str, tuple[int, int]] = MappingProxyType({})


@dataclass(slots=True, eq=False, init=False)
class Node:
    """A scalar with its JSON value, a list of nodes, or a mapping of nodes. Lines and columns count from 1.

    `keys` tells where each key of a mapping stands. `weight` counts the nodes of a text from here down and `depth` the
    lists and mappings in each other, both with aliases followed. `substituted` marks a text that came out of `${VAR}`
    or from a flag, so that it may spell a number or a word.
    """

    value: Any
    line: int | None
    column: int | None
    keys: Mapping[str, tuple[int, int]]
    weight: int
    depth: int
    substituted: bool

    def __init__(
        self,
        value: Any,
        line: int | None = None,
        column: int | None = None,
        keys: Mapping[str, tuple[int, int]] = _NO_KEYS,
        weight: int = 1,
        depth: int = 0,
        substituted: bool = False,  # noqa: FBT001, FBT002 - a field as the others are
    ) -> None:
        # Written out, since a file of 100,000 events makes two million nodes, and most of them have no keys.
        self.value = value
        self.line = line
        self.column = column
        self.keys = keys
        self.weight = weight
        self.depth = depth
        self.substituted = substituted

    def plain(self) -> Any:
        """The JSON value."""
        value = self.value
        if isinstance(value, dict):
            return {key: node.plain() for key, node in value.items()}
        if isinstance(value, list):
            return [node.plain() for node in value]
        return value

    def children(self) -> Iterator[tuple[str | int, Node]]:
        """The nodes directly below, with their keys or numbers."""
        if isinstance(self.value, dict):
            yield from self.value.items()
        elif isinstance(self.value, list):
            yield from enumerate(self.value)


class _Unfolded(Node):
    """A value that came as JSON and can be held: the nodes below it are made when somebody looks at them."""

    __slots__ = ("_json",)

    def __init__(self, json: Any) -> None:
        self._json = json
        self.line = self.column = None
        self.keys = _NO_KEYS
        self.weight, self.depth, self.substituted = 1, 0, False

    def __getattr__(self, name: str) -> Any:
        """Called for `value` while that is not set."""
        if name != "value":
            raise AttributeError(name)
        json, self._json = self._json, None
        if isinstance(json, dict):
            self.value = {key: _unfolded(each) for key, each in json.items()}
        else:
            self.value = [_unfolded(each) for each in json]
        return self.value

    def plain(self) -> Any:
        return super().plain() if self._json is None else self._json


def _unfolded(json: Any) -> Node:
    return _Unfolded(json) if isinstance(json, dict | list) else Node(json)


def from_json(value: Any) -> Node:
    """A tree without positions, of a value that came as JSON; a node in it stands for itself.

    Raises InvalidInput for what JSON cannot hold, and for deeper nesting than is read.
    """
    if type(value) in _SCALARS:
        return Node(_scalar(value))
    return _unfolded(value) if _is_held(value) else _node(value, 0)


_SCALARS = frozenset({str, int, float, bool, NoneType})
"""Told apart by type, since to ask whether a value is a mapping takes longer than all else."""


def _is_held(value: Any) -> bool:
    """Whether a value is just what a reader of JSON gives, and nothing in it is refused: one look at each part."""
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for each in level:
            kind = type(each)
            if kind is dict:
                if not all(type(key) is str and not half_surrogate(key) for key in each):
                    return False
                below += each.values()
            elif kind is list:
                below += each
            elif not (kind is str and each.isascii()) and not _is_scalar(each):
                return False
        if not below:
            return True
        level = below
    return False  # so deep that it is to be looked at again


def _is_scalar(value: Any) -> bool:
    try:
        _scalar(value)
    except InvalidInput:
        return False
    return type(value) in _SCALARS


def _node(value: Any, depth: int) -> Node:
    """As `from_json`, for what may hold nodes, other kinds of mappings and lists, or what is refused."""
    if type(value) in _SCALARS:
        return Node(_scalar(value))
    if isinstance(value, Node):
        return value
    if not isinstance(value, Mapping | Sequence) or isinstance(value, str | bytes):
        return Node(_scalar(value))
    if depth >= MAX_DEPTH:
        raise InvalidInput.of(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        return Node({_text(str(key)): _node(item, depth + 1) for key, item in value.items()})
    return Node([_node(item, depth + 1) for item in value])


def _scalar(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput.of("a number that JSON cannot hold")
    if isinstance(value, int) and abs(value) >= _TOO_LARGE:
        raise InvalidInput.of(f"a number of more than {MAX_DIGITS} digits")
    if value is None or isinstance(value, bool | int | float):
        return value
    raise InvalidInput.of(f"a value that JSON cannot hold: {type(value).__name__}")


def _text(value: str) -> str:
    if half_surrogate(value):
        raise InvalidInput.of("a text that JSON cannot hold: half of a surrogate pair")
    return value


def half_surrogate(value: str) -> bool:
    """Whether the text is none that can be sent: it holds half of a surrogate pair."""
    if value.isascii():
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


def merge(base: Node, over: Node) -> Node:
    """`over` laid on `base`: mappings key by key, all else replaced. Positions are those of what is taken."""
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    joined = dict(base.value)
    for key, node in over.value.items():
        joined[key] = merge(joined[key], node) if key in joined else node
    return Node(joined, over.line, over.column, {**base.keys, **over.keys})
