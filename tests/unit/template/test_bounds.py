"""Attacks: nothing reaches Python's objects, nothing grows without bound, nothing takes long.

The escapes are the known ones for Jinja2 (as collected under "server-side template injection"), and those of the
sandbox's own past holes: `str.format` and `format_map` called in other ways, and `|attr`.
"""

from __future__ import annotations

import json
import tracemalloc
from time import process_time

import pytest

from emulator.template import BadTemplate, Unrenderable
from tests.helpers.templating import NAMES, refused, render, wrong

MIB = 1024 * 1024
LONG = 5
"""Seconds of work: each takes a small part of one on a quiet machine, and forever or all memory without its bound."""
BIG = "'x' * 1000000"

ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__']['__mro__'][1] }}",
    "{{ ''['__cl' ~ 'ass__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ company|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ self.__init__.__globals__.__builtins__ }}",
    "{{ self._TemplateReference__context.cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ joiner.__init__.__globals__.os }}",
    "{{ namespace.__init__.__globals__.os }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ dict.mro() }}",
    "{{ range.__class__ }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ ().__class__.__bases__[0] }}",
    "{{ {}.__class__ }}",
    "{{ (1).__class__ }}",
    "{{ none.__class__ }}",
    "{{ now.__class__ }}",
    "{{ now['__class__'] }}",
    "{{ now.plus.__func__ }}",
    "{{ now.us }}",
    "{{ fake.__class__ }}",
    "{{ fake['__class__'] }}",
    "{{ fake.random }}",
    "{{ fake.random.seed(1) }}",
    "{{ fake.generator }}",
    "{{ fake.add_provider('x') }}",
    "{{ fake.seed_instance(1) }}",
    "{{ fake.get_providers() }}",
    "{{ fake.parse('{{name}}') }}",
    "{{ fake.format('name') }}",
    "{{ fake.binary(length=10) }}",
    "{{ fake.pyobject() }}",
    "{{ fake.enum(1) }}",
    "{{ fake.uuid4(cast_to=1) }}",
    "{{ uuid.__globals__ }}",
    "{{ uuid().__class__ }}",
    "{{ '{0.__class__}'.format(company) }}",
    "{{ '{0.__class__}'|format(company) }}",
    "{{ '{a.__class__}'.format_map({'a': company}) }}",
    "{{ ('{0.__class__}' ~ '').format(1) }}",
    "{{ ['{0.__class__}']|map('format', 1)|first }}",
    "{{ '{0.__class__}'['format'](1) }}",
    "{{ '%s'|format(1) }}",
    "{{ company.encode() }}",
    "{{ company.translate({}) }}",
    "{{ company.maketrans('a', 'b') }}",
    "{{ data.tags.append(1) }}",
    "{{ data.tags.pop() }}",
    "{{ data.clear() }}",
    "{{ data.update(a=1) }}",
    "{{ data.setdefault('a', 1) }}",
    "{{ data.__setitem__('a', 1) }}",
    "{{ data.get.__self__ }}",
    "{{ data.items.__class__ }}",
    "{{ loop.index }}",
    "{{ super() }}",
    "{{ caller() }}",
    "{{ varargs }}",
    "{{ debug() }}",
    "{{ _('text') }}",
    "{{ x.__init__.__globals__ if false else y }}",
    "{{ [1]|map(attribute='__class__')|list }}",
    "{{ [1]|select('divisibleby', 1)|list }}",
    "{{ data|xmlattr }}",
    "{{ data|pprint }}",
    "{{ data|random }}",
    "{{ data|dictsort }}",
    "{{ '<b>'|safe }}",
    "{{ company is sameas company }}",
    "{{ company is filter }}",
    "{{ 'upper' is filter }}",
    "{{ company is callable }}",
    "{{ company|()('x') }}",
    "{{ company|fake.() }}",
    "{{ company|.() }}",
    "{{ ().count.__self__ }}",
    "{{ environment.globals }}",
    "{{ context.environment }}",
    "{% import 'os' as os %}",
    "{% from 'os' import popen %}",
    "{% extends '/etc/passwd' %}",
    "{% include '/etc/passwd' %}",
    "{% set a = ''.__class__ %}",
    "{% for c in [].__class__.__base__.__subclasses__() %}{% endfor %}",
    "{% debug %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape true %}{% endautoescape %}",
]


@pytest.mark.parametrize("template", ESCAPES)
def test_there_is_no_way_out_of_the_data(template: str) -> None:
    with pytest.raises((BadTemplate, Unrenderable)):
        render(template)


@pytest.mark.parametrize("template", ESCAPES)
def test_names_that_could_be_had_do_not_open_a_way(template: str) -> None:
    names = {
        **NAMES,
        **{name: {"a": 1} for name in ("self", "cycler", "request", "dict", "range", "x", "context")},
    }
    with pytest.raises((BadTemplate, Unrenderable)):
        render(template, names=names)


BOMBS = [
    "{{ 'a' * 10 ** 9 }}",
    "{{ 10 ** 9 * 'a' }}",
    "{{ 'a' * 2 ** 4000 }}",
    "{{ [0] * 10 ** 9 }}",
    "{{ [[[[0] * 1000] * 1000] * 1000] * 1000 }}",
    "{{ [[0] * 1000] * 1000 == [[0] * 1000] * 1000 }}",
    "{{ 9 ** 9 ** 9 ** 9 ** 9 ** 9 }}",
    "{{ 2 ** 4096 }}",
    "{{ 2 ** 4000 * 2 ** 4000 }}",
    "{{ (2 ** 4095) ** 2 }}",
    "{{ 10.0 ** 300 ** 300 }}",
    f"{{{{ ({BIG}) ~ ({BIG}) }}}}",
    f"{{{{ {BIG} + {BIG} }}}}",
    f"{{{{ [{BIG}, {BIG}] }}}}",
    f"{{{{ {{'a': {BIG}, 'b': {BIG}}} }}}}",
    f"{{{{ ({BIG}) | replace('x', {BIG}) }}}}",
    f"{{{{ ({BIG}) | replace('', {BIG}) }}}}",
    f"{{{{ ({BIG}).replace('x', 'xx') }}}}",
    f"{{{{ ('ab' * 100000).split('b') | join({BIG}) }}}}",
    f"{{{{ ({BIG}).join(['a'] * 100000) }}}}",
    f"{{{{ ({BIG}).split('x') }}}}",
    f"{{{{ [{BIG}] * 2 }}}}",
    f"{{{{ ({BIG}) | urlencode }}}}{{{{ ({BIG}) | urlencode }}}}",
    f"{{{{ (' ' * 1000000) | trim({BIG}) }}}}",
    f"{{{{ ('é' * 1000000).strip({BIG}) }}}}",
    f"{{{{ ({BIG}).zfill(10 ** 9) }}}}",
    f"{{{{ ({BIG}).center(10 ** 9) }}}}",
    "{{ 'x'.ljust(10 ** 9) }}",
    "{{ 'ß' * 1000000 }}{{ ('ß' * 1000000).upper() }}",
    f"{{{{ ({BIG}) | int }}}}",
    "{{ ('9' * 1000000) | int }}",
    "{{ ('9' * 1000000) | float }}",
    "{{ 1 | round(10 ** 9) }}",
    "{{ 1 | round(-10 ** 9) }}",
    "{{ now | strftime('%d' * 1000000) }}",
    "{{ now | strftime('%1000000000d') }}",
    f"{{{{ now | plus({BIG}) }}}}",
    "{{ fake.text(max_nb_chars=10 ** 9) }}",
    "{{ fake.text(10 ** 9) }}",
    "{{ fake.words(nb=10 ** 9) }}",
    "{{ fake.sentence(10 ** 9) }}",
    "{{ fake.password(10 ** 9) }}",
    "{{ fake.pystr(max_chars=10 ** 9) }}",
    "{{ fake.random_number(digits=10 ** 9) }}",
    "{{ fake.pyfloat(left_digits=10 ** 9) }}",
    "{{ fake.random_elements(['a'], length=10 ** 9) }}",
    "{{ fake.numerify('%' * 1000000) }}",
    "{{ fake.bothify('?' * 1000, letters='a' * 1000000) }}",
    "{{ fake.domain_name(levels=10 ** 9) }}",
    "{{ fake.file_path(depth=10 ** 9) }}",
    "{{ fake.pylist(10 ** 9) }}",
    "{{ fake.binary(10 ** 9) }}",
    "{{ " + "(" * 1000 + "1" + ")" * 1000 + " }}",
    "{{ " + "[" * 1000 + "]" * 1000 + " }}",
    "{{ " + "not " * 1000 + "1 }}",
    "{{ " + "-" * 1 + " -" * 1500 + "1 }}",
    "{{ " + "1 if 1 else " * 300 + "1 }}",
    "{{ 1" + " + 1" * 1000 + " }}",
    "{{ company" + ".a" * 2000 + " }}",
    "{{ company" + "|upper" * 500 + " }}",
    "{{ 1" + " == 1" * 500 + " + " * 100 + " }}",
    "{{ " + "9" * 5000 + " }}",
    "{{ '" + "a" * 5000 + "' }}",
    "{{" * 100_000,
    "{{ '" * 100_000,
    "{%" * 100_000,
    "{% raw %}" * 100_000,
    "{{ (" * 100_000,
    "{{ \\" * 100_000,
    "{%" + " " * 1_000_000,
    "{% raw" + " " * 1_000_000,
]


@pytest.mark.parametrize("template", BOMBS, ids=range(len(BOMBS)))
def test_a_bomb_is_refused_quickly(template: str) -> None:
    began = process_time()
    assert wrong(template) or refused(template)
    assert process_time() - began < LONG


@pytest.mark.parametrize("template", [each for each in BOMBS if "* 1000000" in each or "**" in each])
def test_a_bomb_takes_little_memory(template: str) -> None:
    assert wrong(template) or refused(template)
    tracemalloc.start()
    try:
        assert wrong(template) or refused(template)
        assert tracemalloc.get_traced_memory()[1] < 40 * MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "expression",
    [
        f"(({BIG}).upper() == ({BIG}).lower()) and false",
        "([0] * 100000) == ([0] * 100000)",
        "fake.text(100000) | length",
        "('é' * 300000).title() | length",
        "([1.5] * 100000) | sort | first",
        "('a b ' * 50000).split() | length",
    ],
)
def test_many_heavy_expressions_end_soon(expression: str) -> None:
    began = process_time()
    assert "take more work than one rendering may do" in refused([f"{{{{ {expression} }}}}"] * 500)
    assert process_time() - began < LONG


def test_one_expression_can_be_long_and_deep_within_its_bounds() -> None:
    assert render("{{ 1" + " + 1" * 45 + " }}") == 46
    assert render("{{ " + "(" * 19 + "1" + ")" * 19 + " }}") == 1
    assert render("{{ " + "[" * 20 + "]" * 20 + " }}") == json.loads("[" * 20 + "]" * 20)
    assert render("{{ 'a'" + " ~ 'a'" * 600 + " }}") == "a" * 601
    assert render("{{ company" + " | upper" * 45 + " }}") == "HARBOUR LIFTS LTD"
    assert render("{{ " + "1 if 0 else " * 45 + "2 }}") == 2
    assert render("{{ " + "not " * 44 + "1 }}") is True


def test_results_may_be_just_as_large_as_promised() -> None:
    assert len(render("{{ 'x' * 1048576 }}")) == MIB
    assert len(render("{{ [0] * 131072 }}")) == MIB // 8
    assert refused("{{ 'x' * 1048577 }}") != ""
    assert refused("{{ 'x' * 1048576 }}{{ index }}") != ""


def test_a_large_value_can_be_passed_on_whole() -> None:
    names = {"data": {"rows": ["x" * 1000] * 10_000}}
    assert render({"data": "{{ data }}"}, names=names)["data"] is names["data"]


def test_a_large_value_cannot_be_passed_on_without_end() -> None:
    names = {"data": {"rows": ["x" * 1000] * 10_000}}
    assert "more work" in refused(["{{ data }}"] * 100, names=names)
    assert "more work" in refused(["{{ text }}"] * 100, names={"text": "x" * MIB})
