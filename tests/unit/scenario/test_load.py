"""Loading: from files and from texts, with variables of the environment, names and defaults."""

import json
from pathlib import Path

import pytest

from emulator.duration import INSTANT, REAL
from emulator.errors import InvalidInput
from emulator.scenario.load import load_scenario, load_text
from emulator.scenario.model import After, ExactContent, Repeat
from emulator.scenario.overrides import Overrides
from emulator.scenario.render import RunFacts, content_of

HEAD = "version: 1\nprovider: entuitive\ntarget: http://localhost:1/\nsecret: key\n"
EVENTS = "events: [{type: user.created}]\n"


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="scenario.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_file


def load(path, overrides=None, **environment):
    return load_scenario(path, overrides=overrides or Overrides(), environment=environment)


def bodies(scenario):
    facts = RunFacts(name=scenario.name, seed=1, variables=scenario.variables)
    return [content_of(event, facts, index=0, due_at=0).body.decode() for event in scenario.events]


def problems(call, *args, **kwargs):
    with pytest.raises(InvalidInput) as told:
        call(*args, **kwargs)
    return [str(problem) for problem in told.value.problems]


class TestDefaults:
    def test_a_small_file_is_enough(self, write):
        scenario = load(write(HEAD + EVENTS, "small.yaml"))
        assert (scenario.name, scenario.description, scenario.speed) == ("small", "", INSTANT)
        assert (scenario.start, scenario.seed, scenario.notifications) == (None, None, None)
        (event,) = scenario.events
        assert (event.name, event.at_us, event.after, event.repeat) == ("event-1", 0, None, Repeat())
        assert event.expectation.outcome == "delivered"

    def test_events_without_a_name_are_called_by_their_position(self):
        keys = {"version": 1, "provider": "entuitive", "target": "http://localhost/", "secret": "k"}
        events = [
            {"type": "user.created"},
            {"name": "mine", "type": "user.created"},
            {"type": "user.created"},
        ]
        scenario = load_text({**keys, "events": events}, environment={})
        assert [event.name for event in scenario.events] == ["event-1", "mine", "event-3"]
        assert scenario.name == "inline"

    def test_a_name_by_place_gives_way_to_the_files_own(self, write):
        assert load_scenario(write(HEAD + EVENTS), environment={}, name="a/b").name == "a/b"
        assert (
            load_scenario(write(HEAD + EVENTS + "name: own/name\n"), environment={}, name="a/b").name
            == "own/name"
        )

    def test_what_a_file_says_is_taken(self, write):
        scenario = load(
            write(
                HEAD + "name: x/y\ndescription: d\nspeed: real\nstart: 1970-01-01T00:00:01Z\nseed: 3\n"
                "expect: {notifications: 0}\n"
                "events:\n  - {name: a, type: user.created, at: 1m30s, repeat: {times: 3, every: 250ms}}\n"
                "  - {name: b, type: user.updated, after: {event: a, delay: 5s}}\n"
            )
        )
        assert (scenario.name, scenario.description, scenario.speed) == ("x/y", "d", REAL)
        assert (scenario.start, scenario.seed, scenario.notifications) == (1_000_000, 3, (0, 0))
        first, second = scenario.events
        assert (first.at_us, first.repeat) == (90_000_000, Repeat(times=3, every_us=250_000))
        assert (second.at_us, second.after) == (0, After(event="a", delay_us=5_000_000))

    def test_the_schemas_key_means_nothing(self, write):
        assert load(write("$schema: anything\n" + HEAD + EVENTS)).events


class TestSpellings:
    @pytest.mark.parametrize(
        "change",
        [
            lambda text: b"\xef\xbb\xbf" + text,
            lambda text: text.replace(b"\n", b"\r\n"),
            lambda text: b"---\n" + text + b"...\n",
            lambda text: b"%YAML 1.1\n---\n" + text,
        ],
        ids=["byte order mark", "CRLF", "document marks", "directive"],
    )
    def test_a_file_may_be_written_so(self, write, change):
        assert load(write(change((HEAD + EVENTS).encode()))).events

    def test_lines_and_columns_count_characters_after_a_byte_order_mark_and_with_crlf(self, write):
        text = (HEAD + 'description: "Zürich 😀", x\r\n').replace("\n", "\r\n")
        path = write(b"\xef\xbb\xbf" + text.encode())
        assert problems(load, path)[0].startswith(f"{path}:5:24: not YAML")

    def test_json_is_yaml(self):
        text = json.dumps(
            {"version": 1, "provider": "entuitive", "target": "http://x/", "events": [{"payload": 1}]}
        )
        assert bodies(load_text(text, environment={})) == ["1"]

    def test_only_jsons_words_and_numbers_are_more_than_text(self, write):
        texts = [
            "on",
            "no",
            "yes",
            "~",
            "Null",
            "TRUE",
            "2026-01-05",
            "012",
            "0x1F",
            "1_000",
            "1:30",
            "+1",
            ".5",
            "1.",
        ]
        text = f"events:\n  - payload: [{', '.join(texts)}, true, null, -0.5, 1e2]\n"
        assert json.loads(bodies(load(write(HEAD + text)))[0]) == [*texts, True, None, -0.5, 100]

    def test_aliases_repeat_values(self, write):
        text = "variables: {address: &a {city: Bern}}\nevents:\n  - payload: [*a, *a]\n"
        assert bodies(load(write(HEAD + text))) == ['[{"city":"Bern"},{"city":"Bern"}]']


class TestVariablesOfTheEnvironment:
    def test_they_are_replaced_in_values(self, write):
        text = (
            HEAD.replace("http://localhost:1/", "http://${HOST}:${PORT:-80}/")
            + EVENTS
            + "description: a $${b} ${C:-}\n"
        )
        scenario = load(write(text), HOST="app.test")
        assert scenario.events[0].targets[0].source == "http://app.test:80/"
        assert scenario.description == "a ${b} "

    def test_what_they_hold_is_not_replaced_again(self, write):
        assert load(write(HEAD + EVENTS + "description: ${A}\n"), A="${B} $${C}").description == "${B} $${C}"

    def test_an_empty_one_gives_way_to_its_default(self, write):
        assert load(write(HEAD + EVENTS + "description: ${A:-x}|${A}|\n"), A="").description == "x||"

    def test_they_may_hold_numbers_and_words_for_keys_that_want_such(self, write):
        text = HEAD + "events:\n  - {type: user.created, repeat: {times: '${N}'}, data: {n: '${N}'}}\n"
        (event,) = load(write(text), N="3").events
        assert event.repeat.times == 3
        assert isinstance(event.content, ExactContent)
        assert b'"n":"3"' in event.content.body

    def test_they_stay_text_where_any_value_may_stand(self, write):
        assert bodies(load(write(HEAD + "events: [{payload: '${N}'}]\n"), N="3")) == ['"3"']

    def test_they_are_not_looked_for_in_keys(self, write):
        assert bodies(load(write(HEAD + "events: [{payload: {'${A}': 1}}]\n"))) == ['{"${A}":1}']

    @pytest.mark.parametrize(
        ("key", "overrides"),
        [
            ("target", Overrides(target="http://localhost:1/")),
            ("secret", Overrides(secret="x")),
            ("secret", Overrides(secret=None)),
            ("speed", Overrides(speed="real")),
            ("start", Overrides(start="2026-01-01T00:00:00Z")),
            ("seed", Overrides(seed=1)),
        ],
    )
    def test_a_key_that_is_overridden_is_not_looked_up(self, write, key, overrides):
        text = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(key))
        path = write(text + EVENTS + f"{key}: ${{UNSET}}\n")
        assert "UNSET is not set" in problems(load, path)[0]
        assert load(path, overrides).events

    def test_a_variable_that_is_overridden_is_not_looked_up(self, write):
        path = write(HEAD + EVENTS + "variables: {a: '${UNSET}', b: '${B}'}\n")
        assert load(path, Overrides(variables={"a": "x"}), B="y").variables == {"a": "x", "b": "y"}

    def test_an_undefined_one_is_one_problem(self, write):
        path = write(HEAD + "speed: ${SPEED}\n" + EVENTS)
        (told,) = problems(load, path)
        assert told.startswith(
            f"{path}:5:8: speed: the environment variable SPEED is not set, and no default is given"
        )
        assert told.endswith("(${SPEED:-default})")

    def test_they_are_plain_text_in_what_comes_by_api(self):
        text = HEAD + "events: [{payload: '${HOME} $${A}'}]\n"
        assert bodies(load_text(text, environment={"HOME": "/root"})) == ['"${HOME} $${A}"']


class TestProblems:
    def test_all_of_a_file_are_told_at_once_in_its_order(self, write):
        path = write(
            HEAD.replace("secret: key", "secret: ''")
            + "events:\n  - {type: user.craeted, at: soon, data: {a: '{{ nobody }}'}}\n"
            + "  - {payload_file: none}\nspeed: 0x\n"
        )
        told = problems(load, path)
        assert [line.split(":")[1] for line in told] == ["4", "6", "6", "7", "8"]

    def test_an_event_that_is_none_hides_no_problem_of_others(self, write):
        path = write(
            HEAD + "events:\n  - user.created\n  - {type: user.craeted}\n  - {type: user.created, at: soon}\n"
        )
        assert [line.split(":")[1] for line in problems(load, path)] == ["6", "7", "8"]

    def test_those_of_a_providers_file_come_last_with_its_path(self, write):
        write("version: 1\nprovider: acme\naccept: nothing\n", "providers/acme.yaml")
        path = write(HEAD.replace("entuitive", "acme") + "events: [{payload: 1, at: soon}]\n")
        first, second = problems(load, path)
        assert first.startswith(f"{path}:5:")
        assert "acme.yaml:3:9: accept: " in second

    def test_those_of_an_inline_object_have_keys_alone(self):
        keys = {
            "version": 1,
            "provider": "entuitive",
            "target": "x",
            "events": [{"type": "user.created", "at": "soon"}],
        }
        told = problems(load_text, keys, environment={})
        assert sorted(line.partition(":")[0] for line in told) == ["events[0].at", "target"]

    def test_a_missing_file_is_told(self, tmp_path):
        path = tmp_path / "none.yaml"
        assert problems(load, path) == [f"{path}: there is no such file"]

    def test_a_folder_is_told(self, tmp_path):
        assert problems(load, tmp_path) == [f"{tmp_path}: expected a file, found a folder"]

    def test_a_name_that_no_path_can_have_is_told(self):
        assert "cannot be read" in problems(load, Path("a\0b"))[0]

    def test_a_number_that_json_cannot_hold_is_told_in_an_inline_object_too(self):
        for value in (float("nan"), float("inf"), 10**1001, "\ud800", {"\ud800": 1}, object(), b"x"):
            problems(load_text, {"version": 1, "events": [{"payload": value}]}, environment={})

    def test_deep_nesting_is_told_in_an_inline_object_too(self):
        value: list[object] = []
        for _ in range(200):
            value = [value]
        assert problems(load_text, {"version": 1, "events": [{"payload": value}]}, environment={}) == [
            "nested deeper than 100 levels"
        ]


class TestLabels:
    TEXT = HEAD + "events: [{payload: '{{ run.labels.team }}'}]\n"

    def test_a_run_that_is_not_known_yet_may_have_any(self):
        assert load_text(self.TEXT, environment={}).events

    def test_those_of_a_known_run_are_looked_at(self):
        assert load_text(self.TEXT, overrides=Overrides(labels={"team": "a"}), environment={}).events
        assert "team" in problems(load_text, self.TEXT, overrides=Overrides(labels={}), environment={})[0]
