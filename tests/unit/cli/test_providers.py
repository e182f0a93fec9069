"""`providers`: the list, the portrait of one, and both as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emulator.cli.portrait import offsets, portrait, switch
from emulator.cli.program import program
from emulator.document import Invalid, Place, Report, parse_yaml
from emulator.duration import SECOND
from emulator.provider.load import read_definition
from emulator.provider.profile import Profile, Retry, WaitFrom
from emulator.provider.registry import BUILT_IN, find_definition, find_profile

WIDTH = 100
SWITCHES = [
    (name, assumption)
    for name in BUILT_IN
    for assumption in find_profile(name).assumptions
    if assumption.other is not None
]


def providers(*words: str) -> Result:
    return CliRunner().invoke(program, ["providers", *words])


def profile_of(text: str) -> Profile:
    return read_definition(f"version: 1\nprovider: acme\n{text}", "acme.yaml").profile


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_list_shows_what_tells_providers_apart():
    lines = [words(line) for line in providers().stdout.splitlines()]
    assert "compliancely Compliancely Compliancely-Signature 3 0, 180, 540 s 2xx 30 s" in lines
    assert "entuitive Entuitive X-Entuitive-Signature 5 0, 10, 20, 30, 130 s 200 3 s" in lines


def test_the_list_as_json():
    entuitive = next(
        each for each in json.loads(providers("--json").stdout) if each["provider"] == "entuitive"
    )
    assert entuitive["offsets_s"] == [0, 10, 20, 30, 130]
    assert (entuitive["attempts"], entuitive["timeout_s"], entuitive["accept"]) == (5, 3, "200")


def test_a_users_own_provider_is_listed_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "acme.yaml").write_text("version: 1\nprovider: acme\ntitle: Acme Parcels\n")
    monkeypatch.chdir(tmp_path)
    assert "acme" in providers().stdout
    assert providers("show", "acme").stdout.startswith("Acme Parcels (acme)\n")


def test_a_broken_provider_of_ones_own_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "acme.yaml").write_text("version: 1\nprovider: acme\ntimeuot: 3s\n")
    monkeypatch.chdir(tmp_path)
    result = providers()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "providers/acme.yaml:3:1: timeuot: unknown key" in result.stderr.replace("\\", "/")


def test_an_unknown_name_is_answered_with_the_nearest():
    result = providers("show", "entutive")
    assert result.exit_code == 2
    assert "did you mean 'entuitive'?" in result.stderr


def test_the_portrait_tells_everything_that_is_sent():
    told = words(portrait(find_profile("entuitive"), WIDTH))
    for fact in (
        "X-Entuitive-Signature: {signature}",
        "hmac-sha256 of {body} in lower-case hex, once, the same on every attempt",
        "without a secret: no header",
        "Accepted 200",
        "Redirect not followed; a failed attempt",
        "Time-out 3 s",
        "Attempts 5, at 0, 10, 20, 30, 130 s",
        "waits of 10, 10, 10, 100 s, each from the end of the failed attempt",
        "as PHP's json_encode() by default",
        '{"event_type": "{{ type }}", "data": "{{ data }}"}',
        "Content-Type: application/json",
        "an e-mail to management.company@example.test",
        "user.deactivated: A user's account is deactivated.",
        '"email": "ines.okafor@example.test"',
    ):
        assert fact in told


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_assumption_is_told_with_its_question_its_reason_and_its_switch(name: str):
    told = words(portrait(find_profile(name), WIDTH))
    for assumption in find_profile(name).assumptions:
        for text in (assumption.id, assumption.key, assumption.question, assumption.why):
            assert words(text or "") in told
        if assumption.other is not None:
            assert words(switch(assumption.other)) in told


@pytest.mark.parametrize(("name", "assumption"), SWITCHES, ids=lambda value: getattr(value, "key", value))
def test_a_switch_can_be_pasted_into_a_scenario(name: str, assumption):
    line = switch(assumption.other)
    assert "\n" not in line
    root = parse_yaml(line)
    assert root.plain() == {"profile": assumption.other}
    report = Report()
    switched = find_definition(name).overridden(Place(root.value["profile"], report))
    assert report.problems == []
    assert not isinstance(switched, Invalid)


@pytest.mark.parametrize("name", BUILT_IN)
def test_lines_keep_to_the_width_but_for_what_is_copied(name: str):
    for line in portrait(find_profile(name), WIDTH).splitlines():
        assert len(line) <= WIDTH or "profile: {" in line or '": ' in line


def test_a_plain_profile_is_told_in_plain_words():
    told = words(portrait(profile_of("envelope: null"), WIDTH))
    assert "Signature none" in told
    assert "Attempts 1, never made again" in told
    assert "Envelope none: the data is the body" in told
    assert "When used up nothing" in told
    assert "Assumptions" not in told


def test_a_profile_of_another_kind_tells_what_is_other():
    profile = profile_of(
        """
signature:
  header: X-Acme-Signature
  algorithm: hmac-sha512
  encoding: base64
  message: "{timestamp}.{body}"
  value: "t={timestamp},v1={signature}"
  sign: each-attempt
  without_secret: empty-key
redirects: follow
accept: [200, 204]
timeout: 500ms
retry: {waits: [5s, 5m], wait_from: first, "on": [status, timeout]}
body: {build: each-attempt}
"""
    )
    told = words(portrait(profile, WIDTH))
    for fact in (
        "hmac-sha512 of {timestamp}.{body} in base64, for each attempt anew",
        "{timestamp} by the wall clock",
        "without a secret: signed with an empty key",
        "Redirect followed",
        "Accepted 200, 204",
        "Time-out 0.5 s",
        "Attempts 3, at 0, 5, 300 s",
        "each from the first attempt",
        "again after every failure, except after: connect, dns, tls, reset, protocol, redirect",
        "made anew for each attempt",
    ):
        assert fact in told


def test_one_provider_as_json_has_the_keys_of_its_file_with_all_defaults():
    shown = json.loads(providers("show", "entuitive", "--json").stdout)
    assert shown["retry"]["waits"] == ["10s", "10s", "10s", "1m40s"]
    assert shown["signature"]["message"] == "{body}"
    assert shown["body"] == {"encoding": "php", "build": "once"}
    assert shown["on_exhausted"]["email"]["to"] == "management.company@example.test"
    assert shown["events"]["user.deactivated"]["data"]["status"] == "deactivated"
    assert next(each for each in shown["assumptions"] if each["id"] == "A7")["other"] == {"accept": "2xx"}


@pytest.mark.parametrize(
    ("waits", "origin", "expected"),
    [
        ((), WaitFrom.RESPONSE, [0]),
        ((180, 360), WaitFrom.RESPONSE, [0, 180, 540]),
        ((180, 360), WaitFrom.REQUEST, [0, 180, 540]),
        ((180, 360), WaitFrom.FIRST, [0, 180, 360]),
        ((300, 5), WaitFrom.FIRST, [0, 300, 300]),
    ],
)
def test_offsets_are_those_of_answers_that_come_at_once(waits, origin, expected):
    retry = Retry(waits=tuple(wait * SECOND for wait in waits), wait_from=origin)
    assert [offset // SECOND for offset in offsets(retry)] == expected
