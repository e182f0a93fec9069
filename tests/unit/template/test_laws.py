"""Laws for any text and any value."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.template import BadTemplate, Scope, Unrenderable, parse_template
from emulator.template.catalog import METHODS as SAMPLES
from emulator.template.condition import TESTS
from emulator.template.filter import FILTERS
from emulator.template.method import METHODS
from tests.helpers.templating import NAMES

LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine breaks no law."""

BRACELESS = st.text().filter(lambda text: "{" not in text)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | BRACELESS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=10,
)
PIECES = """
    {{ }} {% %} {# #} ( ) [ ] { } , : . | ~ + - * ** / // % == < != ' " \\ = ! 'a' "b" '%s' 1 0 -1 2.5 10 99999999999
    1e400 true none not and or in is if else company index data data.tags now nothing fake uuid() fake.email() _x é self
    .upper() .split( .center( .get( .items() |upper |join |replace( |plus( |int |round( |default( |tojson |sort
    |strftime( fake.text( fake.random_int(
"""
WORDS = [*PIECES.split(), "{% raw %}", "{% endraw %}", " ", "\n", "\r\n", " is even", " is defined", "\ud800"]
TOKENS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
ATOMS = st.sampled_from(
    [
        *NAMES,
        "0",
        "1",
        "-3",
        "2.5",
        "1000000",
        "''",
        "'a b'",
        "'%s{0}'",
        "'3d'",
        "true",
        "none",
        "[]",
        "{}",
        "uuid()",
    ]
)
FAKES = st.sampled_from(
    ["name()", "text(20)", "random_int(1, 5)", "boolean()", "words(2)", "latitude()", "pyfloat()"]
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(
        ["+", "-", "*", "/", "//", "%", "**", "~", "==", "<", ">=", "in", "not in", "and", "or"]
    )
    few = st.lists(inner, max_size=2).map(", ".join)
    return st.one_of(
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("({} | {})".format, inner, st.sampled_from([*FILTERS])),
        st.builds("({} | {}({}))".format, inner, st.sampled_from([*FILTERS]), few),
        st.builds("({} is {})".format, inner, st.sampled_from([*TESTS])),
        st.builds("({}).{}({})".format, inner, st.sampled_from([*METHODS]), few),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("({})[{}:{}]".format, inner, inner, inner),
        st.builds("[{}]".format, few),
        st.builds("{{'a': {}, ({}): 1}}".format, inner, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("(- {})".format, inner),
        st.builds("fake.{}({})".format, st.sampled_from([*SAMPLES]), few),
        FAKES.map("fake.{}".format),
    )


EXPRESSIONS = st.recursive(ATOMS, _larger, max_leaves=6)


def settle(value: Any) -> Any:
    """Read and render a value; None, when it is wrong or refused. No other errors than ours may come."""
    try:
        return parse_template(value, names=NAMES).render(Scope(NAMES, "place"))
    except BadTemplate as error:
        messages = [problem.message for problem in error.problems]
    except Unrenderable as error:
        messages = [str(error)]
    assert messages
    assert all("\n" not in message for message in messages)
    return None


@LAW
@given(JSON)
def test_a_value_without_templates_renders_to_itself(value: Any) -> None:
    template = parse_template(value, names=[])
    assert template.static
    assert template.render(Scope({}, "")) == value


@LAW
@given(st.text())
def test_any_text_renders_or_is_told(text: str) -> None:
    settle(text)


@LAW
@given(st.text())
def test_any_expression_renders_or_is_told(text: str) -> None:
    settle(f"{{{{{text}}}}}")


@settings(LAW, max_examples=1000)
@given(EXPRESSIONS | TOKENS)
def test_whatever_looks_like_an_expression_renders_to_json_or_is_told(source: str) -> None:
    made = settle(f"{{{{ {source} }}}}")
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    text = settle(f"in a text {{{{ {source} }}}}")
    assert text is None or isinstance(text, str)


@settings(LAW, max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=20).map("".join))
def test_whatever_looks_like_a_template_renders_or_is_told(text: str) -> None:
    settle(text)


@LAW
@given(st.text().filter(lambda text: "{%" not in text))
def test_raw_protects_any_text(text: str) -> None:
    template = parse_template(f"{{% raw %}}{text}{{% endraw %}}", names=[])
    assert template.render(Scope({}, "")) == text


@LAW
@given(BRACELESS, BRACELESS)
def test_the_text_around_an_expression_is_kept(before: str, after: str) -> None:
    template = parse_template(f"{before}{{{{ index }}}}{after}", names=NAMES)
    rendered = template.render(Scope(NAMES, ""))
    assert str(rendered) == f"{before}3{after}"


@LAW
@given(JSON)
def test_a_name_passes_any_value_on_with_its_type(value: Any) -> None:
    for text in ("{{ name }}", "{{ (name) }}", "{{ [name][0] }}"):
        rendered = parse_template(text, names={"name"}).render(Scope({"name": value}, ""))
        assert json.dumps(rendered) == json.dumps(value)


@LAW
@given(JSON)
def test_tojson_is_json(value: Any) -> None:
    text = parse_template("{{ name | tojson }}", names={"name"}).render(Scope({"name": value}, ""))
    assert json.loads(text) == value


@LAW
@given(st.text())
def test_constants_mean_their_text(text: str) -> None:
    literal = json.dumps(text, ensure_ascii=False).replace("\\/", "/")
    if not any("\ud800" <= each <= "\udfff" for each in text) and "\\u" not in literal:
        assert settle(f"{{{{ {literal} }}}}") == text


@LAW
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["+", "-", "*", "/", "//", "%"]),
    st.integers(),
)
def test_arithmetic_is_pythons_or_is_told(left: float, sign: str, right: int) -> None:
    template = parse_template(f"{{{{ a {sign} b }}}}", names={"a", "b"})
    try:
        made = template.render(Scope({"a": left, "b": right}, ""))
    except Unrenderable:
        return
    assert made == eval(f"a {sign} b", {"a": left, "b": right})  # noqa: S307 - two numbers and a sign
