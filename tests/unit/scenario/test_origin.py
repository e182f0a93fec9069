"""A scenario is loaded again as it was, whatever has happened meanwhile to files and environment."""

import json
import shutil
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.errors import InvalidInput
from emulator.provider.signing import sign
from emulator.scenario.load import load_document, load_scenario, load_text
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides
from emulator.scenario.render import RunFacts, content_of, targets_of, wire_id

SCENARIOS = Path(__file__).parents[3] / "scenarios"
NAMES = sorted(
    str(path.relative_to(SCENARIOS)) for path in SCENARIOS.rglob("*.yaml") if path.parent.name != "providers"
)
ACME = "{version: 1, provider: acme, signature: {header: X-Acme}, accept: 2xx, retry: {waits: [1s]}}"
OWN_ENTUITIVE = "{version: 1, provider: entuitive, signature: {header: X-Own, encoding: base64}, accept: 204}"
HEAD = "version: 1\nprovider: acme\ntarget: http://localhost:1/\n"
OBJECT = {
    "version": 1,
    "provider": "entuitive",
    "target": "http://localhost:1/{{ index }}",
    "secret": "of-scenario",
    "variables": {"city": "Bern", "n": 1.50, "big": 10**30},
    "events": [
        {
            "type": "user.created",
            "data": {"city": "{{ city }}", "id": "{{ uuid() }}"},
            "repeat": {"times": 3},
        },
        {
            "type": "user.updated",
            "headers": {"X-N": "{{ n }} {{ fake.email() }}"},
            "after": {"event": "event-1"},
        },
        {
            "payload": [1, 1.0, True, -0.0, "\u2028é😀", None],
            "secret": None,
            "expect": {"outcome": "exhausted"},
        },
    ],
}


def sent(scenario: Scenario):
    """What the first occurrences of each event send, byte by byte, and how they are signed."""
    facts = RunFacts(name=scenario.name, labels={"team": "a"}, seed=7, variables=scenario.variables)
    for event in scenario.events:
        for index in range(min(3, event.repeat.times)):
            content = content_of(event, facts, index=index, due_at=index)
            identity = wire_id(event, facts, index)
            scheme = event.profile.signature
            yield targets_of(event, facts, index=index, due_at=index), content, identity
            if scheme is not None:
                yield [
                    sign(scheme, event.secret, content.body, wire_id=identity, timestamp=attempt)
                    for attempt in range(event.profile.attempts)
                ]


def document(scenario: Scenario) -> str:
    assert scenario.origin is not None
    return scenario.origin.document()


def assert_same(again: Scenario, first: Scenario):
    assert again == first
    assert list(sent(again)) == list(sent(first))
    assert (again.warnings, again.path, again.name) == (first.warnings, first.path, first.name)
    assert document(again) == document(first)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario(name, tmp_path):
    folder = tmp_path / "scenarios"
    shutil.copytree(SCENARIOS, folder)
    environment = {
        "WEBHOOK_EMULATOR_SECRET_COMPLIANCELY": "from-outside",
        "ENTUITIVE_URL": "http://localhost:9/",
    }
    first = load_scenario(folder / name, environment=environment)
    kept = document(first)
    expected = list(sent(first))
    shutil.rmtree(folder)
    environment.clear()
    again = load_document(kept)
    assert_same(again, first)
    assert list(sent(again)) == expected


@pytest.fixture
def folder(tmp_path):
    """Own providers above a scenario, one of them in the place of a built-in one, and a body that is no text."""
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers/acme.yaml").write_text(ACME)
    (tmp_path / "providers/entuitive.yml").write_text(OWN_ENTUITIVE)
    below = tmp_path / "below"
    below.mkdir()
    (below / "raw.bin").write_bytes(bytes(range(256)))
    (below / "text.json").write_bytes(b'\xef\xbb\xbf{"a" :  1}\r\n')
    return below


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "secret: key\nevents: [{payload_file: raw.bin}, {payload_file: ./text.json}]", id="files"
        ),
        pytest.param(
            "secret: key\nevents: [{payload: 1, provider: entuitive}, {payload: 2}]", id="own providers"
        ),
        pytest.param(
            "secret: ${KEY}\nevents: [{body: '${TEXT:-x} $${TEXT}'}]", id="variables of the environment"
        ),
        pytest.param("secret: ${EMPTY:-key}\nevents: [{body: '${EMPTY}${UNKNOWN:-}'}]", id="empty ones"),
        pytest.param(
            "events: [{payload: 1}, {payload: 1, provider: compliancely}]", id="secrets of providers"
        ),
        pytest.param(
            "secret: {acme: key, entuitive: null}\nevents: [{payload: 1}]", id="secrets by provider"
        ),
        pytest.param("secret: null\nevents: [{payload: 1}]", id="no secret"),
        pytest.param(
            "secret: ' blank '\nprofile: {timeout: 2s}\nevents: [{payload: 1, profile: {retry: {waits: [5s]}}}]",
            id="profiles overridden, with a warning",
        ),
        pytest.param(
            "\n# é\r\nsecret: ké\nevents: [&a {payload: {<: 😀}}, *a]\n", id="aliases and odd characters"
        ),
    ],
)
def test_files_that_were_changed_or_taken_away(folder, text):
    file = folder / "scenario.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + (HEAD + text).encode())
    environment = {
        "KEY": "key\udcff",
        "TEXT": "é",
        "EMPTY": "",
        "WEBHOOK_EMULATOR_SECRET_ACME": "k\udc80y",
        "OTHER": "not-looked-up",
        "WEBHOOK_EMULATOR_SECRET_OTHER": "not-looked-up",
    }
    first = load_scenario(file, environment=environment)
    kept = document(first)
    (folder.parent / "providers/acme.yaml").write_text(ACME.replace("1s", "2s"))
    (folder.parent / "providers/entuitive.yml").unlink()
    shutil.rmtree(folder)
    environment.update(dict.fromkeys(environment, "changed"))
    assert_same(load_document(kept), first)
    assert "not-looked-up" not in kept


@pytest.mark.parametrize(
    "overrides",
    [
        Overrides(target="http://localhost:2/{{ run.labels.team }}", labels={"team": "a"}),
        Overrides(target=("http://localhost:2/", "http://localhost:3/")),
        Overrides(secret="of-run\udcff"),
        Overrides(secret={"entuitive": "of-run"}),
        Overrides(secret={"entuitive": None}),
        Overrides(secret=None),
        Overrides(speed="60x", start="2026-01-05T09:00:00Z", seed="8"),
        Overrides(seed=2**53 - 1, variables={"city": {"deep": ["Oslo", 1.0]}, "strange": 1}),
        Overrides(fallback_target="http://localhost:4/", fallback_speed="manual"),
    ],
    ids=str,
)
@pytest.mark.parametrize("without", ["nothing", "target", "secret"])
def test_what_the_run_was_told(overrides, without):
    source = {key: value for key, value in OBJECT.items() if key != without}
    if without == "target":
        overrides = replace(overrides, fallback_target="http://localhost:5/")
    first = load_text(
        source, overrides=overrides, environment={"WEBHOOK_EMULATOR_SECRET_ENTUITIVE": "outside"}
    )
    assert_same(load_document(document(first)), first)


def test_texts_and_objects_with_files():
    files = {
        "providers/acme.yaml": ACME.encode(),
        "a": b"\xff\x00",
        "é 😀": b"{}",
        "unread": b"unread-file",
    }
    text = HEAD + "secret: ${NO_VARIABLE}\nevents: [{payload_file: a}, {payload_file: é 😀}]"
    first = load_text(text, files, environment={}, name="by/api")
    kept = document(first)
    files.clear()
    assert_same(load_document(kept), first)
    assert "unread-file" not in kept


def test_an_object_of_keys_that_are_no_texts():
    first = load_text({**OBJECT, "events": [{"payload": {1: (1, 2), None: {True: "x"}}}]}, environment={})
    assert_same(load_document(document(first)), first)


def test_a_definition_that_came_with_an_earlier_version_is_the_one_that_counts():
    kept = json.loads(document(load_text(OBJECT, environment={})))
    source = kept["providers"]["entuitive"]["source"]
    assert "timeout: 3s" in source
    kept["providers"]["entuitive"]["source"] = source.replace("timeout: 3s", "timeout: 4s")
    assert load_document(json.dumps(kept)).events[0].profile.timeout_us == 4_000_000


def test_a_provider_with_a_wrong_file_that_only_a_secret_names_is_still_no_matter():
    files = {"providers/acme.yaml": b"{version: 2}"}
    first = load_text({**OBJECT, "secret": {"acme": "a", "entuitive": "e"}}, files, environment={})
    assert_same(load_document(document(first)), first)


def test_loading_copies_nothing(folder):
    text = HEAD + "secret: key\nevents: [{payload_file: a}]"
    files = {"a": b"x" * 100, "providers/acme.yaml": ACME.encode()}
    origin = load_text(text, files, environment={}).origin
    assert origin is not None
    assert origin.text is text
    assert origin.bodies["a"] is files["a"]
    definition = origin.providers["acme"]
    assert definition is not None
    assert definition.source is files["providers/acme.yaml"]


def test_no_repr_shows_a_secret():
    scenario = load_text(
        {key: value for key, value in OBJECT.items() if key != "secret"} | {"description": "x"},
        overrides=Overrides(secret={"compliancely": "of-run"}),
        environment={"WEBHOOK_EMULATOR_SECRET_ENTUITIVE": "of-environment"},
    )
    shown = repr(scenario) + repr(scenario.origin)
    assert "of-run" not in shown
    assert "of-environment" not in shown


KEPT = json.loads(
    document(
        load_text(
            {**OBJECT, "events": [{"type": "user.created"}, {"payload_file": "a"}]},
            {"a": b"\xff"},
            overrides=Overrides(labels={"a": "b"}),
            environment={},
        )
    )
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
)


def paths(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from paths(each, (*path, key))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(list(paths(KEPT))[1:]), VALUES, st.booleans())
def test_what_is_damaged_is_told_without_a_traceback(path, value, gone):
    damaged = deepcopy(KEPT)
    place = damaged
    for key in path[:-1]:
        place = place[key]
    if gone:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    told = ""
    try:
        load_document(json.dumps(damaged))
    except InvalidInput as error:
        told = str(error)
    assert "of-scenario" not in told


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "{}", '{"format": 2}', "[" * 100_000, "\udcff"])
def test_what_is_no_document_is_told(text):
    with pytest.raises(InvalidInput, match=r"^expected the document of a scenario"):
        load_document(text)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(json.dumps(KEPT)) - 1))
def test_one_that_was_cut_off_is_told(end):
    with pytest.raises(InvalidInput, match=r"^expected the document of a scenario"):
        load_document(json.dumps(KEPT)[:end])
