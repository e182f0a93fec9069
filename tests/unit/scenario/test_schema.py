"""The JSON Schemas agree with the loader: what is read is valid, and what is plainly wrong is refused by both."""

import copy
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from emulator.document import parse_yaml
from emulator.errors import InvalidInput
from emulator.provider.load import read_definition
from emulator.scenario.load import load_scenario, load_text
from emulator.scenario.schema import profile_schema, scenario_schema

SCENARIO = Draft7Validator(scenario_schema())
PROFILE = Draft7Validator(profile_schema())
ROOT = Path(__file__).parents[3]
SHIPPED = sorted(ROOT.glob("scenarios/**/*.yaml"))

GOOD = {
    "$schema": "./scenario.schema.json",
    "version": 1,
    "name": "a/b",
    "description": "",
    "provider": "entuitive",
    "profile": {"timeout": "2s", "retry": {"waits": ["1s", 2]}},
    "target": ["http://localhost/a", "http://localhost/{{ event.name }}"],
    "secret": {"entuitive": "key", "compliancely": None},
    "speed": "60x",
    "start": "2026-01-05T09:00:00Z",
    "seed": 7,
    "variables": {"company": {"name": "x"}},
    "events": [
        {
            "name": "first",
            "type": "user.created",
            "at": "1m30s",
            "repeat": {"times": 2, "every": 0.5},
            "data": {"company_name": "{{ company.name }}"},
            "headers": {"X-A": "{{ index }}", "User-Agent": None},
            "expect": {
                "outcome": "delivered",
                "attempts": {"min": 1, "max": 2},
                "statuses": [503, "2xx"],
                "offsets": ["0s", 1],
                "answered_within": "2s",
                "response": {"headers": {"a": {"contains": "b"}}, "body": "x", "json": {"$.a": [1]}},
            },
        },
        {
            "after": {"event": "first", "delay": "5s"},
            "payload": [1.5, None],
            "provider": "compliancely",
            "secret": None,
        },
        {
            "body": "",
            "target": "http://localhost/",
            "profile": {"accept": [200, "3xx"]},
            "expect": {"attempts": 1},
        },
    ],
    "routes": [
        {
            "name": "submit",
            "provider": "compliancely",
            "request": {
                "method": "POST",
                "path": "/api/{version}/submissions/",
                "query": {"page": "1", "size": {"matches": "^[0-9]+$"}},
                "headers": {"Authorization": {"contains": "Token"}},
                "json": {"$.tin": {"matches": "^9"}, "$.n": 1},
                "body": {"contains": "tin"},
            },
            "response": {
                "status": 201,
                "headers": {"X-A": "{{ request.params.version }}"},
                "json": {"id": "{{ sequence('submission') }}"},
                "delay": "250ms",
            },
            "emits": [
                {
                    "event": "first",
                    "delay": "5s",
                    "targets": "{{ request.json.urls }}",
                    "data": {"company_id": 1},
                },
                {"event": "first", "targets": ["http://localhost/{{ request.json.x }}"]},
            ],
            "set": {"last": "{{ request.json }}"},
        },
        {"request": {"method": "GET", "path": "/a"}, "response": {"text": "x", "drop": False}},
        {"request": {"method": "GET", "path": "/b"}, "response": {"drop": True, "delay": 1}},
    ],
    "expect": {"notifications": {"max": 3}},
}


def accepts(tree):
    try:
        load_text(tree, environment={})
    except InvalidInput:
        return False
    return True


def paths(value, path=()):
    """The paths of everything in a tree."""
    yield path
    for key, item in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from paths(item, (*path, key))


def replaced(tree, path, change):
    """A copy of the tree in which one place is changed."""
    tree = copy.deepcopy(tree)
    parent = tree
    for key in path[:-1]:
        parent = parent[key]
    change(parent, path[-1])
    return tree


def test_the_schemas_are_of_draft_7():
    for validator in (SCENARIO, PROFILE):
        validator.check_schema(validator.schema)
    for schema in (scenario_schema(), profile_schema()):
        assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_every_key_is_described():
    def undescribed(schema, path):
        for name, part in schema.get("properties", {}).items():
            if not part.get("description") and name != "$schema":
                yield (*path, name)
            yield from undescribed(part, (*path, name))
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict):
                yield from undescribed(schema[key], (*path, key))
        for part in schema.get("anyOf", []):
            yield from undescribed(part, path)

    assert list(undescribed(SCENARIO.schema, ())) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_shipped_is_valid(path):
    tree = parse_yaml(path.read_bytes()).plain()
    validator = PROFILE if path.parent.name == "providers" else SCENARIO
    assert [error.message for error in validator.iter_errors(tree)] == []


def test_the_built_in_profiles_are_valid():
    for path in ROOT.glob("emulator/provider/builtin/*.yaml"):
        read_definition(path.read_bytes(), path.name)
        assert PROFILE.is_valid(parse_yaml(path.read_bytes()).plain())


def test_a_full_scenario_is_read_and_valid():
    assert accepts(GOOD)
    assert SCENARIO.is_valid(GOOD)


def test_what_a_variable_fills_is_valid(tmp_path):
    text = (
        "version: 1\nprovider: ${P:-entuitive}\ntarget: ${T:-http://localhost/}\nsecret: ${S:-key}\nspeed: ${V:-60x}\n"
        "start: '${D:-2026-01-01T00:00:00Z}'\nseed: ${N:-7}\n"
        "events:\n  - type: user.created\n    at: ${A:-1s}\n    repeat: {times: '${N:-7}', every: '${A:-1s}'}\n"
        "    expect:\n      attempts: ${M:-1}\n      statuses: ['${C:-200}']\n      offsets: ['${O:-0s}']\n"
        "      outcome: ${Y:-delivered}\n"
    )
    path = tmp_path / "a.yaml"
    path.write_text(text)
    assert load_scenario(path, environment={}).seed == 7
    assert [error.message for error in SCENARIO.iter_errors(parse_yaml(text).plain())] == []


STRUCTURAL = re.compile(
    "unknown-key|version-.*|endpoints(-is-text)?$|events-.*|event-is-text|name-(number|empty)|description-list"
    "|speed-(unknown|number)|start-(date|offset|without-zone)|seed-.*|variables-list"
    "|variable-(shadows|no-identifier|keyword)|expect-(unknown|negative|range-empty|outcome|key)"
    "|expect-attempts-(zero|text)|expect-statuses-(number|unknown)|expect-(offsets-word|answered-within|response-key)"
    "|profile-(unknown-key|text|names-a-provider|of-a-user-misspelt)|target-(empty-list|number|mapping|null)"
    "|secret-(empty|number|list|of-an-event-map)|at-(word|negative|minutes-and-seconds|unit-unknown|list|and-after)"
    "|after-(text|without-event)|repeat-(without-times|number|zero)|nothing-to-send|type-number|(two|three)-bodies"
    "|body-(mapping|number)|header(s-list|-name|-number)|route(s-.*|-path-number|-response|-emits)"
)
"""Bad files whose mistakes an editor can see with the schema alone."""


BAD = sorted(path for path in ROOT.glob("tests/bad_files/*.yaml") if STRUCTURAL.fullmatch(path.stem))


def test_there_are_typical_mistakes():
    assert len(BAD) > 60


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_typical_mistakes_are_refused_by_both(path):
    tree = parse_yaml(path.read_bytes()).plain()
    assert not SCENARIO.is_valid(tree)
    assert not accepts(tree)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 700)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(
        [
            "1s",
            "5xx",
            "200",
            "real",
            "2x",
            "http://x/",
            "a",
            "delivered",
            "{{ index }}",
            "2026-01-05T09:00:00Z",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["min", "max", "event", "a", "times"]), inner)
    ),
    max_leaves=6,
)
PLACES = [path for path in paths(GOOD) if path]


@settings(max_examples=400, deadline=None)
@given(place=st.sampled_from(PLACES), value=JSON)
def test_what_is_read_is_valid(place, value):
    def change(parent, key):
        parent[key] = value

    tree = replaced(GOOD, place, change)
    if accepts(tree):
        assert [error.message for error in SCENARIO.iter_errors(tree)] == []


@settings(max_examples=200, deadline=None)
@given(place=st.sampled_from([place for place in PLACES if "data" not in place and "payload" not in place]))
def test_a_key_that_nobody_knows_is_refused_by_both(place):
    def change(parent, key):
        if isinstance(parent, dict):
            parent["no_such_key!"] = 1

    tree = replaced(GOOD, place, change)
    if tree != GOOD and not {"json", "variables", "set"} & set(place):
        assert not accepts(tree)
        assert "variables" in place or not SCENARIO.is_valid(tree)
