"""Keys of data that are near to a key of the sample are warned of, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.scenario.load import load_text
from emulator.scenario.slips import Slips

SAMPLE = {"fname": "Ines", "lname": "Okafor", "phone": None}


def warnings(*data: Any, type: str = "user.created") -> list[str]:
    events = [{"type": type, "data": each} for each in data]
    scenario = {"version": 1, "provider": "entuitive", "target": "http://localhost/", "events": events}
    return list(load_text(scenario | {"secret": "demo-secret"}, environment={}).warnings)


def test_a_key_near_to_one_of_the_sample_is_warned_of():
    told = "data.fnam is not in the sample of user.created; did you mean 'fname'?"
    assert warnings({"fnam": "Ada"}) == [told]


def test_a_slip_that_many_events_share_is_told_once():
    assert len(warnings(*[{"fnam": "Ada"}] * 3)) == 1


@pytest.mark.parametrize(
    "data",
    [
        {"fname": "Ada"},
        {"favourite_colour": "green"},
        {"fname": "Ada", "fname2": "Augusta"},
        {"fname": {"fnam": 1}},
        {},
        None,
        ["fnam"],
    ],
)
def test_what_may_well_be_meant_is_not(data: Any):
    assert warnings(data) == []


def test_only_so_many_keys_are_compared_and_no_long_ones():
    slips = Slips()
    slips.look_at("a", SAMPLE, {f"x{number}": 1 for number in range(1_000)})
    slips.look_at("a", SAMPLE, {"fnam": 1})
    slips.look_at("b", SAMPLE, {"fname" * 100: 1})
    assert list(slips.warnings) == []


def test_a_warning_keeps_to_one_line():
    slips = Slips()
    slips.look_at("a", {"first_name": 1}, {"first\nname": 1})
    assert list(slips.warnings) == ["data.first\\nname is not in the sample of a; did you mean 'first_name'?"]
