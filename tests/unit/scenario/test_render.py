"""From an occurrence to what goes on the wire: equal places in equal runs give equal bytes."""

import json
import re
import subprocess
import sys

import pytest

from emulator.errors import TemplateError
from emulator.scenario.load import load_text
from emulator.scenario.render import RunFacts, content_of, targets_of, wire_id

HEAD = {"version": 1, "provider": "compliancely", "target": "http://localhost/", "secret": "key"}
FACTS = RunFacts(name="my/run", labels={"team": "a"}, seed=7, variables={"city": "Bern", "list": [1, 2]})
DUE = 1_767_603_600_000_000
RANDOM = {"payload": {"id": "{{ uuid() }}", "mail": "{{ fake.email() }}", "again": "{{ uuid() }}"}}


def load(*events, variables=FACTS.variables, **more):
    return load_text({**HEAD, "variables": variables, "events": list(events), **more}, environment={}).events


def body(event, facts=FACTS, index=0, due_at=DUE):
    return content_of(event, facts, index=index, due_at=due_at).body


def headers(event, facts=FACTS, index=0):
    return dict(content_of(event, facts, index=index, due_at=DUE).headers)


def test_templates_see_their_place():
    (event,) = load(
        {
            "name": "mine",
            "type": "tin_match",
            "payload": {
                "now": "{{ now }}",
                "index": "{{ index }}",
                "seed": "{{ seed }}",
                "event": ["{{ event.name }}", "{{ event.type }}", "{{ event.provider }}"],
                "run": "{{ run.name }} {{ run.labels.team }}",
                "city": "{{ city }}",
                "list": "{{ list }}",
            },
        }
    )
    assert json.loads(body(event, index=3)) == {
        "now": "2026-01-05T09:00:00Z",
        "index": 3,
        "seed": 7,
        "event": ["mine", "tin_match", "compliancely"],
        "run": "my/run a",
        "city": "Bern",
        "list": [1, 2],
    }


class TestSameness:
    def test_the_same_place_of_the_same_run_gives_the_same_bytes(self):
        (event,) = load(RANDOM)
        assert body(event) == body(event)
        assert wire_id(event, FACTS, 0) == wire_id(event, FACTS, 0)

    @pytest.mark.parametrize(
        "change",
        [{"index": 1}, {"facts": RunFacts(name="my/run", seed=8)}],
        ids=["another occurrence", "another seed"],
    )
    def test_another_place_gives_others(self, change):
        (event,) = load(RANDOM)
        assert body(event, **change) != body(event)

    def test_events_have_their_own(self):
        first, second = load(RANDOM, RANDOM)
        assert body(first) != body(second)
        assert wire_id(first, FACTS, 0) != wire_id(second, FACTS, 0)

    def test_the_name_of_the_event_counts_and_not_its_position(self):
        (alone,) = load({"name": "a", **RANDOM})
        _, second = load({"name": "b", **RANDOM}, {"name": "a", **RANDOM})
        assert body(alone) == body(second)

    def test_within_a_body_values_differ(self):
        (event,) = load(RANDOM)
        made = json.loads(body(event))
        assert made["id"] != made["again"]

    def test_rendering_one_part_changes_no_other(self):
        (event,) = load(
            {**RANDOM, "headers": {"X-Id": "{{ uuid() }}"}, "target": "http://localhost/{{ uuid() }}"}
        )
        alone = body(event)
        assert headers(event)["X-Id"] not in targets_of(event, FACTS, index=0, due_at=DUE)[0]
        assert body(event) == alone

    def test_another_process_makes_the_same(self):
        program = (
            "from tests.unit.scenario.test_render import *\n"
            "(event,) = load(RANDOM)\n"
            "print(body(event).decode(), wire_id(event, FACTS, 2))"
        )
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        (event,) = load(RANDOM)
        assert run.stdout.strip() == f"{body(event).decode()} {wire_id(event, FACTS, 2)}"

    def test_a_wire_id_is_the_same_for_ever(self):
        (event,) = load({"name": "created", "payload": 1})
        assert wire_id(event, FACTS, 0) == "039bece8-6f6b-4df6-8c8f-5bfdff190913"

    def test_a_wire_id_has_the_form_of_a_uuid(self):
        (event,) = load({"payload": 1})
        form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
        assert all(form.fullmatch(wire_id(event, FACTS, index)) for index in range(100))


class TestHeaders:
    def test_those_of_the_profile_are_sent_where_an_event_has_none(self):
        (event,) = load({"payload": 1})
        assert headers(event) == dict(event.profile.headers)

    def test_an_events_own_replace_the_profiles_whatever_their_case(self):
        (event,) = load({"payload": 1, "headers": {"user-agent": "mine", "X-New": "{{ index }}"}})
        sent = headers(event, index=2)
        assert (sent["user-agent"], sent["X-New"]) == ("mine", "2")
        assert "User-Agent" not in sent
        assert sent["Content-Type"] == "application/json"

    def test_null_leaves_one_out(self):
        (event,) = load({"payload": 1, "headers": {"User-Agent": None}})
        assert "User-Agent" not in headers(event)

    @pytest.mark.parametrize(
        ("template", "value"),
        [
            ("{{ index }}", "0"),
            ("{{ 1.5 }}", "1.5"),
            ("{{ index == 0 }}", "true"),
            ("{{ list }}", "[1,2]"),
            ("{{ now }}", "2026-01-05T09:00:00Z"),
        ],
    )
    def test_values_that_are_no_text_are_written_as_json(self, template, value):
        (event,) = load({"payload": 1, "headers": {"X-A": template}})
        assert headers(event)["X-A"] == value

    @pytest.mark.parametrize("city", ["a\nX-B: c", "a\r", "é", "\x00", " a"])
    def test_a_value_is_checked_after_rendering_too(self, city):
        (event,) = load({"payload": 1, "headers": {"X-A": "{{ city }}"}})
        with pytest.raises(TemplateError, match="header value"):
            headers(event, RunFacts(name="x", seed=1, variables={"city": city}))


class TestTargets:
    def test_they_are_rendered_each_for_itself(self):
        (event,) = load(
            {
                "payload": 1,
                "target": ["http://a/{{ index }}", "http://b/{{ uuid() }}", "http://c/{{ uuid() }}"],
            }
        )
        first, second, third = targets_of(event, FACTS, index=5, due_at=DUE)
        assert first == "http://a/5"
        assert second.removeprefix("http://b/") != third.removeprefix("http://c/")

    def test_equal_ones_are_kept(self):
        (event,) = load({"payload": 1, "target": ["http://a/{{ index }}", "http://a/0"]})
        assert targets_of(event, FACTS, index=0, due_at=DUE) == ("http://a/0", "http://a/0")

    @pytest.mark.parametrize("city", ["", "a b", "a\n", "x:99999"])
    def test_one_that_is_no_url_cannot_be_sent_to(self, city):
        (event,) = load({"payload": 1, "target": "http://{{ city }}/"})
        with pytest.raises(TemplateError, match="the target gives no URL"):
            targets_of(event, RunFacts(name="x", seed=1, variables={"city": city}), index=0, due_at=DUE)


def test_a_body_that_cannot_be_rendered_says_why():
    (event,) = load({"payload": "{{ list[index] }}"})
    with pytest.raises(TemplateError, match=r"list\[index\]"):
        body(event, index=2)


def test_a_rendered_text_keeps_its_type():
    (event,) = load(
        {"payload": {"tin": "{{ city }}", "n": "{{ list[0] }}"}}, variables={"city": "900000006", "list": [1]}
    )
    facts = RunFacts(name="x", seed=1, variables={"city": "900000006", "list": [1]})
    assert json.loads(body(event, facts)) == {"tin": "900000006", "n": 1}
