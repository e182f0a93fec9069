"""What the scenarios of probes override, and what is of their own in the webhooks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulator.check.probe import Subject
from emulator.check.probes import PROBES
from emulator.provider.profile import Acceptance
from emulator.provider.registry import find_definition

BY_ID = {probe.id: probe for probe in PROBES}


def subject(provider: str, type: str | None = None, statuses: set[int] | None = None) -> Subject:
    profile = find_definition(provider).profile
    if statuses is not None:
        profile = replace(profile, accept=Acceptance(statuses=frozenset(statuses), text="its own"))
    return Subject.of(profile, "s3cret", type)


def test_a_2xx_that_the_provider_does_not_accept_fails_exact_status_alone():
    exact = {
        id for id, probe in BY_ID.items() if "accept" not in probe.scenario(subject("entuitive"))["profile"]
    }
    assert exact == {"exact-status"}


def test_a_provider_that_takes_more_than_2xx_keeps_what_it_takes():
    probe = BY_ID["raw-bytes"]
    assert probe.scenario(subject("entuitive", statuses={200, 204}))["profile"]["accept"] == "2xx"
    assert "accept" not in probe.scenario(subject("entuitive", statuses={200, 410}))["profile"]


@pytest.mark.parametrize(
    ("provider", "type", "data"),
    [
        (
            "entuitive",
            "user.created",
            {"fname": "Check {{ seed }}", "created_on": "{{ now.micros }}", "updated_on": "{{ now.micros }}"},
        ),
        (
            "compliancely",
            "tax_exempt",
            {
                "data": {
                    "id": "{{ seed % 2000000000 }}",
                    "name": "Check {{ seed }}",
                    "created_at": "{{ now.micros }}",
                }
            },
        ),
    ],
)
def test_reordered_webhooks_tell_of_one_thing_at_their_own_moments(provider, type, data):
    [event] = BY_ID["reordered"].scenario(subject(provider, type))["events"]
    assert event["data"] == data


def test_reordered_webhooks_of_a_type_without_moments_are_no_duplicates():
    [event] = BY_ID["reordered"].scenario(subject("entuitive", "user.deactivated"))["events"]
    assert event["data"] == {"name": "{{ fake.last_name() }} {{ fake.last_name() }}"}


def test_non_ascii_text_stands_in_the_name_or_in_a_field_of_its_own():
    [named] = BY_ID["non-ascii"].scenario(subject("compliancely", "tin_match"))["events"]
    assert set(named["data"]) == {"id", "name"}
    [nameless] = BY_ID["non-ascii"].scenario(subject("entuitive", "user.compliance_status.updated"))["events"]
    assert set(nameless["data"]) == {"check"}
