"""YAML text into trees: positions, limits, and what is said of text that is no YAML."""

import gc

import pytest
import yaml

from emulator.document import parse_yaml
from emulator.document.memory import collector_paused
from emulator.errors import InvalidInput


def plain(text):
    return parse_yaml(text).plain()


def told(text, path="f.yaml"):
    with pytest.raises(InvalidInput) as error:
        parse_yaml(text, path)
    (problem,) = error.value.problems
    return str(problem)


def test_nodes_know_their_places():
    root = parse_yaml("a: 1\nb:\n  - x\n  - {c: é, d: y}\n")
    assert (root.line, root.column, root.keys) == (1, 1, {"a": (1, 1), "b": (2, 1)})
    items = root.value["b"]
    assert (items.line, items.column) == (3, 3)
    assert [(node.line, node.column) for node in items.value] == [(3, 5), (4, 5)]
    assert items.value[1].keys == {"c": (4, 6), "d": (4, 12)}
    assert (items.value[1].value["d"].line, items.value[1].value["d"].column) == (4, 15)


def test_the_pure_python_loader_reads_the_same(monkeypatch):
    text = "a: [1, 'x', {b: &n null}]\nc: *n\nd: |\n  text\n"
    fast = plain(text)
    monkeypatch.setattr("emulator.document.parse._Loader", yaml.SafeLoader)
    assert plain(text) == fast == {"a": [1, "x", {"b": None}], "c": None, "d": "text\n"}
    assert told("a: [1").startswith("f.yaml:1:6: not YAML: ")
    assert told("a: \x07").startswith("f.yaml:1:4: not YAML: ")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'1'", "1"),
        ('"true"', "true"),
        ("! 1", "1"),
        ("!!str 1", "1"),
        ("|\n 1\n", "1\n"),
        (">-\n a\n b\n", "a b"),
        ("[a, 'b', \"c\\n\"]", ["a", "b", "c\n"]),
        ("{a: , b: }", {"a": None, "b": None}),
        ("? a\n: b\n", {"a": "b"}),
        ("{1: a, true: b, null: c}", {"1": "a", "true": "b", "null": "c"}),
        ("'<<': a", {"<<": "a"}),
        ('"\\ud83d\\ude00"', None),
        ("!!map {a: 1}", {"a": 1}),
        ("!!seq [1]", [1]),
        ("\ufeffa: 1", {"a": 1}),
    ],
)
def test_values(text, value):
    if value is None:
        assert "no character" in told(text)
    else:
        assert plain(text) == value


def test_aliases_share_their_node():
    root = parse_yaml("a: &x {b: 1}\nc: [*x, *x]\n")
    first, second = root.value["c"].value
    assert first is second is root.value["a"]


def test_an_anchor_may_be_given_anew():
    assert plain("[&a 1, *a, &a 2, *a]") == [1, 1, 2, 2]


def test_100_levels_are_read_and_no_more():
    assert parse_yaml("[" * 100 + "]" * 100).depth == 100
    assert "nested deeper than 100 levels" in told("[" * 101 + "]" * 101)
    deep = "a: &a " + "[" * 50 + "]" * 50 + "\n"
    assert parse_yaml(deep + "b: " + "[" * 49 + "*a" + "]" * 49).depth == 100
    assert "nested deeper than 100 levels" in told(deep + "b: " + "[" * 50 + "*a" + "]" * 50)


def test_weight_counts_what_aliases_repeat():
    assert parse_yaml("[1, 2, [3]]").weight == 5
    assert parse_yaml("[&a [1, 2], *a, *a]").weight == 10
    assert parse_yaml("[" + "x" * 640 + "]").weight == 12


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: expected one document; a second one begins here"),
        ("a: 1\na: 2\n", "f.yaml:2:1: the key 'a' is repeated; it stands in line 1, column 1 already"),
        (
            "tokens:\n  m4rker: a\n  m4rker: b\n",
            "f.yaml:3:3: the key '…' is repeated; it stands in line 2, column 3 already",
        ),
        (
            "accounts: {m4rker: a, m4rker: b}",
            "f.yaml:1:23: the key '…' is repeated; it stands in line 1, column 12 already",
        ),
        ("a: !!binary aGk=\n", "f.yaml:1:4: tags are not read, found !!binary; quote the text"),
        ("a: !mine x\n", "f.yaml:1:4: tags are not read, found !mine; quote the text"),
        ("!mine {a: 1}\n", "f.yaml:1:1: tags are not read, found !mine; quote the text"),
        ("a: *b\n", "f.yaml:1:4: no anchor &b stands above; quote *b if text is meant"),
        ("a: &b [*b]\n", "f.yaml:1:8: the alias *b lies within its own anchor"),
        ("a: {{ b }}\n", 'f.yaml:1:5: expected a text as key; a template is written in quotes: "{{ … }}"'),
        ("a: .inf\n", "f.yaml:1:4: a number that JSON cannot hold; quote it if text is meant"),
        ("", "f.yaml:1:1: the file is empty"),
        ("---\n", None),
    ],
)
def test_what_is_refused(text, problem):
    if problem is None:
        assert plain(text) is None
    else:
        assert told(text) == problem


@pytest.mark.parametrize(
    "text",
    [
        "secret: *hunter2\n",
        "secret: !hunter2 x\n",
        "secret: {hunter2: a, hunter2: b}\n",
        "a: [{secret: [*hunter2]}]\n",
    ],
)
def test_what_stands_below_secret_is_never_shown(text):
    assert "hunter2" not in told(text)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"a: \xff", "f.yaml:1:4: expected UTF-8, found byte 0xff"),
        ("a: é\n".encode() + b"b: \xc3", "f.yaml:2:4: expected UTF-8, found byte 0xc3"),
        ("a: 1".encode("utf-16"), "f.yaml:1:1: expected UTF-8, found UTF-16; save the file as UTF-8"),
        ("a: 1".encode("utf-16-be"), "f.yaml:1:1: not YAML: control characters are not allowed"),
        ("é: ü\nü: \x01".encode(), "f.yaml:2:4: not YAML: control characters are not allowed"),
    ],
)
def test_bytes_that_are_no_text(data, problem):
    assert told(data) == problem


def test_text_that_is_no_unicode():
    assert told("a: \ud800") == "f.yaml: expected Unicode text, found half of a surrogate pair"


def test_the_collector_is_as_it_was():
    assert gc.isenabled()
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(InvalidInput):
        parse_yaml("[")
    assert gc.isenabled()
