"""Reports: order, bounds, and what is shown."""

import pytest

from emulator.document import Place, Report, parse_yaml
from emulator.document.place import MOST_GATHERED, MOST_PROBLEMS, found, key_text, nearest, one_line
from emulator.errors import InvalidInput, Problem


@pytest.fixture
def place():
    return Place(
        parse_yaml("a: [x, {b c: y}]\nsecret: hunter2\nz: hunter2 again\n", "f.yaml"), Report("f.yaml")
    )


def told(report):
    with pytest.raises(InvalidInput) as error:
        report.check()
    return [str(problem) for problem in error.value.problems]


def test_problems_are_told_in_the_order_of_the_text_and_once(place):
    place.child("z").problem("last")
    place.down(("a", 1, "b c")).problem("middle")
    place.problem("first")
    place.problem("first")
    assert told(place.report) == [
        "f.yaml:1:1: first",
        "f.yaml:1:14: a[1].'b c': middle",
        "f.yaml:3:4: z: last",
    ]


def test_a_key_has_a_place_of_its_own(place):
    place.down(("a", 1)).key_problem("b c", "this key")
    place.key_problem("nowhere", "not there")
    assert told(place.report) == ["f.yaml:1:1: nowhere: not there", "f.yaml:1:9: a[1].'b c': this key"]


def test_going_down_ends_where_the_document_ends(place):
    assert place.down(("a", 0, 0, "x")).key_path == ("a", 0)
    assert place.down(("a", 7)).key_path == ("a",)
    assert place.down(("none",)).key_path == ()


def test_problems_of_other_documents_come_last(place):
    place.report.adopt([Problem(path="b.yaml", line=1, column=1, message="other")])
    place.child("z").problem("own")
    assert told(place.report) == ["f.yaml:3:4: z: own", "b.yaml:1:1: other"]


def test_no_more_is_said_of_what_is_spoilt(place):
    node = place.child("z")
    node.problem("told")
    place.report.spoil(node.node)
    node.problem("not told")
    assert told(place.report) == ["f.yaml:3:4: z: told"]


def test_a_secret_is_hidden_wherever_it_stands(place):
    place.report.hide("hunter2")
    place.child("z").problem("expected something else, found 'hunter2 again'")
    place.child("a").problem("hunter2 is a word here")
    assert told(place.report) == [
        "f.yaml:1:4: a: hunter2 is a word here",
        "f.yaml:3:4: z: expected something else, found '… again'",
    ]


def test_only_so_many_are_told(place):
    for number in range(MOST_PROBLEMS + 5):
        place.problem(f"number {number}")
    lines = told(place.report)
    assert (len(lines), lines[-1]) == (MOST_PROBLEMS + 1, "f.yaml: and 5 more problems")
    assert not place.report.full


def test_a_full_report_says_so(place):
    for number in range(MOST_GATHERED):
        place.problem(f"number {number}")
    assert place.report.full
    assert told(place.report)[-1] == f"f.yaml: and more than {MOST_GATHERED - MOST_PROBLEMS} more problems"


def test_nothing_is_raised_without_problems():
    Report().check()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("a", 0, "b"), "a[0].b"),
        (("a.b", "c d", "", "x:y"), "'a.b'.'c d'.''.'x:y'"),
        (("\x1b[31m",), r"'\x1b[31m'"),
        (("$schema", "é", "a" * 100), "$schema.é." + "a" * 59 + "…"),
    ],
)
def test_key_paths(path, text):
    assert key_text(path) == text


def test_messages_are_of_one_line():
    assert one_line("a\nb\x1b[0m\u2028é") == r"a\nb\x1b[0m\u2028é"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "found a mapping"),
        ([], "found a list"),
        (None, "found null"),
        (True, "found true"),
        (1.5, "found number 1.5"),
        ("x\n", r"found text 'x\n'"),
        ("x" * 100, f"found text '{'x' * 59}…'"),
    ],
)
def test_what_was_found(value, text):
    assert found(value) == text


@pytest.mark.parametrize(
    ("word", "known", "text"),
    [
        ("evnts", ["events", "expect"], "; did you mean 'events'?"),
        ("EVENTS", ["events"], "; did you mean 'events'?"),
        ("start", ["target"], "; known: target"),
        ("entuitive/nope", ["entuitive/forged"], "; known: entuitive/forged"),
        ("entuitive/froged", ["entuitive/forged"], "; did you mean 'entuitive/forged'?"),
        ("user.craeted", ["user.created", "user.updated"], "; did you mean 'user.created'?"),
        ("zzz", ["b", "a"], "; known: a, b"),
        ("zzz", [], ""),
        ("zzz", [f"k{n}" for n in range(41)], ""),
        ("K7", [f"k{n}" for n in range(1000)], "; did you mean 'k7'?"),
        ("k7x", [f"k{n}" for n in range(1000)], ""),
    ],
)
def test_the_nearest_known_word(word, known, text):
    assert nearest(word, known) == text
