"""Templates in a provider's headers, as providers need them that say the event's type or id there."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.errors import InvalidInput
from emulator.scenario.load import load_text
from emulator.scenario.render import RunFacts, headers_of

PROFILE = b"""
version: 1
provider: acme
headers: {X-Event: "{{ event.type }}", X-Delivery: "{{ uuid() }}", X-Plain: "{not a template}"}
events: {thing.created: {data: {id: 1}}}
"""
HEAD = {"version": 1, "provider": "acme", "secret": None, "target": "http://127.0.0.1:9/"}


def headers(event: dict[str, Any], profile: bytes = PROFILE, index: int = 0) -> dict[str, str]:
    files = {"providers/acme.yaml": profile}
    scenario = load_text({**HEAD, "events": [{"type": "thing.created", **event}]}, files, environment={})
    return dict(headers_of(scenario.events[0], RunFacts(name="x", seed=1), index=index, due_at=0))


def test_they_are_rendered_for_each_occurrence() -> None:
    first, second = headers({"repeat": {"times": 2}}), headers({"repeat": {"times": 2}}, index=1)
    assert first["X-Event"] == "thing.created"
    assert first["X-Plain"] == "{not a template}"
    assert first["X-Delivery"] != second["X-Delivery"]


def test_an_event_goes_over_them() -> None:
    assert headers({"headers": {"x-event": "other", "X-Delivery": None}}) == {
        "Content-Type": "application/json",
        "X-Plain": "{not a template}",
        "x-event": "other",
    }


def test_a_scenario_may_override_them_with_templates() -> None:
    assert headers({"profile": {"headers": {"X-Event": "{{ index }}"}}})["X-Event"] == "0"


@pytest.mark.parametrize(("value", "message"), [
    ("{{ evnt.type }}", "unknown name 'evnt'; did you mean 'event'?"),
    ("{{ event.typ }}", "typ"),
    ("{{ 'a\\\\nb' }}", "X-Event"),
])  # fmt: skip
def test_wrong_ones_are_told_before_anything_is_sent(value: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message.replace("?", r"\?")):
        headers({}, PROFILE.replace(b"{{ event.type }}", value.encode()))
