"""What a scenario expects is listed item by item, in words."""

from __future__ import annotations

from emulator.delivery.expected import expected_of
from emulator.scenario.load import load_text
from tests.helpers.playing import scenario


def told(*events, **more) -> list[tuple[str | None, str, str]]:
    return [(each.event, each.check, each.text) for each in expected_of(scenario(*events, **more))]


def test_an_event_that_says_nothing_is_expected_to_be_delivered():
    assert told({"name": "created"}) == [("created", "outcome", "delivered")]


def test_every_check_is_an_item_of_its_own():
    expect = {
        "outcome": "delivered",
        "attempts": {"min": 1, "max": 4},
        "statuses": [503, "5xx", "timeout", 200],
        "offsets": ["0s", "10s", "20s", "33s"],
        "answered_within": "2s",
        "response": {
            "headers": {"content-type": {"contains": "json"}},
            "body": {"matches": "ok"},
            "json": {"$.ok": True},
        },
    }
    assert told({"name": "created", "expect": expect}, expect={"notifications": 1}) == [
        ("created", "outcome", "delivered"),
        ("created", "attempts", "1 to 4 attempts"),
        ("created", "statuses", "statuses 503, 5xx, timeout, 200"),
        ("created", "offsets", "offsets 0, 10, 20, 33 s"),
        ("created", "answered_within", "answered within 2s"),
        (
            "created",
            "response header content-type",
            'response header content-type: a text that contains "json"',
        ),
        ("created", "response body", 'response body: a text that matches "ok"'),
        ("created", "response $.ok", "response $.ok: true"),
        (None, "notifications", "1 notification"),
    ]


def test_what_faults_add_is_one_item_for_each_answer_that_is_wanted():
    faults = [
        {"signature": "wrong"},
        {"duplicate": 2},
        {"tamper": True},
        {"malformed": "empty", "expect": "any"},
        {"delay": "5s"},
    ]
    assert told({"name": "created", "faults": faults}, secret="demo-secret") == [
        ("created", "outcome", "delivered"),
        ("created", "refused", "a refusal (4xx) of signature: wrong, tamper"),
        ("created", "accepted", "an acceptance of duplicate: 2"),
    ]


def test_an_answer_that_is_wanted_takes_the_place_of_the_outcome():
    assert told({"name": "created", "expect": {"answer": "handled"}}) == [
        ("created", "answer", "each attempt answered with an acceptance or a refusal (4xx)")
    ]


def test_occurrences_of_an_event_are_one_item_that_knows_how_many_there_are():
    (item,) = expected_of(scenario({"name": "burst", "repeat": {"times": 20, "every": "1s"}}))
    assert (item.event, item.times, item.needed) == ("burst", 20, True)


def test_what_only_requests_bring_about_has_no_planned_times():
    route = {"request": {"method": "POST", "path": "/v1/users"}, "emits": [{"event": "created"}]}
    (item,) = expected_of(scenario({"name": "created"}, routes=[route]))
    assert (item.times, item.needed) == (0, True)


def test_what_a_built_in_api_sends_is_expected_only_if_it_occurs():
    served = load_text(
        {"version": 1, "name": "served", "provider": "compliancely", "api": {}}, environment={}
    )
    assert ("tin_match", False) in {(item.event, item.needed) for item in expected_of(served)}


def test_the_number_of_items_is_bounded_and_the_rest_is_said():
    items = list(expected_of(scenario(*({"name": f"e{number}"} for number in range(1_001)))))
    assert len(items) == 1_001
    assert (items[-1].event, items[-1].check, items[-1].text) == (
        None,
        "more",
        "what is expected beyond the first 1,000",
    )


def test_a_long_text_is_cut():
    expect = {"response": {"body": "x" * 10_000}}
    *_, item = expected_of(scenario({"name": "created", "expect": expect}))
    assert len(item.text) == 301
