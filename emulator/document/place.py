"""A place in a document: a node, its key path, and the report that gathers the problems of the whole document."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.document.tree import Node
from emulator.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from emulator.document.shape import Shape

T = TypeVar("T")
KeyPath = tuple[str | int, ...]
_WORD = re.compile(r"[^\s.\[\]:]+")
MOST_PROBLEMS = 100


class Invalid:
    """The value of what could not be read; its problems are in the report."""

    def __repr__(self) -> str:
        return "INVALID"


INVALID = Invalid()


class Report:
    """The problems of one document, in the order of its text."""

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def add(self, node: Node, key_path: KeyPath, message: str, *, at: tuple[int, int] | None = None) -> None:
        """Note a problem with a node, or with the key that stands `at` a line and column."""
        line, column = at or (node.line, node.column)
        path = self.path if line is not None else None
        self.problems.append(
            Problem(path=path, line=line, column=column, key=key_text(key_path), message=message)
        )

    def check(self) -> None:
        """Raise InvalidInput if there are problems."""
        if self.problems:
            told = sorted(
                dict.fromkeys(self.problems), key=lambda problem: (problem.line or 0, problem.column or 0)
            )
            more = len(told) - MOST_PROBLEMS
            if more > 0:
                told = [*told[:MOST_PROBLEMS], Problem(path=self.path, message=f"and {more} more problems")]
            raise InvalidInput(told)


class Place:
    """Where reading stands."""

    __slots__ = ("key_path", "node", "report")

    def __init__(self, node: Node, report: Report, key_path: KeyPath = ()) -> None:
        self.node = node
        self.report = report
        self.key_path = key_path

    def problem(self, message: str) -> Invalid:
        """Note a problem here."""
        self.report.add(self.node, self.key_path, message)
        return INVALID

    def key_problem(self, key: str, message: str) -> Invalid:
        """Note a problem with a key of this mapping."""
        self.report.add(self.node, (*self.key_path, key), message, at=self.node.keys.get(key))
        return INVALID

    def child(self, key: str | int) -> Place:
        """The place one step down."""
        return Place(self.node.value[key], self.report, (*self.key_path, key))

    def down(self, path: Iterable[str | int]) -> Place:
        """The place some steps down, as far as the document has them."""
        place = self
        for key in path:
            if not isinstance(place.node.value, dict | list):
                break
            try:
                place = place.child(key)
            except (KeyError, IndexError, TypeError):
                break
        return place


def read(node: Node, shape: Shape[T], path: str | None = None) -> T:
    """The value of a whole document. Raises InvalidInput with every problem found."""
    report = Report(path)
    value = shape.read(Place(node, report))
    report.check()
    if isinstance(value, Invalid):
        raise InvalidInput.of("this cannot be read", path=path)
    return value


def key_text(path: KeyPath) -> str:
    """`events[0].expect.outcome`; keys that are no single word are quoted."""
    told = ""
    for key in path:
        if isinstance(key, int):
            told += f"[{key}]"
        else:
            word = key if _WORD.fullmatch(key) else repr(key[:60])
            told += f".{word}" if told else word
    return told


def found(value: Any, *, secret: bool = False) -> str:
    """What stands in the document, in a few words."""
    if isinstance(value, dict):
        return "found a mapping"
    if isinstance(value, list):
        return "found a list"
    if value is None:
        return "found null"
    if isinstance(value, bool):
        return f"found {str(value).lower()}"
    if secret:
        return "found something else"
    if isinstance(value, str):
        return f"found text {shortened(value)!r}"
    return f"found number {shortened(str(value))}"


def shortened(value: str, most: int = 60) -> str:
    """The beginning of a text."""
    return value if len(value) <= most else f"{value[: most - 1]}…"


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` where a known word is near, else all of them where they are few."""
    names = sorted(known)
    near = difflib.get_close_matches(word[:60], names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known: {', '.join(names[:40])}{', …' if len(names) > 40 else ''}" if names else ""
