"""The second wall: what the check would not let through gets nowhere in the sandbox either."""

from __future__ import annotations

import pytest

from emulator.template import Moment, Scope
from emulator.template.problem import Refusal
from emulator.template.sandbox import Sandbox


@pytest.mark.parametrize(
    "source",
    [
        "''.__class__",
        "''['__class__']",
        "''.upper()",
        "'{0.__class__}'.format(1)",
        "''.join",
        "[].append(1)",
        "{}.get('a')",
        "(1).real",
        "()()",
        "''()",
        "'a' * 10 ** 10",
        "'%s' % ''",
        "[0] * 10 ** 10",
        "2 ** (10 ** 10)",
        "-''",
    ],
)
def test_an_unchecked_expression_reaches_no_object(source: str) -> None:
    sandbox = Sandbox()
    with pytest.raises(Refusal):
        sandbox.build(sandbox.read(source))(Scope({}, ""))


def test_there_are_no_globals() -> None:
    assert Sandbox().globals == {}


@pytest.mark.parametrize("value", [object(), print, Sandbox, [], "", Moment(0), {1}])
@pytest.mark.parametrize(
    "name", ["__class__", "__init__", "__dict__", "append", "format", "us", "__call__", "__self__"]
)
def test_nothing_of_an_object_is_read(value: object, name: str) -> None:
    sandbox = Sandbox()
    assert type(sandbox.getattr(value, name)).__name__ == "_Missing"
    assert type(sandbox.getitem(value, name)).__name__ == "_Missing"
    assert not sandbox.is_safe_attribute(value, name, None)
