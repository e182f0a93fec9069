"""YAML text into a tree of nodes that know where they stand.

The text is read event by event with libyaml, never by its recursive composer, so that neither deep nesting nor an
alias bomb can hurt. Plain scalars are typed as JSON would spell them; all else is text (contract section 3).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from emulator.errors import InvalidInput, Problem

MAX_BYTES = 16 << 20
MAX_DEPTH = 100
MAX_NODES = 5_000_000
MAX_DIGITS = 1_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS = {"true": True, "false": False, "null": None, "": None}
_TEXT_TAGS = ("!", "tag:yaml.org,2002:str")


@dataclass(slots=True, eq=False)
class Node:
    """A scalar with its JSON value, a list of nodes, or a mapping of nodes. Lines and columns count from 1.

    `weight` counts the nodes below with aliases followed; `keys` tells where each key of a mapping stands;
    `substituted` marks a text that came out of `${VAR}`.
    """

    value: Any
    line: int | None = None
    column: int | None = None
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    weight: int = 1
    depth: int = 1
    substituted: bool = False

    def plain(self) -> Any:
        """The JSON value."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def children(self) -> Iterator[tuple[str | int, Node]]:
        """The nodes directly below, with their keys or numbers."""
        if isinstance(self.value, dict):
            yield from self.value.items()
        elif isinstance(self.value, list):
            yield from enumerate(self.value)


def from_json(value: Any) -> Node:
    """A tree without positions, of a value that came as JSON."""
    if isinstance(value, Mapping):
        return Node({str(key): from_json(item) for key, item in value.items()})
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Node([from_json(item) for item in value])
    return Node(value)


def merge(base: Node, over: Node) -> Node:
    """`over` laid on `base`: mappings key by key, all else replaced. Positions are those of what is taken."""
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    joined = dict(base.value)
    for key, node in over.value.items():
        joined[key] = merge(joined[key], node) if key in joined else node
    return Node(joined, over.line, over.column, {**base.keys, **over.keys})


def parse_yaml(data: bytes | str, path: str | None = None) -> Node:
    """The one document of a YAML text. Raises InvalidInput for what is no YAML, or more than the limits allow."""
    text = _decoded(data, path)
    builder = _Builder(path)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = " ".join(str(part) for part in (error.context, error.problem) if part) or "this is not YAML"
        raise _error(path, mark, f"not YAML: {told}") from None
    except yaml.YAMLError as error:
        raise _reader_error(path, text, error) from None
    if builder.root is None:
        raise InvalidInput([Problem(path=path, line=1, column=1, message="the file is empty")])
    return builder.root


def _decoded(data: bytes | str, path: str | None) -> str:
    size = len(data)
    if size > MAX_BYTES:
        raise InvalidInput.of(f"the file has {size} bytes; at most {MAX_BYTES} are read", path=path)
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise InvalidInput(
            [
                Problem(
                    path=path,
                    line=line,
                    column=column,
                    message=f"expected UTF-8, found byte 0x{data[error.start]:02x}",
                )
            ]
        ) from None


def _error(path: str | None, mark: Any, message: str) -> InvalidInput:
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
    return InvalidInput([Problem(path=path, line=line, column=column, message=" ".join(message.split()))])


def _reader_error(path: str | None, text: str, error: yaml.YAMLError) -> InvalidInput:
    position = getattr(error, "position", None)
    line = column = None
    if isinstance(position, int):
        line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
    reason = getattr(error, "reason", None) or str(error)
    return InvalidInput([Problem(path=path, line=line, column=column, message=f"not YAML: {reason}")])


class _Builder:
    """Builds the tree from parser events with a stack of its own."""

    def __init__(self, path: str | None) -> None:
        self.path = path
        self.root: Node | None = None
        self.stack: list[tuple[Node, str | None]] = []
        self.anchors: dict[str, Node] = {}
        self.open: set[int] = set()

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end(event)
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise self._problem(event, "expected one document; a second one begins here")

    def _problem(self, event: yaml.Event, message: str) -> InvalidInput:
        return _error(self.path, event.start_mark, message)

    def _node(self, event: yaml.Event, value: Any) -> Node:
        mark: Any = event.start_mark
        return Node(value, mark.line + 1, mark.column + 1)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._awaits_key():
            if event.implicit[0] and event.value == "<<":
                raise self._problem(
                    event, "merge keys (<<) are not read; repeat the keys, or use an alias as a value"
                )
            self._key(event, event.value)
            return
        self._add(event, self._node(event, self._value(event)))

    def _value(self, event: yaml.ScalarEvent) -> Any:
        if event.tag is not None and event.tag not in _TEXT_TAGS:
            raise self._problem(event, f"tags are not read, found {event.tag}")
        if event.tag is not None or not event.implicit[0]:
            return self._text(event)
        try:
            return resolve(event.value)
        except ValueError as error:
            raise self._problem(event, str(error)) from None

    def _text(self, event: yaml.ScalarEvent) -> str:
        if any("\ud800" <= character <= "\udfff" for character in event.value):
            raise self._problem(event, "a text that JSON cannot hold: half of a surrogate pair")
        return event.value

    def _alias(self, event: yaml.AliasEvent) -> None:
        if self._awaits_key():
            raise self._problem(event, "an alias cannot be a key")
        node = self.anchors.get(event.anchor or "")
        if node is None:
            raise self._problem(event, f"no anchor &{event.anchor} stands above")
        if id(node) in self.open:
            raise self._problem(event, f"the alias *{event.anchor} lies within its own anchor")
        if len(self.stack) + node.depth > MAX_DEPTH:
            raise self._problem(event, f"nested deeper than {MAX_DEPTH} levels")
        self._add(event, node)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if self._awaits_key():
            raise self._problem(event, "expected a text as key")
        if event.tag is not None and event.tag not in ("!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            raise self._problem(event, f"tags are not read, found {event.tag}")
        if len(self.stack) >= MAX_DEPTH:
            raise self._problem(event, f"nested deeper than {MAX_DEPTH} levels")
        node = self._node(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        if event.anchor:
            self.anchors[event.anchor] = node
        self.stack.append((node, None))
        self.open.add(id(node))

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        node, _ = self.stack.pop()
        self.open.discard(id(node))
        self._place(event, node)

    def _awaits_key(self) -> bool:
        return bool(self.stack) and self.stack[-1][1] is None and isinstance(self.stack[-1][0].value, dict)

    def _key(self, event: yaml.ScalarEvent, key: str) -> None:
        node, _ = self.stack[-1]
        self._text(event)
        mark: Any = event.start_mark
        if key in node.value:
            line, column = node.keys[key]
            raise self._problem(
                event, f"the key '{key}' is repeated; it stands in line {line}, column {column} already"
            )
        node.keys[key] = (mark.line + 1, mark.column + 1)
        self.stack[-1] = (node, key)

    def _add(self, event: yaml.NodeEvent, node: Node) -> None:
        if event.anchor and not isinstance(event, yaml.AliasEvent):
            self.anchors[event.anchor] = node
        self._place(event, node)

    def _place(self, event: yaml.Event, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent, key = self.stack[-1]
        if isinstance(parent.value, dict):
            parent.value[key] = node
            self.stack[-1] = (parent, None)
        else:
            parent.value.append(node)
        parent.weight += node.weight
        parent.depth = max(parent.depth, node.depth + 1)
        if parent.weight > MAX_NODES:
            raise self._problem(event, f"more than {MAX_NODES} values, aliases followed")


def resolve(text: str) -> Any:
    """The JSON value that a plain scalar spells, or the text itself. Raises ValueError for what JSON cannot hold."""
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"a number that JSON cannot hold: {text}; quote it if text is meant")
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of more than {MAX_DIGITS} characters; quote it if text is meant")
    if match[1] is None and match[2] is None:
        return int(text)
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"a number that JSON cannot hold: {text}; quote it if text is meant")
    return value
