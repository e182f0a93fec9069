"""A probe is a scenario: what `check --show` prints is what `check` plays."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from emulator.check.probe import Probe, Subject
from emulator.check.probes import PROBES
from emulator.cli.program import program
from emulator.provider.registry import find_profile
from emulator.scenario.load import load_text
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides

LAID_ON = Overrides(target="http://localhost:3000/", secret="demo-secret")


def loaded(text: object) -> Scenario:
    return load_text(text, overrides=LAID_ON, environment={})  # type: ignore[arg-type]


@pytest.mark.parametrize("provider", ["compliancely", "entuitive"])
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
def test_what_is_shown_is_what_is_played(probe: Probe, provider: str):
    subject = Subject.of(find_profile(provider), "demo-secret")
    shown = CliRunner().invoke(program, ["check", "-p", provider, "-s", "demo-secret", "--show", probe.id])
    assert shown.exit_code == 0
    assert "&id" not in shown.stdout
    if reason := probe.unfit(subject):
        assert f"# Not asked as things stand: {reason}." in shown.stdout
    else:
        assert loaded(shown.stdout) == loaded(probe.scenario(subject))


def test_two_probes_are_not_taken_for_the_same():
    subject = Subject.of(find_profile("entuitive"), "demo-secret")
    first, second = (loaded(probe.scenario(subject)) for probe in PROBES[2:4])
    assert first != second


def test_no_probe_shows_a_secret():
    for probe in PROBES:
        shown = CliRunner().invoke(
            program, ["check", "-p", "entuitive", "-s", "hush-hush", "--show", probe.id]
        )
        assert "hush-hush" not in shown.output
