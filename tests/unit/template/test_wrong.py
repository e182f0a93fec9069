"""Mistakes found when a value is read: all of them, each with a message that teaches."""

from __future__ import annotations

import pytest

from emulator.template import BadTemplate, TemplateProblem, parse_template
from tests.helpers.templating import NAMES, wrong

KNOWN = "company, data, event, fake, index, nothing, now, open, ratio, run, seed, tin, uuid"

UNKNOWN = [
    ("{{ compny }}", f"{{{{ compny }}}}: unknown name 'compny'; did you mean 'company'? Known: {KNOWN}"),
    ("{{ zzz }}", f"{{{{ zzz }}}}: unknown name 'zzz'; known: {KNOWN}"),
    ("{{ zzz.a }}", f"{{{{ zzz.a }}}}: unknown name 'zzz'; known: {KNOWN}"),
    (
        "{{ company | uper }}",
        "{{ company | uper }}: unknown filter 'uper'; did you mean 'upper'? Known: abs,",
    ),
    (
        "{{ company | map('x') }}",
        "{{ company | map('x') }}: unknown filter 'map'; did you mean 'max'? Known: abs,",
    ),
    (
        "{{ company | random }}",
        "{{ company | random }}: unknown filter 'random'; known: abs,",
    ),
    ("{{ index is evn }}", "{{ index is evn }}: unknown test 'evn'; did you mean 'even'? Known: boolean,"),
    ("{{ company.upcase() }}", "{{ company.upcase() }}: unknown method 'upcase'; known: capitalize, center,"),
    ("{{ fake.emial() }}", "{{ fake.emial() }}: unknown method of fake 'emial'; did you mean 'email'?"),
    ("{{ fake.emial }}", "{{ fake.emial }}: unknown method of fake 'emial'; did you mean 'email'?"),
    (
        "{{ range(3) }}",
        "{{ range(3) }}: unknown function 'range'; known: uuid(), and the methods of fake, such as fake.name()",
    ),
    ("{{ company() }}", "{{ company() }}: unknown function 'company'; known: uuid(),"),
]
FUNCTIONS = [
    ("{{ uuid }}", "{{ uuid }}: 'uuid' is a function; write uuid()"),
    ("{{ uuid.hex }}", "{{ uuid.hex }}: 'uuid' is a function; write uuid()"),
    ("{{ uuid(1) }}", "{{ uuid(1) }}: uuid() takes no arguments"),
    ("{{ fake }}", "{{ fake }}: 'fake' is a function; write fake.name() or another of its methods"),
    (
        "{{ fake() }}",
        "{{ fake() }}: 'fake' cannot be called itself; write fake.name() or another of its methods",
    ),
    ("{{ fake.email }}", "{{ fake.email }}: 'fake.email' is a function; write fake.email()"),
    (
        "{{ fake['email']() }}",
        "{{ fake['email']() }}: only functions and methods can be called, by their names",
    ),
    ("{{ fake.name(1) }}", "{{ fake.name(1) }}: fake.name takes no arguments"),
    ("{{ fake.word(nb=1) }}", "{{ fake.word(nb=1) }}: unknown argument of fake.word 'nb'"),
    (
        "{{ fake.random_int(1, 2, 3, 4) }}",
        "{{ fake.random_int(1, 2, 3, 4) }}: fake.random_int takes these arguments: min, max, step",
    ),
    (
        "{{ fake.random_int(1, min=2) }}",
        "{{ fake.random_int(1, min=2) }}: unknown argument of fake.random_int 'min'; known: max, step",
    ),
    (
        "{{ company | replace('a') }}",
        "{{ company | replace('a') }}: filter 'replace': missing a required argument: 'new'",
    ),
    ("{{ company | upper(1) }}", "{{ company | upper(1) }}: filter 'upper': too many positional arguments"),
    ("{{ now.plus() }}", "{{ now.plus() }}: method 'plus': missing a required argument: 'duration'"),
    (
        "{{ now.plus(days=3) }}",
        "{{ now.plus(days=3) }}: method 'plus': missing a required argument: 'duration'",
    ),
    (
        "{{ tin.zfill(9, fill=0) }}",
        "{{ tin.zfill(9, fill=0) }}: method 'zfill': got an unexpected keyword argument 'fill'",
    ),
    (
        "{{ index is divisibleby }}",
        "{{ index is divisibleby }}: test 'divisibleby': missing a required argument: 'by'",
    ),
    (
        "{{ company | upper(*data.tags) }}",
        "{{ company | upper(*data.tags) }}: arguments are written one by one, without * and **",
    ),
    (
        "{{ company.strip(**data) }}",
        "{{ company.strip(**data) }}: arguments are written one by one, without * and **",
    ),
    (
        "{{ company | replace(old='a', old='b', new='c') }}",
        "{{ company | replace(old='a', old='b', new='c') }}: the argument 'old' is given twice",
    ),
    ("{{ (index)(1) }}", "{{ (index)(1) }}: unknown function 'index'; known: uuid(),"),
    ("{{ 'a'() }}", "{{ 'a'() }}: only functions and methods can be called, by their names"),
]
FORM = [
    ("{{ }}", "'{{ }}' holds no expression; to send it as it is, write {% raw %}{{ }}{% endraw %}"),
    ("{{}}", "'{{ }}' holds no expression; to send it as it is, write {% raw %}{{ }}{% endraw %}"),
    ("{{ index", "'{{' has no '}}' after it; to send it as it is, write {% raw %}{{{% endraw %}"),
    ("a {{ index } b", "an expression ends with '}}'; found only one '}' after {{ index"),
    ("{{ 'a }}", 'the text that begins with "\'a }}" has no end'),
    ("{{ (index }}", "unexpected '}' after {{ (index, expected ')'"),
    ("{{ index) }}", "unexpected ')' after {{ index, which nothing opened"),
    ("{{ 1 + }}", "{{ 1 + }}: it ends too early"),
    ("{{ * 2 }}", "{{ * 2 }}: unexpected '*'"),
    ("{{ 1 2 }}", "{{ 1 2 }}: unexpected 'integer'"),
    ("{{ company; index }}", "{{ company; index }}: unexpected ';'"),
    ("{{ company ? 1 : 2 }}", "{{ company ? 1 : 2 }}: unexpected char '?' at 8"),
    ("{{ index = 3 }}", "{{ index = 3 }}: unexpected '='"),
    ("{{ data.'a' }}", "{{ data.'a' }}: expected name or number"),
    ("{{ 'a' if open }}", "{{ 'a' if open }}: 'if' needs an 'else': {{ a if b else c }}"),
    ("{{ {1: 2} }}", "{{ {1: 2} }}: a mapping's keys are texts; write '1'"),
    ("{{ data[1:2, 3] }}", "{{ data[1:2, 3] }}: Slice is not offered in expressions"),
    ("{{- index }}", "white-space control is not offered; write {{ index }}, with blanks inside"),
    ("{{ index -}}", "white-space control is not offered; write {{ index }}, with blanks inside"),
    ("{{-1}}", "white-space control is not offered; write {{ 1 }}, with blanks inside"),
    ("{{ 1e999 }}", "{{ 1e999 }}: JSON cannot hold so large a number"),
    (f"{{{{ 1{'0' * 1300} }}}}", f"{{{{ 1{'0' * 76}… }}}}: a whole number may have at most 4096 bits"),
    ("{{ '\\d' }}", "unknown escape \\d in an expression's text; write a backslash as \\\\"),
    ("{{ '\\x4' }}", "unknown escape \\x in an expression's text; write a backslash as \\\\"),
    ("{{ '\\N{DASH}' }}", "unknown escape \\N in an expression's text; write a backslash as \\\\"),
    (
        "{{ '\\ud83d\\ude00' }}",
        "{{ '\\ud83d\\ude00' }}: half of a character (a surrogate); write the whole character itself",
    ),
    (
        "{{ data.__class__ }}",
        "{{ data.__class__ }}: '__class__' cannot be read with a dot; a key is read as value['__class__']",
    ),
    (
        "{{ data._links }}",
        "{{ data._links }}: '_links' cannot be read with a dot; a key is read as value['_links']",
    ),
]
STATEMENTS = [
    (
        "{% if open %}a{% endif %}",
        "only expressions and {% raw %} are offered, no statement 'if'; choose between values with {{ a if b else c }}",
    ),
    ("{% set a = 1 %}", "only expressions and {% raw %} are offered, no statement 'set'; choose"),
    (
        "{% for a in data %}{% endfor %}",
        "only expressions and {% raw %} are offered, no statement 'for'; choose",
    ),
    (
        "{% macro a() %}{% endmacro %}",
        "only expressions and {% raw %} are offered, no statement 'macro'; choose",
    ),
    ("{% include 'x' %}", "only expressions and {% raw %} are offered, no statement 'include'; choose"),
    ("{%- raw %}{% endraw %}", "only expressions and {% raw %} are offered, no statement 'raw'; choose"),
    ("100{%", "only expressions and {% raw %} are offered, no statement ''; choose"),
    ("{% endraw %}", "only expressions and {% raw %} are offered, no statement 'endraw'; choose"),
    ("{% raw %}{{ a }}", "{% raw %} is never ended; write {% endraw %} after the protected text"),
    (
        "{# note #}",
        "'{#' begins a comment, and templates hold none; to send it as it is, write {% raw %}{#{% endraw %}",
    ),
    (
        "Suite {#12}",
        "'{#' begins a comment, and templates hold none; to send it as it is, write {% raw %}{#{% endraw %}",
    ),
]


@pytest.mark.parametrize(("template", "message"), UNKNOWN + FUNCTIONS + FORM + STATEMENTS)
def test_a_wrong_template_says_what_is_wrong(template: str, message: str) -> None:
    messages = wrong(template)
    assert len(messages) == 1
    assert messages[0] == message or (message[-1] in ",;e:" and messages[0].startswith(message))


def test_all_problems_of_a_value_are_told_at_once_with_their_places() -> None:
    value = {
        "a": "{{ compny }}",
        "b": ["fine", {"c": "{{ tin | uper }} {{ {1: zzz} }}"}],
        "d": "{% if %}",
        "e": "{{ tin }}",
    }
    with pytest.raises(BadTemplate) as raised:
        parse_template(value, names={"company", "tin"})
    assert [(problem.path, problem.message.split(";")[0]) for problem in raised.value.problems] == [
        (("a",), "{{ compny }}: unknown name 'compny'"),
        (("b", 1, "c"), "{{ tin | uper }}: unknown filter 'uper'"),
        (("b", 1, "c"), "{{ {1: zzz} }}: unknown name 'zzz'"),
        (("b", 1, "c"), "{{ {1: zzz} }}: a mapping's keys are texts"),
        (("d",), "only expressions and {% raw %} are offered, no statement 'if'"),
    ]


def test_one_problem_can_stand_at_the_value_itself() -> None:
    with pytest.raises(BadTemplate, match="unknown name 'a'; known: fake, uuid") as raised:
        parse_template("{{ a }}", names=[])
    assert raised.value.problems == (TemplateProblem((), "{{ a }}: unknown name 'a'; known: fake, uuid"),)


def test_messages_stay_on_one_short_line() -> None:
    message = wrong("{{\n  compny\n  ~ '" + "\x1b[31m" * 100 + "' }}")[0]
    assert message.startswith("{{ compny ~ '?[31m?[31m")
    assert "\n" not in message
    assert "…" in message
    assert message.isprintable()


def test_the_same_mistake_in_one_expression_is_told_once() -> None:
    assert len(wrong("{{ fake.zzzzzz() ~ fake.zzzzzz() ~ yyyy ~ yyyy }}")) == 2


def test_reading_stops_after_a_hundred_problems() -> None:
    assert len(wrong([f"{{{{ nope{n} }}}}" for n in range(1000)])) == 100


@pytest.mark.parametrize(
    "name", ["self", "loop", "range", "dict", "context", "environment", "result", "missing"]
)
def test_words_of_jinja_are_plain_names(name: str) -> None:
    assert "unknown name" in wrong(f"{{{{ {name} | string }}}}")[0]
    assert wrong(f"{{{{ {name} | string }}}}", names={**NAMES, name: 1}) == []
