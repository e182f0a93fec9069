"""Mistakes that only the values of a rendering show: each names the expression and the cause."""

from __future__ import annotations

import pytest

from emulator.errors import TemplateError
from emulator.template import Moment, Scope, Unrenderable, parse_template
from tests.helpers.templating import refused

DIRECTIVES = "%% %A %B %F %H %I %M %S %T %Y %Z %a %b %d %f %j %m %p %u %y %z"
MISSING = "there is no 'nope' here; there is id, tags, _links, items, gone"


@pytest.mark.parametrize(
    ("template", "cause"),
    [
        ("{{ data.nope }}", MISSING),
        ("{{ data.nope.deeper }}", MISSING),
        ("{{ data['nope'] }}", MISSING),
        ("{{ {}.a }}", "there is no 'a' here; there is nothing"),
        ("{{ data.gone.x }}", "null has no 'x'"),
        ("{{ tin.x }}", "a text has no 'x'"),
        ("{{ index.real }}", "a number has no 'real'"),
        ("{{ open['x'] }}", "true has no 'x'"),
        ("{{ now.year }}", "a moment has no 'year'; it has unix, unix_ms, date, whole, millis, micros"),
        ("{{ data.tags.append }}", "a list has no 'append'"),
        ("{{ data.tags[2] }}", "there is no item 2 in a list of 2"),
        ("{{ data.tags[2 ** 99] }}", "there is no item so large a number in a list of 2"),
        ("{{ data[0] }}", "a mapping cannot be read at a number"),
        ("{{ data.tags[none] }}", "a list cannot be read at null"),
        ("{{ tin[ratio] }}", "a text cannot be read at a number"),
        ("{{ index[1:] }}", "only texts and lists have slices; found a number"),
        ("{{ tin[::0] }}", "the bounds of a slice are whole numbers, and its step is not 0"),
        ("{{ tin['a':] }}", "the bounds of a slice are whole numbers, and its step is not 0"),
        ("{{ {index: 1} }}", "a mapping's keys are texts; found a number"),
        ("{{ {data.tags: 1} }}", "a mapping's keys are texts; found a list"),
        ("{{ [data.nope] }}", MISSING),
        ("{{ {'a': data.nope} }}", MISSING),
        ("{{ data.nope ~ 'a' }}", MISSING),
        ("{{ 1 if data.nope else 2 }}", MISSING),
        ("{{ data.nope == 1 }}", MISSING),
        ("{{ data.nope + 1 }}", MISSING),
        ("{{ -data.nope }}", MISSING),
        ("{{ data.nope | upper }}", MISSING),
        ("{{ company | replace(data.nope, '') }}", MISSING),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ 1 // (index - 3) }}", "division by zero"),
        ("{{ 1.5 % 0 }}", "division by zero"),
        ("{{ 0 ** -1 }}", "division by zero"),
        ("{{ 1 is divisibleby 0 }}", "division by zero"),
        ("{{ (-8) ** 0.5 }}", "the root of a negative number is no number of JSON"),
        ("{{ 10.0 ** 308 * 10 }}", "JSON cannot hold the number inf"),
        ("{{ 10.0 ** 999 }}", "a number grows beyond what JSON can hold"),
        ("{{ '1e999' | float }}", "JSON cannot hold the number inf"),
        ("{{ 'a' + 1 }}", "'+' cannot work on a text and a number; join texts and other values with ~"),
        ("{{ [1] + 'a' }}", "'+' cannot work on a list and a text; join texts and other values with ~"),
        ("{{ none + 1 }}", "'+' cannot work on null and a number"),
        (
            "{{ now + 1 }}",
            "'+' cannot work on a moment and a number; move a moment with plus('3d') or minus('1h')",
        ),
        ("{{ '%s' % 1 }}", "'%' cannot work on a text and a number"),
        ("{{ [1] * 1.5 }}", "'*' cannot work on a list and a number"),
        ("{{ -'a' }}", "'-' takes a number; found a text"),
        ("{{ 'a' < 1 }}", "cannot say which comes first, a text or a number"),
        ("{{ 1 in 2 }}", "cannot look for a number in a number"),
        ("{{ 1 in 'a' }}", "cannot look for a number in a text"),
        ("{{ index | upper }}", "expected a text, found a number; make one with | string"),
        ("{{ tin | abs }}", "expected a number, found a text"),
        ("{{ open | round }}", "expected a number, found true"),
        ("{{ 1.5 | round(99) }}", "the precision of round is a whole number from -15 to 15"),
        ("{{ 1.5 | round(method='up') }}", "round takes the method 'common', 'ceil' or 'floor'"),
        ("{{ company | int }}", "the text 'Harbour Lifts Ltd' is no whole number"),
        ("{{ nothing | int }}", "null is no whole number"),
        ("{{ 'inf' | float }}", "the text 'inf' is no number"),
        ("{{ index | length }}", "a number has no length"),
        ("{{ index | join }}", "expected a list, found a number"),
        ("{{ [] | first }}", "a list is empty"),
        ("{{ [] | max }}", "a list is empty"),
        (
            "{{ [1, 'a'] | sort }}",
            "expected a list of numbers, of texts, or of moments, and of one kind only",
        ),
        ("{{ ['a'] | sum }}", "expected a number, found a text"),
        ("{{ company | plus('3d') }}", "expected a moment in UTC such as 2026-01-05T09:00:00Z"),
        (
            "{{ now | plus('soon') }}",
            "expected a duration such as 250ms, 10s, 3m, 1m30s, 2h or 1d, or a number of seconds",
        ),
        ("{{ now | plus('-3d') }}", "expected a duration that is not negative"),
        ("{{ now | minus('9999d') }}", "expected a duration of at most 3650 days"),
        ("{{ now | strftime('%Q') }}", f"unknown directive '%Q' in a format; known: {DIRECTIVES}"),
        ("{{ now | strftime('%') }}", f"unknown directive '%' in a format; known: {DIRECTIVES}"),
        ("{{ now | strftime(3) }}", "expected a format of at most 200 characters, such as '%d/%m/%Y'"),
        ("{{ index.upper() }}", "a number has no method 'upper'"),
        ("{{ tin.keys() }}", "a text has no method 'keys'"),
        ("{{ tin.split('') }}", "empty separator"),
        ("{{ tin.startswith(9) }}", "startswith first arg must be str or a tuple of str, not int"),
        ("{{ tin.center('9') }}", "the width is a whole number of at most 1 MiB"),
        ("{{ tin.center(9, 'ab') }}", "The fill character must be exactly one character long"),
        ("{{ index is even and 'a' is odd }}", ""),
        ("{{ 'a' is even }}", "expected a whole number, found a text"),
        (
            "{{ fake.random_int('a') }}",
            f"fake.random_int, min: expected a whole number from {-(2**63)} to {2**63 - 1}, found a text",
        ),
        (
            "{{ fake.boolean(101) }}",
            "fake.boolean, chance_of_getting_true: expected a whole number from 0 to 100, found 101",
        ),
        ("{{ fake.hexify(upper=1) }}", "fake.hexify, upper: expected true or false, found a number"),
        (
            "{{ fake.random_element([]) }}",
            "fake.random_element, elements: expected a list of 1 to 10000 items, found a list",
        ),
        (
            "{{ fake.numerify(5) }}",
            "fake.numerify, text: expected a text of at most 1000 characters, found a number",
        ),
        ("{{ fake.email(domain=data.nope) }}", MISSING),
    ],
)
def test_a_refusal_names_the_expression_and_the_cause(template: str, cause: str) -> None:
    assert refused(template) == (f"cannot render {template}: {cause}" if cause else "")
    assert refused(f"in a text: {template}") == (f"cannot render {template}: {cause}" if cause else "")


def test_what_faker_itself_refuses_is_told() -> None:
    message = refused("{{ fake.random_int(5, 1) }}")
    assert message.startswith(
        "cannot render {{ fake.random_int(5, 1) }}: fake.random_int cannot be made from these"
    )
    assert "empty range" in message


def test_a_refusal_carries_the_place_of_its_text() -> None:
    template = parse_template({"a": ["x", {"b": "{{ data.c }}"}]}, names={"data"})
    with pytest.raises(Unrenderable) as raised:
        template.render(Scope({"data": {}}, ""))
    assert raised.value.path == ("a", 1, "b")
    assert isinstance(raised.value, TemplateError)


@pytest.mark.parametrize("template", ["{{ name }}", "{{ name | upper }}", "a {{ name.b }}"])
def test_a_name_the_caller_did_not_give_is_told(template: str) -> None:
    with pytest.raises(TemplateError, match="'name' has no value here"):
        parse_template(template, names={"name"}).render(Scope({}, ""))


@pytest.mark.parametrize("value", [{1, 2}, b"bytes", object(), (each for each in "ab"), 1j, Moment])
def test_what_is_no_json_does_not_come_out(value: object) -> None:
    for template in ("{{ name }}", "{{ name | default(1) }}", "a {{ name }}", "{{ [name] }}"):
        with pytest.raises(TemplateError, match="is no JSON"):
            parse_template(template, names={"name"}).render(Scope({"name": value}, ""))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_json_does_not_have_do_not_come_out(value: float) -> None:
    for template in ("{{ name }}", "{{ name | default(1) }}", "a {{ name }}", "{{ [name] }}"):
        with pytest.raises(TemplateError, match="JSON cannot hold the number"):
            parse_template(template, names={"name"}).render(Scope({"name": value}, ""))
