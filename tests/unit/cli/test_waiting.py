"""Waiting until the targets listen."""

from __future__ import annotations

from dataclasses import replace

from emulator.cli.waiting import silent_targets
from emulator.scenario.load import load_text
from emulator.sender import TargetPolicy
from emulator.template import Template, parse_template

SCENARIO = {"version": 1, "provider": "entuitive", "secret": None, "events": [{"type": "user.created"}]}


async def test_what_is_no_host_is_not_waited_for():
    scenario = load_text({**SCENARIO, "target": "http://localhost"}, environment={})
    target = parse_template("http://256.1.1.1/", names=())
    assert isinstance(target, Template)
    event = replace(scenario.events[0], targets=(target,))
    assert await silent_targets([replace(scenario, events=(event,))], TargetPolicy(), 1_000_000) == []
