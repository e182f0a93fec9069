"""What a template shares, what it says about itself, and how deep it may be."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.template import BadTemplate, Scope, parse_template
from tests.helpers.templating import NAMES, render

STATIC: Any = {"a": [1, 2.5, None, True, "text", {"b": []}], "c": "{ {} }"}


def test_a_static_value_is_returned_as_it_is() -> None:
    template = parse_template(STATIC, names=[])
    assert template.static
    assert template.uses == frozenset()
    assert template.render(Scope({}, "")) is STATIC


def test_static_parts_are_shared_by_all_renderings() -> None:
    value = {"kept": STATIC, "row": [STATIC, "{{ index }}"]}
    template = parse_template(value, names=NAMES)
    one, two = template.render(Scope(NAMES, "1")), template.render(Scope(NAMES, "2"))
    assert one["kept"] is two["kept"] is one["row"][0] is STATIC
    assert one is not two
    assert one["row"] is not two["row"]
    assert template.source is value
    assert value["row"] == [STATIC, "{{ index }}"]


def test_protected_text_is_static_and_unwrapped() -> None:
    template = parse_template({"a": ["{% raw %}{{ x }}{% endraw %}", STATIC]}, names=[])
    assert template.static
    assert template.render(Scope({}, "")) == {"a": ["{{ x }}", STATIC]}
    assert template.source == {"a": ["{% raw %}{{ x }}{% endraw %}", STATIC]}


@pytest.mark.parametrize(
    ("value", "uses"),
    [
        ("text", set()),
        ("{{ company }}", {"company"}),
        ("{{ company }} {{ now.date }}", {"company", "now"}),
        (["{{ index + seed }}", {"a": "{{ uuid() }}"}], {"index", "seed", "uuid"}),
        ("{{ fake.name() ~ fake.random_int(1, index) }}", {"fake", "index"}),
        ("{{ uuid() | upper if open else tin }}", {"uuid", "open", "tin"}),
        ("{{ data.company['now'] }}", {"data"}),
    ],
)
def test_the_names_used_are_told(value: Any, uses: set[str]) -> None:
    template = parse_template(value, names=NAMES)
    assert template.uses == uses
    assert template.static is not bool(uses)


def nested(depth: int, inner: Any) -> Any:
    for n in range(depth):
        inner = [inner] if n % 2 else {"k": inner}
    return inner


def test_values_may_be_deep() -> None:
    assert render(nested(200, "{{ index }}")) == nested(200, 3)


@pytest.mark.parametrize("depth", [202, 100_000])
def test_values_that_are_too_deep_are_told(depth: int) -> None:
    with pytest.raises(BadTemplate, match="expected at most 200 lists and mappings in each other") as raised:
        parse_template(nested(depth, "{{ index }}"), names=NAMES)
    assert len(raised.value.problems) == 1
    assert len(raised.value.problems[0].path) == 201


def test_names_may_hold_what_is_deeper_than_a_text_can_be() -> None:
    names = {"deep": nested(100_000, 1)}
    assert render("{{ deep }}", names=names) is names["deep"]
    with pytest.raises(Exception, match="nested too deep"):
        render("a {{ deep }}", names=names)


@pytest.mark.parametrize("value", [0, 1.5, None, True, "", [], {}])
def test_scalars_and_empty_values_are_templates_too(value: Any) -> None:
    template = parse_template(value, names=[])
    assert template.static
    assert template.render(Scope({}, "")) == value
