"""YAML text into a tree.

The text is read event by event with libyaml, never by its recursive composer, so that neither deep nesting nor an
alias bomb can hurt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from emulator.document.memory import collector_paused
from emulator.document.scalar import resolve
from emulator.document.tree import MAX_DEPTH, Node, half_surrogate
from emulator.errors import InvalidInput, Problem

MAX_BYTES = 16 << 20
MAX_WEIGHT = 5_000_000
"""How many values a document may hold with aliases followed; every 64 characters of a text count as one."""
MAX_NODES = 2_500_000
"""How many values may stand in a text: what that takes of memory stays below a gigabyte."""
MAX_DIRECTIVES = 16
"""libyaml compares each directive with all before, so that a file of nothing else would take hours."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAGS = (None, "!", "tag:yaml.org,2002:str")
_COLLECTION_TAGS = (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_SECRETIVE = frozenset({"secret", "tokens", "accounts"})
"""Below which keys secrets stand, also as keys."""
_SHORT_TAG = "tag:yaml.org,2002:"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def parse_yaml(data: bytes | str, path: str | None = None) -> Node:
    """The one document of a YAML text. Raises InvalidInput for what is no YAML, or more than the limits allow."""
    text = _decoded(data, path)
    builder = _Builder(path)
    try:
        with collector_paused():
            loader = _Loader(text)
            try:
                builder.build(loader.get_event)
            finally:
                loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise _error(path, error.problem_mark or error.context_mark, _told(error)) from None
    except yaml.YAMLError as error:
        raise _reader_error(path, text, error) from None
    if builder.root is None:
        raise InvalidInput([Problem(path=path, line=1, column=1, message="the file is empty")])
    return builder.root


def _decoded(data: bytes | str, path: str | None) -> str:
    if len(data) > MAX_BYTES:
        raise InvalidInput.of(f"expected at most {MAX_BYTES >> 20} MiB, found {len(data)} bytes", path=path)
    text = data.removeprefix("\ufeff") if isinstance(data, str) else _utf8(data, path)
    if half_surrogate(text):
        raise InvalidInput.of("expected Unicode text, found half of a surrogate pair", path=path)
    if len(_DIRECTIVE.findall(text)) > MAX_DIRECTIVES:
        raise InvalidInput.of(
            f"not YAML for people: more than {MAX_DIRECTIVES} lines begin with %", path=path
        )
    return text


def _utf8(data: bytes, path: str | None) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        told = f"expected UTF-8, found byte 0x{data[error.start]:02x}"
        if data.startswith(_UTF16):
            told = "expected UTF-8, found UTF-16; save the file as UTF-8"
        raise InvalidInput([Problem(path=path, line=line, column=column, message=told)]) from None


_HINTS = {
    "mapping values are not allowed in this context": "a ': ' where no key can stand; quote the text that holds it, "
    "or check the indentation",
    "could not find expected ':'": "expected `key: value`; check the indentation, or quote a text of several lines",
    "did not find expected key": "expected `key: value`; check the indentation and the quotes",
    "did not find expected '-' indicator": "expected another item, which begins with `-`; check the indentation",
    "did not find expected ',' or '}'": "expected ',' or '}'; quote a text that holds brackets, braces or commas",
    "did not find expected ',' or ']'": "expected ',' or ']'; quote a text that holds brackets, braces or commas",
    "found character that cannot start any token": "a text that begins with this character must be quoted; "
    "tabs cannot indent",
    "found unexpected end of stream": "a quoted text never ends",
    "did not find expected node content": "expected a value",
    "did not find expected <document start>": "expected one mapping; this stands outside of it",
    "found invalid Unicode character escape code": "an escape that is no character, such as half of a pair",
    "found unknown escape character": "no such escape in a text in double quotes; write \\\\ for a backslash, "
    "or use single quotes",
}


def _told(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem or error.context or "this cannot be read")
    return f"not YAML: {_HINTS.get(problem, problem)}"


def _error(path: str | None, mark: Any, message: str) -> InvalidInput:
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
    return InvalidInput([Problem(path=path, line=line, column=column, message=message)])


def _reader_error(path: str | None, text: str, error: yaml.YAMLError) -> InvalidInput:
    """What libyaml's reader refuses: control characters. It counts bytes."""
    position = getattr(error, "position", None)
    line = column = None
    if isinstance(position, int):
        before = text.encode()[:position].decode(errors="ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    reason = getattr(error, "reason", None) or "this cannot be read"
    return InvalidInput([Problem(path=path, line=line, column=column, message=f"not YAML: {reason}")])


class _Builder:
    """Builds the tree from parser events, with a stack of its own: the collections that are open, and their keys."""

    def __init__(self, path: str | None) -> None:
        self.path = path
        self.root: Node | None = None
        self.anchors: dict[str, Node] = {}
        self.stack: list[tuple[Node, str | None]] = []
        self.parent: Node | None = None
        self.key: str | None = None
        self.nodes = 0

    def build(self, get_event: Callable[[], Any]) -> None:
        """Take every event."""
        take = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.DocumentStartEvent: self._document,
        }
        while (event := get_event()) is not None:
            method = take.get(type(event))
            if method is not None:
                method(event)

    def _problem(self, event: yaml.Event, message: str) -> InvalidInput:
        return _error(self.path, event.start_mark, message)

    def _shown(self, word: str) -> str:
        """A word of the text, unless it might be a secret."""
        keys = [*(key for _, key in self.stack), self.key]
        return word[:60] if _SECRETIVE.isdisjoint(keys) else "…"

    def _document(self, event: yaml.Event) -> None:
        if self.root is not None:
            raise self._problem(event, "expected one document; a second one begins here")

    def _scalar(self, event: Any) -> None:
        parent = self.parent
        text: str = event.value
        if not text.isascii() and half_surrogate(text):
            raise self._problem(event, "a text that JSON cannot hold: half of a surrogate pair")
        if parent is not None and self.key is None and type(parent.value) is dict:
            self._take_key(event, parent, text)
            return
        value = text
        if event.implicit[0] and event.tag is None:
            try:
                value = resolve(text)
            except ValueError as error:
                raise self._problem(event, str(error)) from None
        elif event.tag not in _TEXT_TAGS:
            raise self._problem(
                event,
                f"tags are not read, found {self._shown(event.tag).replace(_SHORT_TAG, '!!')}; quote the text",
            )
        mark = event.start_mark
        node = Node(value, mark.line + 1, mark.column + 1)
        if len(text) > 63:
            node.weight += len(text) >> 6
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        self._add(event, node)

    def _take_key(self, event: Any, parent: Node, key: str) -> None:
        if key in parent.value:
            line, column = parent.keys[key]
            told = (
                f"the key {self._shown(key)!r} is repeated; it stands in line {line}, column {column} already"
            )
            raise self._problem(event, told)
        if event.implicit[0] and key == "<<":
            told = "merge keys (<<) are not read; repeat the keys, or use an alias as a value"
            raise self._problem(event, told)
        if event.anchor is not None:
            raise self._problem(event, "an anchor cannot stand at a key")
        mark = event.start_mark
        parent.keys[key] = (mark.line + 1, mark.column + 1)  # type: ignore[index] # made in _start, and not shared yet
        self.key = key

    def _alias(self, event: Any) -> None:
        shown = self._shown(event.anchor)
        if self._awaits_key():
            raise self._problem(event, f"an alias cannot be a key, found *{shown}; quote it if text is meant")
        node = self.anchors.get(event.anchor)
        if node is None:
            raise self._problem(event, f"no anchor &{shown} stands above; quote *{shown} if text is meant")
        if node is self.parent or any(node is each for each, _ in self.stack):
            raise self._problem(event, f"the alias *{shown} lies within its own anchor")
        if self._open() + node.depth > MAX_DEPTH:
            raise self._problem(event, f"nested deeper than {MAX_DEPTH} levels")
        self._add(event, node)

    def _start(self, event: Any) -> None:
        if self._awaits_key():
            raise self._problem(event, 'expected a text as key; a template is written in quotes: "{{ … }}"')
        if event.tag not in _COLLECTION_TAGS:
            raise self._problem(
                event,
                f"tags are not read, found {self._shown(event.tag).replace(_SHORT_TAG, '!!')}; quote the text",
            )
        if self._open() >= MAX_DEPTH:
            raise self._problem(event, f"nested deeper than {MAX_DEPTH} levels")
        mark = event.start_mark
        if type(event) is yaml.MappingStartEvent:
            node = Node({}, mark.line + 1, mark.column + 1, {}, depth=1)
        else:
            node = Node([], mark.line + 1, mark.column + 1, depth=1)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        if self.parent is not None:
            self.stack.append((self.parent, self.key))
        self.parent, self.key = node, None

    def _end(self, event: Any) -> None:
        node = self.parent
        self.parent, self.key = self.stack.pop() if self.stack else (None, None)
        if node is not None:
            self._add(event, node)

    def _open(self) -> int:
        return len(self.stack) + (self.parent is not None)

    def _awaits_key(self) -> bool:
        return self.key is None and self.parent is not None and type(self.parent.value) is dict

    def _add(self, event: Any, node: Node) -> None:
        self.nodes += 1
        parent = self.parent
        if parent is None:
            self.root = node
            return
        if self.key is None:
            parent.value.append(node)
        else:
            parent.value[self.key] = node
            self.key = None
        weight = parent.weight = parent.weight + node.weight
        if node.depth >= parent.depth:
            parent.depth = node.depth + 1
        if weight > MAX_WEIGHT or self.nodes > MAX_NODES:
            raise self._problem(
                event, "too many values; this is more than any scenario of 100,000 events needs"
            )
