"""The parts of a value that are rendered: a whole value, a text, and the lists and mappings around them."""

from __future__ import annotations

from typing import Any

from emulator.template.part import Part
from emulator.template.problem import Path, Refusal, Unrenderable, quoted
from emulator.template.scope import WORK, Scope
from emulator.template.value import MOST, limited, text_of, to_json
from emulator.value import value

_CONTAINERS = frozenset({dict, list})


class Node:
    """Something to render."""

    __slots__ = ()

    def render(self, scope: Scope) -> Any:
        """The JSON value that stands here in this rendering."""
        raise NotImplementedError


@value(frozen=True, slots=True)
class Whole(Node):
    """A text that is one expression: its value keeps its type."""

    part: Part
    path: Path

    def render(self, scope: Scope) -> Any:
        try:
            value = self.part.evaluate(scope)
            if self.part.plain and type(value) in _CONTAINERS and scope.passes():
                return value
            plain, weight = to_json(value, WORK if self.part.plain else MOST)
            scope.spend(weight)
        except Refusal as refusal:
            raise _unrenderable(self.path, self.part, refusal) from None
        return plain


@value(frozen=True, slots=True)
class Text(Node):
    """A text with expressions in it."""

    parts: tuple[str | Part, ...]
    path: Path

    def render(self, scope: Scope) -> str:
        made, texts = 0, []
        for part in self.parts:
            if isinstance(part, Part):
                text = self._fill(part, scope, MOST - made)
                made += len(text)
            else:
                text = part
            texts.append(text)
        return "".join(texts)

    def _fill(self, part: Part, scope: Scope, most: int) -> str:
        try:
            text = limited(text_of(part.evaluate(scope)), most)
            scope.spend(len(text))
        except Refusal as refusal:
            raise _unrenderable(self.path, part, refusal) from None
        return text


@value(frozen=True, slots=True)
class Mapping(Node):
    """A mapping, some of whose values are rendered."""

    contents: dict[str, Any]
    filled: tuple[tuple[str, Node], ...]

    def render(self, scope: Scope) -> dict[str, Any]:
        made = self.contents.copy()
        for key, node in self.filled:
            made[key] = node.render(scope)
        return made


@value(frozen=True, slots=True)
class List(Node):
    """A list, some of whose items are rendered."""

    contents: list[Any]
    filled: tuple[tuple[int, Node], ...]

    def render(self, scope: Scope) -> list[Any]:
        made = self.contents.copy()
        for index, node in self.filled:
            made[index] = node.render(scope)
        return made


def _unrenderable(path: Path, part: Part, refusal: Refusal) -> Unrenderable:
    return Unrenderable(path, f"cannot render {quoted(part.source)}: {refusal}")
