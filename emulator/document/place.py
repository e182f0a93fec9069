"""A place in a document: a node, its key path, and the report that gathers the problems of the whole document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.document.tree import Node
from emulator.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from emulator.document.shape import Shape

T = TypeVar("T")
KeyPath = tuple[str | int, ...]
_WORD = re.compile(r"[^\s.\[\]:]+")
MOST_PROBLEMS = 100
"""How many problems are told of one document."""
MOST_GATHERED = 1_000
"""After how many problems nobody looks for more."""
SHORTEST_HIDDEN = 4
"""Shorter secrets are parts of too many words."""
ALIKE = 0.75
"""How like a known word must be to be meant: `expct` is `expect`, but `start` is not `target`."""
MOST_COMPARED = 200
"""Among how many known words the nearest is looked for; among more, the one that differs by case alone."""
MOST_SEARCHED = 2_000


class Invalid:
    """The value of what could not be read; its problems are in the report."""

    def __repr__(self) -> str:
        return "INVALID"


INVALID = Invalid()


class Report:
    """The problems of one document. Told are the first of them, in the order of the text."""

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._values: list[Any] = []
        self._spoilt: set[int] = set()
        self._hidden: set[str] = set()

    @property
    def full(self) -> bool:
        """Whether there are so many problems that to look for more would only take time."""
        return len(self.problems) >= MOST_GATHERED

    def add(self, node: Node, key_path: KeyPath, message: str, *, at: tuple[int, int] | None = None) -> None:
        """Note a problem with a node, or with the key that stands `at` a line and column."""
        if id(node) in self._spoilt:
            return
        line, column = at or (node.line, node.column)
        path = self.path if line is not None else None
        key = key_text(key_path)
        self.problems.append(Problem(path=path, line=line, column=column, key=key, message=one_line(message)))
        self._values.append(node.value)

    def adopt(self, problems: Iterable[Problem]) -> None:
        """Note problems of another document that this one names."""
        for problem in problems:
            self.problems.append(problem)
            self._values.append(None)

    def spoil(self, node: Node) -> None:
        """Note no more problems with a node: its value is not what it should have been, which is told already."""
        self._spoilt.add(id(node))

    def hide(self, secret: str) -> None:
        """Keep a secret out of the messages about texts that hold it, wherever it may stand by mistake."""
        if len(secret) >= SHORTEST_HIDDEN:
            self._hidden.add(secret)

    def check(self) -> None:
        """Raise InvalidInput if there are problems."""
        if not self.problems:
            return
        masked = map(self._masked, self.problems, self._values)
        told = sorted(dict.fromkeys(masked), key=self._order)
        more = len(told) - MOST_PROBLEMS
        if more > 0:
            count = f"more than {more}" if self.full else str(more)
            told = [*told[:MOST_PROBLEMS], Problem(path=self.path, message=f"and {count} more problems")]
        raise InvalidInput(told)

    def _order(self, problem: Problem) -> tuple[bool, str, int, int]:
        """Those of other files, which this one names, come last."""
        elsewhere = problem.path not in (None, self.path)
        return elsewhere, problem.path or "" if elsewhere else "", problem.line or 0, problem.column or 0

    def _masked(self, problem: Problem, value: Any) -> Problem:
        for secret in self._hidden:
            if isinstance(value, str) and secret in value:
                problem = replace(problem, message=problem.message.replace(secret, "…"))
        return problem


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
            word = shortened(key)
            word = word if _WORD.fullmatch(word) and word.isprintable() else repr(word)
            told += f".{word}" if told else word
    return told


def one_line(text: str) -> str:
    """The text with line breaks and control characters written as escapes."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


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
    names = sorted(islice(known, MOST_SEARCHED))
    near = most_like(shortened(word), names)
    if near is not None:
        return f"; did you mean '{near}'?"
    return f"; known: {', '.join(map(shortened, names))}" if 0 < len(names) <= 40 else ""


def most_like(word: str, names: Sequence[str]) -> str | None:
    """The known word that is probably meant, if any."""
    same = next((name for name in names if name.casefold() == word.casefold()), None)
    if same is not None or len(names) > MOST_COMPARED:
        return same
    from difflib import SequenceMatcher  # noqa: PLC0415 - only mistakes need it

    near, most = None, ALIKE
    for name in names:
        ratio = SequenceMatcher(None, *_without_common_parts(word, name)).ratio()
        if ratio >= most:
            near, most = name, ratio
    return near


def _without_common_parts(word: str, name: str) -> tuple[str, str]:
    """`entuitive/nope` is no more like `entuitive/forged` than `nope` is like `forged`."""
    begin = 0
    for at, (ours, theirs) in enumerate(zip(word, name, strict=False), 1):
        if ours != theirs:
            break
        begin = at if ours in "/." else begin
    return word[begin:], name[begin:]
