"""Jinja's sandbox, cut down to expressions over data.

Expressions that passed `emulator.template.check` are compiled the way Jinja's own `compile_expression` does it. The
sandbox below is the second wall: no attribute of a Python object can be read in it at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from jinja2 import StrictUndefined, TemplateError, UndefinedError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from emulator.template import check
from emulator.template.condition import TESTS
from emulator.template.filter import FILTERS
from emulator.template.identity import uuid
from emulator.template.method import call_method
from emulator.template.operation import binary, checked, compare, concat, list_of, mapping_of, part_of, unary
from emulator.template.part import Evaluate, value_of
from emulator.template.problem import Refusal
from emulator.template.sample import sample
from emulator.template.scope import Scope
from emulator.template.sequence import SEQUENCE, sequence
from emulator.template.value import ABSENT, Absent, attribute, item

_RESULT = "result"
_MISTAKES = (TypeError, ValueError, LookupError, ArithmeticError, RecursionError, TemplateError)


class _Context(Context):
    """Jinja's view of one evaluation, with no more in it than compiled expressions use: names come from the scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.vars = {}
        self.exported_vars = set()


class _Missing(StrictUndefined):
    """What stands for a value that does not exist until something asks for it."""

    __slots__ = ()

    @property
    def cause(self) -> str:
        """What is missing."""
        return self._undefined_message


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment: our filters and tests, no globals, and data as the only thing that has attributes."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})
    context_class = _Context

    def __init__(self) -> None:
        # Without the optimizer, which would compute constants while compiling, outside all bounds.
        super().__init__(undefined=_Missing, autoescape=False, optimized=False, cache_size=0)
        self.globals.clear()
        self.filters = {name: self._offer(name, function) for name, function in FILTERS.items()}
        self.tests = {name: self._offer(name, function) for name, function in TESTS.items()}
        self.filters |= {
            check.NAME: pass_context(lambda context, name: value_of(context.scope, name)),
            check.LIST: self._offer(check.LIST, list_of),
            check.MAPPING: self._offer(check.MAPPING, mapping_of),
            check.SLICE: self._offer(check.SLICE, part_of),
            check.CONCAT: self._offer(check.CONCAT, concat),
            check.COMPARE: self._offer(check.COMPARE, compare),
            check.METHOD: self._offer(check.METHOD, call_method),
            check.SAMPLE: self._offer(check.SAMPLE, sample),
            check.UUID: self._offer(check.UUID, lambda scope, _: uuid(scope)),
            SEQUENCE: self._offer(SEQUENCE, sequence),
        }

    def read(self, source: str) -> nodes.Expr:
        """Jinja's tree of an expression. Raises TemplateSyntaxError."""
        parser = Parser(self, source, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            parser.fail(f"unexpected {str(parser.stream.current)!r}")
        return tree

    def build(self, tree: nodes.Expr) -> Evaluate:
        """A function that evaluates a tree that was checked. It raises Refusal."""
        template = nodes.Template([nodes.Assign(nodes.Name(_RESULT, "store"), tree)], lineno=1)
        template.set_lineno(1)
        template.set_environment(self)
        return self._evaluator(self.from_string(template).root_render_func)

    @staticmethod
    def _evaluator(root: Callable[[Context], Any]) -> Evaluate:
        def evaluate(scope: Scope) -> Any:
            context = _Context(scope)
            try:
                for _ in root(context):
                    pass
            except UndefinedError as error:
                raise Refusal(error.message) from None
            except _MISTAKES as error:
                raise Refusal(str(error) or type(error).__name__) from None
            return _present(context.vars[_RESULT])

        return evaluate

    def _offer(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function for use in expressions: it is given the scope, only what exists, and its result is checked."""
        lenient = name in check.LENIENT

        @pass_context
        def run(context: _Context, value: Any, *arguments: Any, **named: Any) -> Any:
            if type(value) is _Missing:
                value = ABSENT if lenient else _present(value)
            for each in (*arguments, *named.values()):
                if type(each) is _Missing:
                    _present(each)
            try:
                return checked(context.scope, function(context.scope, value, *arguments, **named))
            except Absent as absent:
                return self.undefined(str(absent))

        return run

    def getattr(self, obj: Any, attribute_: str) -> Any:
        """What a dot reads: a key of a mapping, or what a moment has."""
        return self._read(attribute, obj, attribute_)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """What brackets read: an item of a list, a character of a text, a key of a mapping."""
        return self._read(item, obj, _present(argument))

    def _read(self, how: Callable[[Any, Any], Any], value: Any, key: Any) -> Any:
        try:
            return how(_present(value), key)
        except Absent as absent:
            return self.undefined(str(absent))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Nothing of a Python object is."""
        return False

    def call(self, *_: Any, **__: Any) -> Any:
        """Nothing is called but what the check put in place."""
        raise SecurityError("nothing can be called here")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic, within bounds."""
        return binary(cast("_Context", context).scope, operator, _present(left), _present(right))

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """A sign before a number."""
        return unary(operator, _present(arg))


def _present(value: Any) -> Any:
    """The value. Refuses one that does not exist, saying what is missing."""
    if isinstance(value, _Missing):
        raise Refusal(value.cause)
    return value
