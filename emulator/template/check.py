"""What an expression may hold: Jinja's tree is checked against a list of what is allowed, and made ready to compile.

Whatever reads, calls or makes something becomes a call of one of our own functions (a filter with a name that no
template can write), so that the compiled code never touches an object in any other way. What the list does not name
is refused, so a newer Jinja cannot bring in more.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import chain
from typing import Any

from jinja2 import nodes

from emulator.template.catalog import METHODS as SAMPLES
from emulator.template.condition import TESTS
from emulator.template.filter import FILTERS
from emulator.template.method import METHODS
from emulator.template.part import BUILT_IN
from emulator.template.problem import shown, unknown
from emulator.template.sequence import SEQUENCE
from emulator.template.value import WIDEST

_SURROGATE = re.compile("[\\ud800-\\udfff]")

DEEPEST = 50
"""How many operations may stand in each other."""

LENIENT = frozenset({"default", "d", "defined", "undefined"})
"""What may be given what does not exist."""

NAME = "()"
LIST = "[]"
MAPPING = "{}"
SLICE = "[:]"
CONCAT = "~"
COMPARE = "<>"
METHOD = ".()"
SAMPLE = "fake.()"
UUID = "uuid()"
"""What the functions are called that stand for names, lists, … in a tree that was checked."""


class Checker:
    """Checks one expression. `names` are the names it needs, `messages` what is wrong with it.

    `chains` are the keys that it reads, each chain from a name on.
    """

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self.chains: dict[tuple[str, ...], None] = {}
        self.messages: list[str] = []

    def check(self, node: nodes.Node, depth: int = 0) -> nodes.Expr:
        """The tree to compile instead of this one."""
        if depth > DEEPEST:
            return self._wrong(f"at most {DEEPEST} operations may stand in each other")
        rule = _RULES.get(type(node))
        if rule is None:
            return self._wrong(f"{type(node).__name__} is not offered in expressions")
        return rule(self, node, depth + 1)

    def _wrong(self, message: str) -> nodes.Expr:
        if message not in self.messages:
            self.messages.append(message)
        return nodes.Const(None)

    def _all(self, each: Iterable[nodes.Node], depth: int) -> list[nodes.Expr]:
        return [self.check(node, depth) for node in each]

    def const(self, node: nodes.Const, _: int) -> nodes.Expr:
        value = node.value
        if isinstance(value, str) and not value.isascii() and _SURROGATE.search(value):
            return self._wrong("half of a character (a surrogate); write the whole character itself")
        if isinstance(value, float) and value - value != 0:
            return self._wrong("JSON cannot hold so large a number")
        if isinstance(value, int) and value.bit_length() > WIDEST:
            return self._wrong(f"a whole number may have at most {WIDEST} bits")
        return node

    def name(self, node: nodes.Name, _: int) -> nodes.Expr:
        if node.name in BUILT_IN:
            return self._wrong(f"'{node.name}' is a function; write {BUILT_IN[node.name]}")
        self.names[node.name] = None
        return _function(NAME, nodes.Const(node.name))

    def sequence(self, node: nodes.List | nodes.Tuple, depth: int) -> nodes.Expr:
        return _function(LIST, nodes.Const(None), *self._all(node.items, depth))

    def mapping(self, node: nodes.Dict, depth: int) -> nodes.Expr:
        pairs = [(self._key(pair.key, depth), self.check(pair.value, depth)) for pair in node.items]
        return _function(MAPPING, nodes.Const(None), *chain.from_iterable(pairs))

    def _key(self, key: nodes.Expr, depth: int) -> nodes.Expr:
        if isinstance(key, nodes.Const) and not isinstance(key.value, str):
            return self._wrong(f"a mapping's keys are texts; write '{key.value}'")
        return self.check(key, depth)

    def attribute(self, node: nodes.Getattr, depth: int) -> nodes.Expr:
        if isinstance(node.node, nodes.Name) and node.node.name in BUILT_IN:
            return self._uncalled(node.node.name, node.attr)
        if node.attr.startswith("_"):
            return self._wrong(
                f"{shown(node.attr)} cannot be read with a dot; a key is read as value['{node.attr}']"
            )
        self._note(node)
        return nodes.Getattr(self.check(node.node, depth), node.attr, "load")

    def _note(self, node: nodes.Getattr | nodes.Getitem) -> None:
        """Keep what is read of a name by keys that are known now; what is read of a longer chain says it all."""
        keys: list[str] = []
        at: nodes.Expr = node
        while not isinstance(at, nodes.Name):
            match at:
                case (
                    nodes.Getattr(node=inner, attr=key)
                    | nodes.Getitem(node=inner, arg=nodes.Const(value=str(key)))
                ):
                    keys.append(key)
                    at = inner
                case _:
                    return
        self.chains[at.name, *reversed(keys)] = None

    def _uncalled(self, name: str, attr: str) -> nodes.Expr:
        if name == "fake" and attr in SAMPLES:
            return self._wrong(f"'fake.{attr}' is a function; write fake.{attr}()")
        if name == "fake":
            return self._wrong(unknown("method of fake", attr, SAMPLES))
        return self._wrong(f"'{name}' is a function; write {BUILT_IN[name]}")

    def item(self, node: nodes.Getitem, depth: int) -> nodes.Expr:
        value = self.check(node.node, depth)
        self._note(node)
        if not isinstance(node.arg, nodes.Slice):
            return nodes.Getitem(value, self.check(node.arg, depth), "load")
        bounds = (node.arg.start, node.arg.stop, node.arg.step)
        return _function(SLICE, value, *self._all((each or nodes.Const(None) for each in bounds), depth))

    def call(self, node: nodes.Call, depth: int) -> nodes.Expr:
        target = node.node
        if isinstance(target, nodes.Name) and target.name in BUILT_IN:
            return self._built_in(node, target.name)
        if isinstance(target, nodes.Name) and target.name == "sequence":
            return self._sequence(node, depth)
        if isinstance(target, nodes.Name):
            return self._wrong(
                f"unknown function {shown(target.name)}; known: uuid(), and the methods of fake, such as fake.name()"
            )
        if not isinstance(target, nodes.Getattr):
            return self._wrong("only functions and methods can be called, by their names")
        if isinstance(target.node, nodes.Name) and target.node.name == "fake":
            return self._sample(target.attr, node, depth)
        return self._method(target, node, depth)

    def _built_in(self, node: nodes.Call, name: str) -> nodes.Expr:
        if name == "fake":
            return self._wrong(f"'fake' cannot be called itself; write {BUILT_IN['fake']}")
        if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return self._wrong("uuid() takes no arguments")
        self.names["uuid"] = None
        return _function(UUID, nodes.Const(None))

    def _sequence(self, node: nodes.Call, depth: int) -> nodes.Expr:
        self.names[SEQUENCE] = None
        arguments, named = self._arguments(node, depth)
        if len(arguments) != 1 or named:
            return self._wrong("sequence takes one argument, its name: sequence('order')")
        return _function(SEQUENCE, arguments[0])

    def _sample(self, name: str, node: nodes.Call, depth: int) -> nodes.Expr:
        self.names["fake"] = None
        arguments, named = self._arguments(node, depth)
        if name not in SAMPLES:
            return self._wrong(unknown("method of fake", name, SAMPLES))
        wanted = list(SAMPLES[name])
        for each in named:
            if each.key not in wanted[len(arguments) :]:
                self._wrong(unknown(f"argument of fake.{name}", each.key, wanted[len(arguments) :]))
        if len(arguments) > len(wanted):
            self._wrong(
                f"fake.{name} takes {'these arguments: ' + ', '.join(wanted) if wanted else 'no arguments'}"
            )
        return _function(SAMPLE, nodes.Const(name), *arguments, named=named)

    def _method(self, target: nodes.Getattr, node: nodes.Call, depth: int) -> nodes.Expr:
        value = self.check(target.node, depth)
        arguments, named = self._arguments(node, depth)
        if target.attr not in METHODS:
            return self._wrong(unknown("method", target.attr, METHODS))
        self._fit(f"method '{target.attr}'", METHODS[target.attr][1], arguments, named)
        return _function(METHOD, value, nodes.Const(target.attr), *arguments, named=named)

    def filter(self, node: nodes.Filter, depth: int) -> nodes.Expr:
        return self._named("filter", FILTERS, node, depth)

    def test(self, node: nodes.Test, depth: int) -> nodes.Expr:
        return self._named("test", TESTS, node, depth)

    def _named(
        self, kind: str, known: Mapping[str, Callable[..., Any]], node: nodes.Filter | nodes.Test, depth: int
    ) -> nodes.Expr:
        before = self.chains.copy()
        value = self.check(node.node or nodes.Const(None), depth)
        if node.name in LENIENT:
            self.chains = before
        arguments, named = self._arguments(node, depth)
        if node.name not in known:
            return self._wrong(unknown(kind, node.name, known))
        self._fit(f"{kind} '{node.name}'", known[node.name], arguments, named)
        return type(node)(value, node.name, arguments, named, None, None)

    def _arguments(
        self, node: nodes.Call | nodes.Filter | nodes.Test, depth: int
    ) -> tuple[list[nodes.Expr], list[nodes.Keyword]]:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            self._wrong("arguments are written one by one, without * and **")
        named: dict[str, nodes.Keyword] = {}
        for each in node.kwargs:
            if isinstance(each, nodes.Keyword):
                if each.key in named:
                    self._wrong(f"the argument {shown(each.key)} is given twice")
                named[each.key] = nodes.Keyword(each.key, self.check(each.value, depth))
        return self._all(node.args, depth), [*named.values()]

    def _fit(
        self, what: str, function: Callable[..., Any], arguments: list[nodes.Expr], named: list[nodes.Keyword]
    ) -> None:
        try:
            _signature(function).bind(None, None, *arguments, **{each.key: each for each in named})
        except TypeError as error:
            self._wrong(f"{what}: {error}")

    def condition(self, node: nodes.CondExpr, depth: int) -> nodes.Expr:
        if node.expr2 is None:
            return self._wrong("'if' needs an 'else': {{ a if b else c }}")
        return nodes.CondExpr(*self._all((node.test, node.expr1, node.expr2), depth))

    def concat(self, node: nodes.Concat, depth: int) -> nodes.Expr:
        return _function(CONCAT, *self._all(node.nodes, depth))

    def compare(self, node: nodes.Compare, depth: int) -> nodes.Expr:
        rest: list[nodes.Expr] = []
        for operand in node.ops:
            rest += [nodes.Const(operand.op), self.check(operand.expr, depth)]
        return _function(COMPARE, self.check(node.expr, depth), *rest)

    def unary(self, node: nodes.UnaryExpr, depth: int) -> nodes.Expr:
        return type(node)(self.check(node.node, depth))

    def binary(self, node: nodes.BinExpr, depth: int) -> nodes.Expr:
        return type(node)(self.check(node.left, depth), self.check(node.right, depth))


def _function(
    name: str, value: nodes.Expr, *arguments: nodes.Expr, named: Iterable[nodes.Keyword] = ()
) -> nodes.Expr:
    return nodes.Filter(value, name, list(arguments), list(named), None, None)


@cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)


_RULES: Mapping[type[nodes.Node], Callable[[Checker, Any, int], nodes.Expr]] = {
    nodes.Const: Checker.const,
    nodes.Name: Checker.name,
    nodes.List: Checker.sequence,
    nodes.Tuple: Checker.sequence,
    nodes.Dict: Checker.mapping,
    nodes.Getattr: Checker.attribute,
    nodes.Getitem: Checker.item,
    nodes.Call: Checker.call,
    nodes.Filter: Checker.filter,
    nodes.Test: Checker.test,
    nodes.CondExpr: Checker.condition,
    nodes.Concat: Checker.concat,
    nodes.Compare: Checker.compare,
    nodes.Not: Checker.unary,
    nodes.Neg: Checker.unary,
    nodes.Pos: Checker.unary,
    nodes.And: Checker.binary,
    nodes.Or: Checker.binary,
    nodes.Add: Checker.binary,
    nodes.Sub: Checker.binary,
    nodes.Mul: Checker.binary,
    nodes.Div: Checker.binary,
    nodes.FloorDiv: Checker.binary,
    nodes.Mod: Checker.binary,
    nodes.Pow: Checker.binary,
}
