"""What an event sends: samples with data merged over them, whole bodies, exact text, and files."""

import json
import os

import pytest

from emulator.errors import InvalidInput
from emulator.scenario.files import MOST_BODY_BYTES, FolderBodies
from emulator.scenario.load import load_scenario, load_text
from emulator.scenario.model import ExactContent, JsonContent
from emulator.scenario.render import RunFacts, content_of, merged

ACME = b"""
version: 1
provider: acme
accept: 2xx
body: {encoding: compact}
envelope: {kind: "{{ type }}", at: "{{ now }}", nth: "{{ index }}", data: "{{ data }}"}
events:
  thing.created: {data: {id: 1, name: {first: a, last: b}, tags: [x, y], by: "{{ event.name }}"}}
  thing.odd: {data: [1, 2]}
"""
BARE = ACME.replace(b"envelope", b"headers: {X-A: b}\nassumptions: []\n#")
HEAD = {"version": 1, "provider": "acme", "target": "http://localhost/", "secret": "key"}


def load(*events, profile=ACME, files=None):
    given = {"providers/acme.yaml": profile, **(files or {})}
    return load_text({**HEAD, "events": list(events)}, given, environment={})


def body(*events, index=0, **more):
    scenario = load(*events, **more)
    return content_of(scenario.events[0], RunFacts(name="n", seed=1), index=index, due_at=1_000_000).body


def told(call, *args, **kwargs):
    with pytest.raises(InvalidInput) as error:
        call(*args, **kwargs)
    return str(error.value)


class TestData:
    def test_a_type_alone_sends_its_sample_in_the_envelope(self):
        assert json.loads(body({"type": "thing.created"}, index=4)) == {
            "kind": "thing.created",
            "at": "1970-01-01T00:00:01Z",
            "nth": 4,
            "data": {"id": 1, "name": {"first": "a", "last": "b"}, "tags": ["x", "y"], "by": "event-1"},
        }

    def test_data_is_merged_deeply_and_lists_are_replaced(self):
        data = {"name": {"last": "c"}, "tags": ["z"], "more": {"a": 1}}
        sent = json.loads(body({"type": "thing.created", "data": data}))["data"]
        assert sent == {
            "id": 1,
            "name": {"first": "a", "last": "c"},
            "tags": ["z"],
            "by": "event-1",
            "more": {"a": 1},
        }

    def test_data_without_a_type_is_the_body_where_there_is_no_envelope(self):
        assert body({"data": {"id": 7}}, profile=BARE) == b'{"id":7}'

    def test_keys_keep_the_order_of_the_sample(self):
        sent = json.loads(
            body({"type": "thing.created", "data": {"tags": [], "id": 2}}), object_pairs_hook=list
        )
        assert [key for key, _ in dict(sent)["data"]] == ["id", "name", "tags", "by"]

    @pytest.mark.parametrize(
        ("sample", "data", "result"),
        [
            ({"a": 1}, {"a": None}, {"a": None}),
            ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
            ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
            ({"a": 1}, [2], [2]),
            ([1], {"a": 2}, {"a": 2}),
            ({"a": 1}, {}, {"a": 1}),
            ({"a": 1}, None, None),
        ],
    )
    def test_null_is_a_value_and_all_but_mappings_is_replaced(self, sample, data, result):
        assert merged(sample, data) == result

    def test_merging_leaves_the_sample_as_it_is(self):
        sample = {"a": {"b": [1]}}
        merged(sample, {"a": {"c": 2}})
        assert sample == {"a": {"b": [1]}}


class TestWholeBodies:
    def test_payload_is_the_whole_body_in_the_providers_encoding(self):
        assert body({"payload": {"any": ["json", 1.50, "é/"]}}) == b'{"any":["json",1.5,"\\u00e9/"]}'

    @pytest.mark.parametrize(
        ("value", "sent"), [(None, b"null"), (0, b"0"), ("", b'""'), ([], b"[]"), (False, b"false")]
    )
    def test_payload_may_be_any_json(self, value, sent):
        assert body({"payload": value}) == sent

    def test_payload_holds_templates(self):
        assert (
            body({"payload": ["{{ index }}", "{{ index + 1 }} {{ event.name }}"]}, index=2)
            == b'[2,"3 event-1"]'
        )

    def test_a_type_beside_a_whole_body_may_be_any(self):
        (event,) = load({"type": "no.such", "payload": 1}).events
        assert event.type == "no.such"

    def test_body_is_exact_text(self):
        assert body({"body": '{"spaced" :  "{{ é }}"}'}) == '{"spaced" :  "{{ é }}"}'.encode()

    def test_body_may_be_empty(self):
        assert body({"body": ""}) == b""

    def test_a_big_body_is_no_trouble(self):
        text = "x" * 3_000_000
        assert len(body({"payload": {"a": text}})) == len(text) + 8
        assert len(body({"type": "thing.created", "data": {"a": text, "b": "{{ index }}"}})) > len(text)


class TestConstantBodies:
    def test_what_no_template_changes_is_encoded_once(self):
        (event,) = load({"payload": {"a": "{% raw %}{{ b }}{% endraw %}"}}).events
        assert event.content == ExactContent(b'{"a":"{{ b }}"}')

    def test_what_the_envelope_changes_is_not(self):
        (event,) = load({"type": "thing.odd"}).events
        assert isinstance(event.content, JsonContent)

    def test_what_the_encoder_refuses_is_told(self):
        profile = ACME.replace(b"compact", b"php")
        assert told(load, {"payload": 10**400}, profile=profile).startswith("events[0].payload: ")


class TestFiles:
    def test_bytes_are_sent_as_they_are(self, tmp_path):
        (tmp_path / "bodies").mkdir()
        (tmp_path / "bodies" / "raw.bin").write_bytes(b"\xff\x00 {{ x }}\r\n")
        path = self.scenario(
            tmp_path, "[{payload_file: bodies/raw.bin}, {payload_file: ./bodies/../bodies/raw.bin}]"
        )
        scenario = load_scenario(path, environment={})
        assert [event.content for event in scenario.events] == [ExactContent(b"\xff\x00 {{ x }}\r\n")] * 2

    def test_a_file_is_read_once_and_shared(self, tmp_path):
        (tmp_path / "a").write_bytes(b"x" * 1000)
        path = self.scenario(tmp_path, "[{payload_file: a}, {payload_file: a}]")
        contents = [event.content for event in load_scenario(path, environment={}).events]
        assert len({id(each.body) for each in contents if isinstance(each, ExactContent)}) == 1

    def test_a_link_may_lead_to_a_file_inside(self, tmp_path):
        (tmp_path / "a").write_bytes(b"x")
        self.link(tmp_path / "b", tmp_path / "a")
        assert load_scenario(self.scenario(tmp_path, "[{payload_file: b}]"), environment={}).events

    def test_a_link_may_not_lead_out(self, tmp_path):
        inside = tmp_path / "inside"
        inside.mkdir()
        (tmp_path / "secret").write_bytes(b"x")
        self.link(inside / "b", tmp_path / "secret")
        assert "leads out of it" in told(
            load_scenario, self.scenario(inside, "[{payload_file: b}]"), environment={}
        )

    def test_the_folder_itself_may_be_a_link(self, tmp_path):
        real = tmp_path / "real"
        real.mkdir()
        (real / "a").write_bytes(b"x")
        self.scenario(real, "[{payload_file: a}]")
        self.link(tmp_path / "link", real)
        assert load_scenario(tmp_path / "link" / "scenario.yaml", environment={}).events

    def test_a_link_to_itself_is_told(self, tmp_path):
        self.link(tmp_path / "loop", tmp_path / "loop")
        assert "cannot be read" in told(
            load_scenario, self.scenario(tmp_path, "[{payload_file: loop}]"), environment={}
        )

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here")
    def test_a_pipe_is_never_opened(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        path = self.scenario(tmp_path, "[{payload_file: pipe}]")
        assert "expected a regular file" in told(load_scenario, path, environment={})

    def test_a_file_may_have_16_mib_and_no_more(self, tmp_path):
        file = tmp_path / "big"
        with file.open("wb") as opened:
            opened.truncate(MOST_BODY_BYTES)
        bodies = FolderBodies(tmp_path)
        assert len(bodies.read("big")) == MOST_BODY_BYTES
        with file.open("ab") as opened:
            opened.write(b"x")
        with pytest.raises(ValueError, match="at most 16 MiB"):
            FolderBodies(tmp_path).read("big")

    def test_by_api_they_come_along(self):
        (event,) = load({"payload_file": "a.json"}, files={"a.json": b"[1]"}).events
        assert event.content == ExactContent(b"[1]")

    def test_by_api_nothing_else_is_read(self):
        assert "no file of this name came with the scenario" in told(load, {"payload_file": "/etc/hostname"})
        assert "did you mean 'a.json'" in told(load, {"payload_file": "b.json"}, files={"a.json": b""})

    def scenario(self, folder, events):
        path = folder / "scenario.yaml"
        path.write_text(
            f"{{version: 1, provider: entuitive, target: 'http://x/', secret: k, events: {events}}}"
        )
        return path

    def link(self, link, target):
        try:
            link.symlink_to(target)
        except OSError:
            pytest.skip("links cannot be made here")
