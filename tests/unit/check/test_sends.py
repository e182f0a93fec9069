"""What a check sends is told before it does."""

from __future__ import annotations

import pytest

from emulator.check.checking import scenario_of
from emulator.check.probe import Subject
from emulator.check.probes import PROBES
from emulator.check.sends import Sends, sends
from emulator.provider.registry import find_profile
from emulator.scenario.overrides import Overrides

SUBJECT = Subject.of(find_profile("entuitive"), "demo-secret")
LAID_ON = Overrides(target="http://localhost:3000/", secret="demo-secret")


@pytest.mark.parametrize(
    ("id", "webhooks", "forged"),
    [
        ("valid", 4, 0),
        ("signature-missing", 4, 3),
        ("signature-upper-case", 2, 0),
        ("tampered", 4, 2),
        ("forged-first", 3, 2),
        ("duplicate", 3, 0),
        ("concurrent", 4, 0),
        ("replay", 2, 0),
        ("interrupted", 2, 0),
        ("many-at-once", 50, 0),
    ],
)
def test_copies_and_forged_ones_are_counted(id: str, webhooks: int, forged: int):
    (probe,) = (each for each in PROBES if each.id == id)
    scenario = scenario_of(probe, SUBJECT, LAID_ON, {}, None)
    assert sends([scenario]) == Sends(webhooks=webhooks, forged=forged)


def test_numbers_are_told_in_words():
    assert str(Sends(webhooks=1, forged=0)) == "at most 1 webhook"
    assert str(Sends(webhooks=1200, forged=9)) == "at most 1,200 webhooks, 9 of them forged"
