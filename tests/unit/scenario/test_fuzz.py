"""Whatever a user writes, the loader reads it or says what is wrong: no traceback, no hang, no flood."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.document import parse_yaml
from emulator.document.place import MOST_PROBLEMS
from emulator.errors import InvalidInput, TemplateError
from emulator.scenario.load import load_text
from emulator.scenario.overrides import Overrides
from emulator.scenario.render import RunFacts, content_of, targets_of

ROOT = Path(__file__).parents[3]
FILES = sorted([*ROOT.glob("scenarios/**/*.yaml"), *ROOT.glob("tests/bad_files/*.yaml")])
TEXTS = [path.read_text(encoding="utf-8") for path in FILES if path.stem not in ("utf16", "not-utf8")]
PIECES = [
    *(
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        ",",
        "- ",
        "? ",
        "&a ",
        "*a",
        "! ",
        "!!str ",
        "|\n",
        ">-\n",
        "'",
        '"',
        "#",
        "%",
        "@",
        "`",
    ),
    *(
        "\n",
        "\n  ",
        "\n    ",
        "\t",
        " ",
        "\\",
        "\r\n",
        "---\n",
        "...\n",
        "<<: ",
        "null",
        "true",
        ".nan",
        "1e999",
        "0",
        "-1",
        "9" * 30,
    ),
    *(
        "{{ ",
        " }}",
        "{{ index }}",
        "{{ fake.email() }}",
        "{% raw %}",
        "{% endraw %}",
        "${A}",
        "${A:-b}",
        "$${",
        "${",
    ),
    *(
        "\x00",
        "\x07",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
        "é",
        "😀",
        "\ud800",
        "1s",
        "5xx",
        "after",
        "event",
        "data",
        "name",
    ),
]
KEYS = re.findall(
    r"\S+",
    """
    version name provider profile target secret speed start seed variables events expect type at after repeat data
    payload payload_file body headers event delay times every outcome attempts statuses offsets response min max json
    routes request method path query status text drop emits targets set
    contains matches timeout accept retry waits signature envelope $.a X-A
    """,
)


def judged(call, *args, **kwargs):
    """Call; what is refused must be told in few lines, each of them one line."""
    try:
        call(*args, **kwargs)
    except InvalidInput as error:
        problems = error.problems
    else:
        return None
    assert 1 <= len(problems) <= MOST_PROBLEMS + 1
    for problem in problems:
        assert str(problem).isprintable()
        assert len(str(problem)) < 2_000
        assert problem.line is None or (
            problem.line > 0 and problem.column is not None and problem.column > 0
        )
    return str(problems[0])


def load(source):
    scenario = load_text(source, overrides=Overrides(), environment={})
    facts = RunFacts(name=scenario.name, seed=1, variables=scenario.variables)
    for event in scenario.events[:3]:
        with suppress(TemplateError):
            targets_of(event, facts, index=1, due_at=0)
            content_of(event, facts, index=1, due_at=0)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_bytes(data):
    judged(parse_yaml, data)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_arbitrary_text(text):
    judged(load, text)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.sampled_from(KEYS), max_size=30).map("".join))
def test_pieces_of_yaml_in_any_order(text):
    judged(load, text)
    judged(
        load, "version: 1\nprovider: entuitive\ntarget: http://localhost/\nsecret: key\nevents:\n  - " + text
    )


@st.composite
def mutated(draw):
    """A file that someone has edited without care."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        other = draw(st.sampled_from(TEXTS))
        at = draw(st.integers(0, len(other)))
        put = draw(st.sampled_from([*PIECES, text[start:end] * 2, other[at : at + 40]]))
        text = text[:start] + put + text[end:]
    return text


@settings(max_examples=500, deadline=None)
@given(mutated())
def test_files_that_were_edited_without_care(text):
    judged(load, text)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from([*PIECES, "http://x/", "{{ index }}"])
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=5)
    ),
)


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_arbitrary_json(tree):
    judged(
        load, {"version": 1, "events": tree} if isinstance(tree, list) else {"version": 1, "events": [tree]}
    )


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), TREES))
def test_arbitrary_json_below_known_keys(tree):
    judged(load, tree)
    head = {"version": 1, "provider": "entuitive", "target": "http://x/", "secret": "k"}
    judged(load, {**head, "events": [{"type": "user.created", **tree}]})
    judged(load, {**head, "events": [{"type": "user.created", "profile": tree, "expect": tree}]})


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "target": st.text(max_size=10) | st.lists(st.text(max_size=10), max_size=3).map(tuple),
            "secret": st.none()
            | st.text(max_size=5)
            | st.dictionaries(st.text(max_size=5), st.none() | st.text(max_size=5)),
            "speed": st.text(max_size=5),
            "start": st.text(max_size=5),
            "seed": st.integers() | st.text(max_size=5),
            "variables": st.dictionaries(st.text(max_size=5), TREES, max_size=3),
        },
    )
)
def test_arbitrary_overrides(keys):
    text = "version: 1\nprovider: entuitive\ntarget: http://x/\nsecret: k\nevents: [{type: user.created}]\n"
    judged(load_text, text, overrides=Overrides(**keys), environment={})


MEGABYTES = 10_000_000
HEAD = "version: 1\nprovider: entuitive\ntarget: http://localhost/\nsecret: key\nevents:\n"
BIG = {
    **{
        f"only {piece!r}": piece * (MEGABYTES // len(piece))
        for piece in (
            "[",
            "{",
            "{a: ",
            "- ",
            "? ",
            ": ",
            "a: ",
            '"',
            "'",
            "x",
            "x\n",
            "\n",
            " ",
            "\t",
            "#",
            "&a ",
            "*a ",
            "!",
            "%TAG ! !\n",
        )
    },
    "one long text": HEAD + "  - payload: " + "x" * MEGABYTES,
    "many bad events": HEAD
    + "".join(f"  - {{tpye: user.created, b{number}: 1}}\n" for number in range(90_000)),
    "many bad names": HEAD
    + "".join(f"  - {{payload: 1, after: {{event: x{number}}}}}\n" for number in range(90_000)),
    "many bad templates": HEAD + "".join(f"  - payload: '{{{{ x{number} }}}}'\n" for number in range(90_000)),
    "many bad targets": HEAD
    + "".join(f"  - {{payload: 1, target: x{number}}}\n" for number in range(90_000)),
    "a text that aliases repeat": "a: &a "
    + "x" * 1_000_000
    + "\nb: &b ["
    + "*a," * 1000
    + "]\nc: ["
    + "*b," * 1000
    + "]",
    "a list that aliases repeat": "a: &a ["
    + "x," * 1000
    + "]\nb: &b ["
    + "*a," * 1000
    + "]\nc: ["
    + "*b," * 1000
    + "]",
}


@pytest.mark.parametrize("name", BIG)
def test_big_garbage_is_refused_in_time(name):
    told = judged(load, BIG[name])
    assert told is not None or name == "one long text"


def test_more_than_16_mib_are_not_read():
    assert "at most 16 MiB" in judged(parse_yaml, b" " * (1 << 24) + b" ")
    assert "at most 16 MiB" in judged(parse_yaml, " " * (1 << 24) + " ")


def test_ten_thousand_different_events_are_read():
    events = "".join(
        f"  - {{name: e{number}, type: user.created, at: {number}s, data: {{company_id: {number}}}}}\n"
        for number in range(10_000)
    )
    assert len(load_text(HEAD + events, environment={}).events) == 10_000


@pytest.mark.slow
def test_a_hundred_thousand_different_events_are_read():
    filler = "x" * 40
    events = "".join(
        f"  - {{name: e{number}, type: user.created, at: {number}s, data: {{company_id: {number}, city: {filler}}}}}\n"
        for number in range(100_000)
    )
    assert len(HEAD + events) > MEGABYTES
    assert len(load_text(HEAD + events, environment={}).events) == 100_000
