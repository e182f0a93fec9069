"""A JSON value with templates in its texts: checked as a whole, rendered as a whole.

Reading splits the value into what is static, which all renderings share, and the texts that are filled in.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from emulator.template.expression import read_expression
from emulator.template.node import List, Mapping, Node, Text, Whole
from emulator.template.part import NOTHING_KNOWN, Members, Part, reference
from emulator.template.problem import BadTemplate, Path, TemplateProblem, Wrong
from emulator.template.scope import Scope
from emulator.template.text import Source, is_plain, split
from emulator.template.value import DEEPEST
from emulator.value import value

MOST_PROBLEMS = 100
"""How many problems are collected before reading stops."""


@value(frozen=True, slots=True)
class Template:
    """A value whose templates passed their checks; `source` is the value as it was written.

    `static` says that there is nothing to render, and `uses` which names are used otherwise.
    """

    source: Any
    uses: frozenset[str]
    static: bool
    _content: Any

    def render(self, scope: Scope) -> Any:
        """The JSON value that these names make. Do not change it: its static parts are shared by all renderings.

        Raises TemplateError, naming the expression and the cause.
        """
        return self._content if self.static else self._content.render(scope)


def parse_template(value: Any, *, names: Collection[str], members: Members = NOTHING_KNOWN) -> Template:
    """The template that a JSON value is. `names` are the names that scopes will have; `fake` and `uuid()` are built in.

    `members` are what is known of their values. Raises BadTemplate with all problems, in the order of the value.
    """
    if _is_plain(value):
        return Template(value, frozenset(), static=True, _content=value)
    reader = _Reader(names, members)
    content = reader.read(value, ())
    if reader.problems:
        raise BadTemplate(reader.problems)
    return Template(value, frozenset(reader.uses), not isinstance(content, Node), content)


def _is_plain(value: Any) -> bool:
    """Whether no text asks for anything, as in most bodies: quicker than to read them."""
    rest = [value]
    while rest:
        each = rest.pop()
        if isinstance(each, str):
            if not is_plain(each):
                return False
        elif isinstance(each, dict):
            rest.extend(each.values())
        elif isinstance(each, list):
            rest.extend(each)
    return True


class _Reader:
    """Reads one value; what it gives is a node where there is something to render, else the value itself."""

    def __init__(self, names: Collection[str], members: Members) -> None:
        self._names = names
        self._members = members
        self.problems: list[TemplateProblem] = []
        self.uses: set[str] = set()

    def read(self, value: Any, path: Path) -> Any:
        if isinstance(value, str):
            return value if is_plain(value) else self._text(value, path)
        if not isinstance(value, dict | list):
            return value
        if len(path) > DEEPEST:
            return self._wrong(path, f"expected at most {DEEPEST} lists and mappings in each other")
        if isinstance(value, dict):
            return self._mapping(value, path)
        return self._list(value, path)

    def _mapping(self, value: dict[str, Any], path: Path) -> Any:
        contents = {key: self.read(each, (*path, key)) for key, each in value.items()}
        changed = {key: each for key, each in contents.items() if each is not value[key]}
        filled = tuple((key, each) for key, each in changed.items() if isinstance(each, Node))
        if filled:
            return Mapping(contents, filled)
        return contents if changed else value

    def _list(self, value: list[Any], path: Path) -> Any:
        contents = [self.read(each, (*path, index)) for index, each in enumerate(value)]
        changed = [(index, each) for index, each in enumerate(contents) if each is not value[index]]
        filled = tuple((index, each) for index, each in changed if isinstance(each, Node))
        if filled:
            return List(contents, filled)
        return contents if changed else value

    def _text(self, text: str, path: Path) -> Any:
        try:
            pieces = split(text)
        except Wrong as error:
            return self._wrong(path, *error.messages)
        parts = [self._part(piece, path) if isinstance(piece, Source) else piece for piece in pieces]
        if all(isinstance(part, str) for part in parts):
            return "".join(part for part in parts if isinstance(part, str))
        if len(parts) == 1 and isinstance(parts[0], Part):
            return Whole(parts[0], path)
        return Text(tuple(parts), path)

    def _part(self, source: str, path: Path) -> str | Part:
        try:
            part = reference(source, self._names, self._members) or read_expression(
                source, self._names, self._members
            )
        except Wrong as error:
            return self._wrong(path, *error.messages)
        self.uses |= part.uses
        return part

    def _wrong(self, path: Path, *messages: str) -> str:
        """Notes what is wrong; the text given stands for what could not be read."""
        self.problems += [TemplateProblem(path, message) for message in messages]
        if len(self.problems) >= MOST_PROBLEMS:
            raise BadTemplate(self.problems)
        return ""
