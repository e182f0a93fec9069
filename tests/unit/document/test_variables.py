"""`${VAR}` in the text values of a tree."""

import pytest

from emulator.document import Report, parse_yaml, substitute
from emulator.errors import InvalidInput


def filled(text, skip=(), **environment):
    root, report = parse_yaml(text, "f.yaml"), Report("f.yaml")
    substitute(root, environment, report, skip=skip)
    report.check()
    return root


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("${A}", "x"),
        ("a${A}b${A}c", "axbxc"),
        ("${NONE:-y}", "y"),
        ("${NONE:-}", ""),
        ("${EMPTY}", ""),
        ("${EMPTY:-y}", "y"),
        ("${A:-y}", "x"),
        ("$${A}", "${A}"),
        ("$$${A}", "$${A}"),
        ("$A $ {A} $", "$A $ {A} $"),
        ("${ODD}", "${A} $${A}"),
        ("${NONE:-a:-b $x}", "a:-b $x"),
    ],
)
def test_values(text, result):
    root = filled(f"'{text}'", A="x", EMPTY="", ODD="${A} $${A}")
    assert root.value == result


@pytest.mark.parametrize("text", ["${", "${}", "${A", "${1A}", "${A-b}", "${A:b}", "a ${A:-b"])
def test_what_never_closes_or_is_no_name_is_told(text):
    with pytest.raises(InvalidInput, match=r"f.yaml:1:4: a: expected \$\{NAME\}"):
        filled(f"a: '{text}'", A="x")


def test_undefined_ones_are_told_by_their_place():
    with pytest.raises(InvalidInput) as error:
        filled("a:\n  - b: ${X}\n  - ${Y}\n")
    assert [f"{p.line}:{p.column} {p.key}" for p in error.value.problems] == ["2:8 a[0].b", "3:5 a[1]"]


def test_a_shared_node_is_filled_once():
    root = filled("a: &a ${X}\nb: *a\n", X="$${X}")
    assert root.plain() == {"a": "$${X}", "b": "$${X}"}


def test_keys_and_key_paths_are_skipped():
    root = filled("a: ${X}\nb: {c: '${X}', d: '${D}'}\n", skip={"a", ("b", "c")}, D="d")
    assert root.plain() == {"a": "${X}", "b": {"c": "${X}", "d": "d"}}


def test_what_was_filled_is_marked():
    root = filled("a: ${A}\nb: $${A}\nc: x\n", A="1")
    assert [node.substituted for node in root.value.values()] == [True, False, False]
