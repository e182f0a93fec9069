"""Plain references mean the same with and without Jinja, and do not import it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.template import Moment, Scope, is_name
from emulator.template.expression import read_expression
from emulator.template.node import Whole
from emulator.template.part import Part, reference
from emulator.template.problem import Refusal, Wrong
from tests.helpers.templating import NAMES, render

ROOTS = st.sampled_from([*NAMES, "nope", "fake", "uuid", "true", "None", "not", "if", "self"])
STEPS = st.lists(
    st.sampled_from(["a", "id", "items", "labels", "team", "unix", "date", "name", "email", "if", "true"]),
    max_size=3,
)


def outcome(part: Part | None) -> Any:
    """The value of a part or why it is refused."""
    assert part is not None
    try:
        return Whole(part, ()).render(Scope(NAMES, "place"))
    except Exception as error:  # noqa: BLE001 - compared with the other way's
        return str(error)


def with_jinja(source: str, names: Collection[str] = NAMES) -> Part | None:
    """The part as Jinja reads it; None when it is wrong."""
    try:
        return read_expression(source, names)
    except Wrong:
        return None


@settings(deadline=None)
@given(root=ROOTS, steps=STEPS, call=st.sampled_from(["", "", "()"]))
def test_both_ways_agree_on_every_reference(root: str, steps: list[str], call: str) -> None:
    source = ".".join([root, *steps]) + call
    plain, other = reference(source, NAMES), with_jinja(source)
    if plain is not None:
        assert plain.uses == (other.uses if other else None)
        assert outcome(plain) == outcome(other)


@pytest.mark.parametrize(
    "source",
    [
        "company",
        "data",
        "now",
        "nothing",
        "event.type",
        "run.labels.team",
        "now.unix",
        "uuid()",
        "fake.email()",
        "data.nope",
        "tin.nope",
    ],
)
def test_references_are_plain_and_equal_to_jinjas(source: str) -> None:
    plain = reference(source, NAMES)
    assert plain is not None
    assert outcome(plain) == outcome(with_jinja(source))


@pytest.mark.parametrize(
    "source",
    [
        "compny",
        "true",
        "fake",
        "uuid",
        "fake.email",
        "fake.nope()",
        "uuid().a",
        "company | upper",
        "data._id",
        "now.plus()",
        "data.0",
        "fake.name(1)",
        "a b",
    ],
)
def test_what_is_more_than_a_reference_or_wrong_is_left_to_jinja(source: str) -> None:
    assert reference(source, NAMES) is None


def test_a_reference_passes_values_on_without_copying() -> None:
    assert render("{{ data }}") is NAMES["data"]
    assert render("{{ data.items }}") is NAMES["data"]["items"]


def test_the_scope_is_read_when_rendering() -> None:
    part = reference("name", {"name"})
    assert part is not None
    assert part.evaluate(Scope({"name": 1}, "")) == 1
    with pytest.raises(Refusal, match="'name' has no value here"):
        part.evaluate(Scope({}, ""))


@pytest.mark.parametrize("name", ["company", "a_1", "A", "self", "class"])
def test_names_that_expressions_can_read(name: str) -> None:
    assert is_name(name)
    assert render(f"{{{{ {name} }}}}", names={name: 1}) == 1
    assert render(f"{{{{ {name} + 1 }}}}", names={name: 1}) == 2


@pytest.mark.parametrize(
    "name", ["_a", "1a", "a-b", "a b", "", "é", "fake", "uuid", "not", "True", "none", "a\n"]
)
def test_names_that_expressions_cannot_read(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize(
    ("value", "imported"),
    [
        ("text { only", set()),
        ("{{ company }} {{ now.date }} {{ event.type }} {{ uuid() }} {% raw %}{{{% endraw %}", set()),
        ("{{ company | upper }}", {"jinja2"}),
        ("{{ fake.email() }}", {"faker"}),
        ("{{ fake.random_int(1, 2) }}", {"jinja2", "faker"}),
    ],
)
def test_jinja_and_faker_are_imported_only_when_needed(value: str, imported: set[str]) -> None:
    program = f"""if True:
        import sys
        from emulator.template import Moment, Scope, parse_template
        names = {{"company": "C", "now": Moment(0), "event": {{"type": "t"}}}}
        template = parse_template({value!r}, names=names)
        assert "faker" not in sys.modules
        template.render(Scope(names, ""))
        print(*({{"jinja2", "faker"}} & set(sys.modules)))
        """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == imported


def test_a_moment_is_rendered_as_text_both_ways() -> None:
    names = {"at": Moment(1)}
    assert (
        render("{{ at }}", names=names) == render("{{ (at) }}", names=names) == "1970-01-01T00:00:00.000001Z"
    )
