"""What expressions give: a table of templates and their values, types included."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import ChainableUndefined, Environment

from tests.helpers.templating import NAMES, render

PLAIN = [
    ("{{ company }}", "Harbour Lifts Ltd"),
    ("{{company}}", "Harbour Lifts Ltd"),
    ("{{\n  company\t}}", "Harbour Lifts Ltd"),
    ("{{ index }}", 3),
    ("{{ tin }}", "900000006"),
    ("{{ ratio }}", 1.5),
    ("{{ nothing }}", None),
    ("{{ open }}", True),
    ("{{ event.type }}", "user.created"),
    ("{{ run.labels.team }}", "blue"),
    ("{{ data }}", NAMES["data"]),
    ("{{ data.items }}", [{"n": 1}, {"n": 2}]),
    ("{{ data.gone }}", None),
    ("{{ now }}", "2026-01-05T09:00:00Z"),
    ("{{ now.unix }}", 1767603600),
    ("{{ now.unix_ms }}", 1767603600000),
    ("{{ now.date }}", "2026-01-05"),
    ("{{ now.micros }}", "2026-01-05T09:00:00.000000Z"),
]
VALUES = [
    ("{{ 'text' }}", "text"),
    ('{{ "it\'s" }}', "it's"),
    ("{{ '900000006' }}", "900000006"),
    ("{{ 'one ' 'text' }}", "one text"),
    ("{{ 'a\\tb\\u00e9\\x41' }}", "a\tbéA"),
    ("{{ '}}' }}", "}}"),
    ("{{ '{{ company }}' }}", "{{ company }}"),
    ("{{ 900000006 }}", 900000006),
    ("{{ 1_000 }}", 1000),
    ("{{ 1.50 }}", 1.5),
    ("{{ true }}", True),
    ("{{ None }}", None),
    ("{{ [1, 'a', none, [true]] }}", [1, "a", None, [True]]),
    ("{{ (1, 2) }}", [1, 2]),
    ("{{ {'a': {'b': index}} }}", {"a": {"b": 3}}),
    ("{{ {'at': now, 'all': [now]} }}", {"at": "2026-01-05T09:00:00Z", "all": ["2026-01-05T09:00:00Z"]}),
    ("{{ data['_links'].self }}", "/1"),
    ("{{ data['tags'][-1] }}", "b"),
    ("{{ data.items.1.n }}", 2),
    ("{{ data.tags[0:1] }}", ["a"]),
    ("{{ company[:7] }}", "Harbour"),
    ("{{ tin[::-1] }}", "600000009"),
    ("{{ company[0] }}", "H"),
]
OPERATORS = [
    ("{{ index + 1 }}", 4),
    ("{{ index - 1.5 }}", 1.5),
    ("{{ -index }}", -3),
    ("{{ +index }}", 3),
    ("{{ index * 2 }}", 6),
    ("{{ 7 / 2 }}", 3.5),
    ("{{ 7 // 2 }}", 3),
    ("{{ -7 % 3 }}", 2),
    ("{{ 2 ** 100 }}", 1267650600228229401496703205376),
    ("{{ 2 ** -1 }}", 0.5),
    ("{{ 2 ** 4095 > 0 }}", True),
    ("{{ 'ab' * 3 }}", "ababab"),
    ("{{ 2 * [0, 1] }}", [0, 1, 0, 1]),
    ("{{ 'ab' * -1 }}", ""),
    ("{{ 'a' + 'b' }}", "ab"),
    ("{{ [1] + [2] }}", [1, 2]),
    ("{{ tin ~ '-' ~ index ~ open ~ nothing ~ ratio }}", "900000006-3truenull1.5"),
    ("{{ 'at ' ~ now }}", "at 2026-01-05T09:00:00Z"),
    ("{{ 1 < index <= 3 }}", True),
    ("{{ 1 < index < 3 }}", False),
    ("{{ index == 3 and not open }}", False),
    ("{{ nothing or company }}", "Harbour Lifts Ltd"),
    ("{{ 'Lifts' in company }}", True),
    ("{{ 'c' not in data.tags }}", True),
    ("{{ 'id' in data }}", True),
    ("{{ now > now | minus('1s') }}", True),
    ("{{ 'new' if index == 0 else 'old' }}", "old"),
    ("{{ index is odd }}", True),
    ("{{ index is not even }}", True),
    ("{{ index is divisibleby 3 }}", True),
    ("{{ data.none is defined }}", False),
    ("{{ data.none is undefined }}", True),
    ("{{ data.gone is none }}", True),
    ("{{ data is mapping and data.tags is sequence and tin is string }}", True),
    ("{{ index is integer and ratio is float and open is boolean and open is true }}", True),
]
FILTERS = [
    ("{{ company | upper }}", "HARBOUR LIFTS LTD"),
    ("{{ company | lower | title }}", "Harbour Lifts Ltd"),
    ("{{ \"it's o'neil-smith (x)\" | title }}", "It's O'neil-Smith (X)"),
    ("{{ 'aBC' | capitalize }}", "Abc"),
    ("{{ '  x ' | trim }}", "x"),
    ("{{ '--x-' | trim('-') }}", "x"),
    ("{{ company | replace('Lifts', 'Cranes') }}", "Harbour Cranes Ltd"),
    ("{{ 'aaa' | replace('a', 'b', 2) }}", "bba"),
    ("{{ 'aaa' | replace('a', 'b', count=1) }}", "baa"),
    ("{{ data.none | default('x') }}", "x"),
    ("{{ nothing | default('x') }}", None),
    ("{{ nothing | default('x', true) }}", "x"),
    ("{{ '' | d('x', boolean=true) }}", "x"),
    ("{{ [] | first | default('none') }}", "none"),
    ("{{ company | length }}", 17),
    ("{{ data | count }}", 5),
    ("{{ data.tags | join(', ') }}", "a, b"),
    ("{{ [1, none, now] | join('/') }}", "1/null/2026-01-05T09:00:00Z"),
    ("{{ data.tags | first }}", "a"),
    ("{{ tin | last }}", "6"),
    ("{{ 2.567 | round(2) }}", 2.57),
    ("{{ 42.55 | round }}", 43.0),
    ("{{ 2.1 | round(method='ceil') | int }}", 3),
    ("{{ 2.19 | round(1, 'floor') }}", 2.1),
    ("{{ tin | int }}", 900000006),
    ("{{ -1.9 | int }}", -1),
    ("{{ 'x' | int(0) }}", 0),
    ("{{ '1.5e3' | float }}", 1500.0),
    ("{{ 'x' | float(default=none) }}", None),
    ("{{ index | string }}", "3"),
    ("{{ -3 | abs }}", 3),
    ("{{ data.items | tojson }}", '[{"n":1},{"n":2}]'),
    ("{{ 'é\"' | tojson }}", '"é\\""'),
    ("{{ [3, 1, 2] | sort }}", [1, 2, 3]),
    ("{{ ['b', 'a'] | sort(reverse=true) }}", ["b", "a"]),
    ("{{ [3, 1.5] | min }}", 1.5),
    ("{{ [now, now | plus(1)] | max }}", "2026-01-05T09:00:01Z"),
    ("{{ [3, 1.5] | sum }}", 4.5),
    ("{{ [1] | sum(start=2) }}", 3),
    ("{{ [1, 2] | reverse }}", [2, 1]),
    ("{{ 'ab' | reverse }}", "ba"),
    ("{{ 'a b/é&' | urlencode }}", "a%20b/%C3%A9%26"),
    ("{{ now | plus('3d') }}", "2026-01-08T09:00:00Z"),
    ("{{ now | minus('1h30m') }}", "2026-01-05T07:30:00Z"),
    ("{{ now | plus(0.25) }}", "2026-01-05T09:00:00.250000Z"),
    ("{{ now | strftime('%d/%m/%Y') }}", "05/01/2026"),
    ("{{ '2026-01-05T09:00:00Z' | plus('1d') }}", "2026-01-06T09:00:00Z"),
]
METHODS = [
    ("{{ company.upper() }}", "HARBOUR LIFTS LTD"),
    ("{{ company.replace('r', '') }}", "Habou Lifts Ltd"),
    ("{{ company.split() | last }}", "Ltd"),
    ("{{ 'a,b,c'.split(',', 1) }}", ["a", "b,c"]),
    ("{{ company.startswith('Har') and company.endswith('Ltd') }}", True),
    ("{{ (index | string).zfill(5) }}", "00003"),
    ("{{ 'x'.rjust(3, '.') ~ 'x'.ljust(width=3) ~ 'x'.center(3) }}", "..xx   x "),
    ("{{ '-'.join(data.tags) }}", "a-b"),
    ("{{ ' x '.strip() ~ '|' ~ ' x '.lstrip() ~ '|' ~ ' x '.rstrip() }}", "x|x | x"),
    ("{{ company.removesuffix(' Ltd').removeprefix('Harbour ') }}", "Lifts"),
    ("{{ 'a\\nb'.splitlines() }}", ["a", "b"]),
    ("{{ [company.find('L'), company.count('t')] }}", [8, 2]),
    ("{{ [tin.isdigit(), tin.isalpha(), tin.isalnum()] }}", [True, False, True]),
    ("{{ 'aB'.lower() ~ 'aB c'.title() ~ 'aB'.capitalize() }}", "abAb CAb"),
    ("{{ data.get('none', 5) }}", 5),
    ("{{ data.get('id') }}", 1),
    ("{{ data.get(data.tags) }}", None),
    ("{{ run.keys() | join }}", "namelabels"),
    ("{{ run.labels.values() }}", ["blue"]),
    ("{{ run.labels.items() }}", [["team", "blue"]]),
    ("{{ now.plus('1d').strftime('%F') }}", "2026-01-06"),
    ("{{ now.minus(duration='1d').date }}", "2026-01-04"),
]
TEXTS = [
    ("no template", "no template"),
    ("{ {{ index }} }", "{ 3 }"),
    ("Dear {{ company }}, {{ index + 1 }} of {{ ratio }}", "Dear Harbour Lifts Ltd, 4 of 1.5"),
    (" {{ index }}", " 3"),
    ("{{ tin }}{{ index }}", "9000000063"),
    ("{{ open }}/{{ nothing }}/{{ now }}", "true/null/2026-01-05T09:00:00Z"),
    ("{{ data.items }} {{ run.labels }}", '[{"n":1},{"n":2}] {"team":"blue"}'),
    ("é\r\n{{ index }}\r\n\n", "é\r\n3\r\n\n"),
    ("}} and %} and #}", "}} and %} and #}"),
    ("{% raw %}{{ company }}{% endraw %}", "{{ company }}"),
    ("{%raw%}{% if x %}{#{%  endraw  %}", "{% if x %}{#"),
    ("{% raw %}{{{% endraw %} {{ index }} {% raw %}}}{% endraw %}", "{{ 3 }}"),
    ("{% raw %}{% endraw %}", ""),
]


OURS = {
    "{{ {'at': now, 'all': [now]} }}",  # a moment within a value is JSON too
    "{{ data.items.1.n }}",  # a key comes before a method of Python
    "{{ tin ~ '-' ~ index ~ open ~ nothing ~ ratio }}",  # text is spelt as JSON spells it
    "{{ [1, none, now] | join('/') }}",
    "{{ data.items | tojson }}",  # and compact
    "{{ 'é\"' | tojson }}",
    "{{ [1, 2] | reverse }}",  # lists instead of iterators and views
    "{{ run.labels.values() }}",
    "{{ run.labels.items() }}",
    "{{ 'x'.rjust(3, '.') ~ 'x'.ljust(width=3) ~ 'x'.center(3) }}",  # arguments have names
    "{{ data.get(data.tags) }}",
}
"""Where we depart from Jinja on purpose, besides what it does not have: `plus`, `minus` and `strftime`."""
JINJA = Environment(undefined=ChainableUndefined, autoescape=False)  # noqa: S701 - nothing here is a page


@pytest.mark.parametrize(("template", "value"), PLAIN + VALUES + OPERATORS + METHODS + TEXTS + FILTERS)
def test_a_template_renders_to_its_value(template: str, value: Any) -> None:
    rendered = render(template)
    assert rendered == value
    assert type(rendered) is type(value)


@pytest.mark.parametrize(("template", "value"), VALUES + OPERATORS + FILTERS + METHODS)
def test_an_expression_means_what_it_means_in_jinja(template: str, value: Any) -> None:
    if template in OURS or any(word in template for word in ("plus", "minus", "strftime")):
        return
    meant = JINJA.compile_expression(template[2:-2].strip())(**NAMES)
    assert (list(meant) if isinstance(meant, tuple) else meant) == value


def test_templates_render_wherever_they_stand_in_a_value() -> None:
    value = {"a": ["x", {"b": "{{ index }}"}], "{{ key }}": "{{ tin }}", "n": None, "f": 1.50, "t": True}
    assert render(value) == {"a": ["x", {"b": 3}], "{{ key }}": "900000006", "n": None, "f": 1.5, "t": True}


def test_rendering_keeps_the_order_of_keys() -> None:
    assert list(render({"z": "{{ index }}", "a": 1, "m": "{{ tin }}"})) == ["z", "a", "m"]
