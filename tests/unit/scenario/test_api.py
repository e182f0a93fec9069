"""The key `api`: what is read of it, and when it opens a run."""

import json

import pytest

from emulator.duration import SECOND
from emulator.errors import InvalidInput
from emulator.scenario.compliancely import Lifetimes, Result
from emulator.scenario.load import load_text

HEAD = "version: 1\nprovider: compliancely\nsecret: null\n"


def read(api):
    return load_text(f"{HEAD}api: {api}", environment={}).api


def test_all_of_it_can_be_said():
    settings = read("""
  accounts: {demo: pass-word-1}
  tokens: {a-token: demo}
  lifetimes: wall
  rate_limit: true
  credits: 3
  after: 500ms
  also_in_review: true
  results:
    "900000001": 3
    "900000002": {irs_code: 10, after: 1s, then: {irs_code: 6, after: 1m}}
    "900000003": {irs_code: 10, then: 0}
""")
    assert settings.accounts == {"demo": "pass-word-1"}
    assert settings.tokens == {"a-token": "demo"}
    assert settings.lifetimes is Lifetimes.WALL
    assert (settings.rate_limit, settings.credits, settings.also_in_review) == (True, 3, True)
    assert settings.after_us == SECOND // 2
    final = Result(irs_code=6, after_us=60 * SECOND)
    assert settings.results == {
        "900000001": Result(irs_code=3),
        "900000002": Result(irs_code=10, after_us=SECOND, then=final),
        "900000003": Result(irs_code=10, then=Result(irs_code=0)),
    }


@pytest.mark.parametrize("tin", ["900000001", "000000001", '"900000001"', "'000000001'"])
def test_a_tin_keeps_its_digits_with_and_without_quotes(tin):
    assert list(read(f"{{results: {{{tin}: 3}}}}").results) == [tin.strip("\"'")]


def test_nothing_but_the_api_makes_an_open_run_of_the_catalogs_events():
    scenario = load_text(f"{HEAD}api: {{}}", environment={})
    assert scenario.open
    assert scenario.events == ()
    assert [event.type for event in scenario.api_events] == [
        "tin_match",
        "sos_search",
        "tax_exempt",
        "bulk_tin",
    ]


@pytest.mark.parametrize(
    "api",
    [
        {"accounts": {"demo": 19274653}},
        {"accounts": {"marker-password": "x"}, "tokens": {"19274653": None}},
        {"tokens": {"19274653": ""}},
        {"tokens": {"19274653": ["demo"]}},
        {"tokens": ["19274653"]},
        {"accounts": ["19274653"]},
        {"accounts": "19274653"},
    ],
)
def test_no_password_and_no_token_stands_in_a_message(api):
    with pytest.raises(InvalidInput) as told:
        read(json.dumps(api))
    assert "19274653" not in str(told.value)
