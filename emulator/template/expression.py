"""Expressions that need Jinja: read once, checked once, compiled when first rendered, and kept for texts that repeat.

Nothing here imports Jinja before the first such expression is met.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.template.part import BUILT_IN, NOTHING_KNOWN, Evaluate, Members, Part, missing
from emulator.template.problem import Wrong, quoted, unknown
from emulator.template.scope import Scope
from emulator.template.sequence import SEQUENCE

if TYPE_CHECKING:
    from jinja2 import nodes

    from emulator.template.sandbox import Sandbox


def read_expression(source: str, names: Collection[str], members: Members = NOTHING_KNOWN) -> Part:
    """The part that an expression is. Raises Wrong with all that is wrong in it."""
    read = _read(source)
    strange = [name for name in read.names if name not in names]
    messages = [_strange(name, names) for name in strange if name not in BUILT_IN]
    messages += dict.fromkeys(told for chain in read.chains if (told := missing(chain, members)))
    messages += read.messages
    if messages:
        raise Wrong(*(f"{quoted(source)}: {message}" for message in messages))

    def evaluate(scope: Scope) -> Any:
        return _compiled(source)(scope)

    return Part(source, frozenset(read.names), evaluate)


def _strange(name: str, names: Collection[str]) -> str:
    if name == SEQUENCE:
        return "'sequence' counts calls, so it is offered in routes alone"
    if name == "request":
        return "'request' is offered in routes alone; what an event takes of a request stands below `emits`, as `data`"
    return unknown("name", name, [*names, *BUILT_IN])


class _Read(NamedTuple):
    """An expression that was read: its tree, its names, the keys it reads of them, and what is wrong with it."""

    tree: nodes.Expr
    names: tuple[str, ...]
    chains: tuple[tuple[str, ...], ...]
    messages: tuple[str, ...]


@cache
def _sandbox() -> Sandbox:
    from emulator.template.sandbox import Sandbox  # noqa: PLC0415 - 60 ms, and plain references need no Jinja

    return Sandbox()


@lru_cache(1024)
def _read(source: str) -> _Read:
    from jinja2 import TemplateSyntaxError, nodes  # noqa: PLC0415 - the same

    from emulator.template.check import Checker  # noqa: PLC0415 - the same

    try:
        tree = _sandbox().read(source)
    except TemplateSyntaxError as error:
        return _Read(nodes.Const(None), (), (), (_told(error.message),))
    except RecursionError:
        return _Read(nodes.Const(None), (), (), ("too many operations stand in each other",))
    checker = Checker()
    return _Read(checker.check(tree), tuple(checker.names), tuple(checker.chains), tuple(checker.messages))


# Compiled when first rendered, and bounded by itself: a file may hold more expressions than memory could.
@lru_cache(4096)
def _compiled(source: str) -> Evaluate:
    return _sandbox().build(_read(source).tree)


def _told(message: str | None) -> str:
    """What Jinja says, without its words for the template that an expression is not."""
    text = (message or "no expression").rstrip(".")
    return "it ends too early" if "end of template" in text else text
