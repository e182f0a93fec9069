"""Names, times and how events follow each other."""

import pytest

from emulator.errors import InvalidInput
from emulator.scenario.load import load_text

HEAD = {"version": 1, "provider": "entuitive", "target": "http://localhost/", "secret": "key"}


def load(*events):
    return load_text(
        {**HEAD, "events": [{"type": "user.created", **event} for event in events]}, environment={}
    )


def told(*events):
    with pytest.raises(InvalidInput) as error:
        load(*events)
    return [f"{problem.key}: {problem.message}" for problem in error.value.problems]


def after(name, **more):
    return {"after": {"event": name, **more}}


def test_an_event_may_come_after_a_later_one():
    assert load({"name": "a", **after("b")}, {"name": "b"}).events[0].after.event == "b"


def test_an_event_may_come_after_one_without_a_name():
    assert load({}, after("event-1")).events[1].after.event == "event-1"


def test_many_may_come_after_one():
    assert (
        len(load({"name": "a"}, after("a"), after("a"), {"name": "d", **after("a")}, after("d")).events) == 5
    )


def test_a_long_chain_is_no_cycle():
    chain = [{"name": f"e{number}", **after(f"e{number + 1}")} for number in range(5_000)]
    assert len(load(*chain, {"name": "e5000"}).events) == 5_001


def test_each_cycle_is_told_once_by_its_names():
    events = [
        {"name": "a", **after("b")},
        {"name": "b", **after("a")},
        {"name": "c", **after("a")},
        {"name": "d", **after("d")},
    ]
    assert told(*events) == [
        "events[0].after.event: the events wait for each other in a cycle: a after b after a",
        "events[3].after.event: the events wait for each other in a cycle: d after d",
    ]


def test_a_long_cycle_is_told_in_short():
    count = 1_000
    ring = [{"name": f"e{number}", **after(f"e{(number + 1) % count}")} for number in range(count)]
    (problem,) = told(*ring)
    assert problem.endswith("in a cycle: e0 after e1 after e2 after e3 after e4 after … after e0")


def test_names_are_unique_and_may_be_any_visible_text():
    assert load({"name": "Ünïcode, with: signs / and {{ braces }}"}).events
    assert told({"name": "a"}, {"name": "a"}, {"name": "a"}) == [
        "events[1].name: the name 'a' must be unique; event 1 has it already",
        "events[2].name: the name 'a' must be unique; event 1 has it already",
    ]


def test_a_name_may_not_be_that_of_a_nameless_event():
    wanted = "it is what event {}, which has no name, is called"
    assert told({"name": "event-2"}, {}) == [
        f"events[0].name: the name 'event-2' must be unique; {wanted.format(2)}"
    ]
    assert told({}, {"name": "event-1"}) == [
        f"events[1].name: the name 'event-1' must be unique; {wanted.format(1)}"
    ]


def test_100_000_events_are_as_many_as_there_may_be():
    half = {"repeat": {"times": 50_000}}
    assert len(load(half, half).events) == 2
    assert told(half, half, {}) == [
        "events[0].repeat.times: expected at most 100000 events, repeats counted, found 100001"
    ]


def test_the_last_occurrence_comes_within_ten_years():
    assert load({"at": "3649d", "repeat": {"times": 2, "every": "1d"}}).events
    assert told({"at": "3650d", "repeat": {"times": 2, "every": "1s"}}) == [
        "events[0].repeat: expected the last occurrence within 3650 days of the start"
    ]
