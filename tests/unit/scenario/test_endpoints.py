"""Registered endpoints: which events go there, and with which secret they are signed."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest

from emulator.delivery.life import Life
from emulator.delivery.playing import Playing
from emulator.endpoint import Endpoint, Source, from_document
from emulator.errors import InvalidInput
from emulator.scenario.endpoints import read_endpoints
from emulator.scenario.load import load_document, load_text
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import UNSET, Overrides

HOUR = 3_600_000_000
FILE = {"version": 1, "provider": "entuitive", "events": [{"type": "user.created"}]}


def endpoint(path: str = "a", **more: Any) -> Endpoint:
    given = {"provider": "entuitive", "secret": f"of-{path}", "created_wall": 0, "source": Source.API, **more}
    return Endpoint(id=f"end_{path}", url=f"http://localhost:1/{path}", **given)


def load(*registered: Endpoint, target: Any = None, **keys: Any) -> Scenario:
    overrides = Overrides(endpoints=registered, fallback_target=target)
    return load_text({**FILE, **keys}, overrides=overrides, environment={})


def sent(scenario: Scenario, *, wall: int = 0) -> list[tuple[str, str | None, str | None]]:
    """Path, endpoint and signature of each first attempt."""
    playing = Playing(scenario, run="run_x", seed=1, start=0, labels={}, measures=False)
    lives = [it for it in playing.take(0) if isinstance(it, Life)]
    found = []
    for life in lives:
        prepared = playing.prepare(life, wall=wall)
        signature = None if prepared.signature is None else prepared.signature.value
        found.append((life.url.rpartition("/")[2], life.record(0).endpoint, signature))
    return found


def paths(scenario: Scenario) -> list[str]:
    return [path for path, _, _ in sent(scenario)]


def digest(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


EXACT = {"events": [{"type": "user.created", "body": "x"}]}


@pytest.mark.parametrize(
    ("keys", "overrides", "wanted"),
    [
        ({}, {}, ["a"]),
        ({"target": "http://localhost:1/scenario"}, {}, ["scenario"]),
        ({"target": "http://localhost:1/scenario"}, {"target": "http://localhost:1/run"}, ["run"]),
        ({"events": [{"type": "user.created", "target": "http://localhost:1/own"}]}, {}, ["own"]),
        ({"events": [{"payload": 1}]}, {}, ["a"]),
        ({"events": [{"provider": "compliancely", "payload": 1}]}, {}, ["server"]),
    ],
)
def test_endpoints_come_after_all_targets_but_the_servers(keys, overrides, wanted):
    given = Overrides(endpoints=(endpoint(),), fallback_target="http://localhost:1/server", **overrides)
    assert paths(load_text({**FILE, **keys}, overrides=given, environment={})) == wanted


def test_an_event_goes_to_every_active_endpoint_of_its_provider_that_wants_its_type():
    registered = (
        endpoint("all"),
        endpoint("some", types=("user.updated", "user.created")),
        endpoint("others", types=("user.updated",)),
        endpoint("off", active=False),
        endpoint("elsewhere", provider="compliancely"),
    )
    assert paths(load(*registered)) == ["all", "some"]


def test_an_event_without_a_type_goes_only_where_all_are_wanted():
    keys = {"events": [{"payload": 1}]}
    assert paths(load(endpoint("all"), endpoint("some", types=("user.created",)), **keys)) == ["all"]


def test_those_of_the_scenario_come_first_and_are_called_by_the_run():
    own = [{"url": "http://localhost:1/own", "secret": "k"}]
    assert [it[:2] for it in sent(load(endpoint(), endpoints=own))] == [("own", "end_x_1"), ("a", "end_a")]


def test_the_servers_target_holds_for_what_no_endpoint_wants():
    events = [{"type": "user.created"}, {"type": "user.updated"}]
    scenario = load(endpoint(types=("user.updated",)), target="http://localhost:1/server", events=events)
    assert paths(scenario) == ["server", "a"]


def test_without_target_and_endpoint_the_cures_are_named():
    with pytest.raises(InvalidInput, match=r"no target: .*, or register an endpoint that wants it"):
        load(endpoint(types=("user.updated",)))


@pytest.mark.parametrize(
    ("own", "inherits", "run", "wanted"),
    [
        ("own", False, "of-run", "own"),
        (..., False, "of-run", "of-a"),
        (..., True, "of-run", "of-run"),
        (..., True, UNSET, "of-scenario"),
        (None, False, UNSET, None),
    ],
)
def test_which_secret_signs(own, inherits, run, wanted):
    event = EXACT["events"][0] | ({} if own is ... else {"secret": own})
    given = endpoint(inherits=True, secret=None) if inherits else endpoint()
    overrides = Overrides(endpoints=(given,), secret=run)
    keys = {**FILE, "events": [event], "secret": "of-scenario"}
    ((_, _, signature),) = sent(load_text(keys, overrides=overrides, environment={}))
    assert signature == (None if wanted is None else digest(wanted, b"x"))


def test_each_endpoint_has_its_own_signature_and_one_without_a_secret_none():
    registered = endpoint("a"), endpoint("b"), endpoint("c", secret=None)
    signatures = [it[2] for it in sent(load(*registered, **EXACT))]
    assert signatures == [digest("of-a", b"x"), digest("of-b", b"x"), None]


def test_no_warning_is_told_of_a_secret_that_nobody_needs():
    assert load(endpoint()).warnings == ()
    assert "unsigned" in load(endpoint(inherits=True, secret=None)).warnings[0]


ROTATED = endpoint(secret="old").rotated("new", until=HOUR)
BOTH = {"signature": {"rotation": "both"}}


@pytest.mark.parametrize(
    ("profile", "wall", "secrets"),
    [
        ({}, 0, ["new"]),
        (BOTH, 0, ["new", "old"]),
        (BOTH, HOUR - 1, ["new", "old"]),
        (BOTH, HOUR, ["new"]),
    ],
)
def test_while_a_secret_is_rotated_the_profile_says_who_signs(profile, wall, secrets):
    ((_, _, signature),) = sent(load(ROTATED, profile=profile, **EXACT), wall=wall)
    assert signature == ",".join(digest(secret, b"x") for secret in secrets)


def test_the_separator_and_the_value_make_any_form_of_two_signatures():
    profile = {"signature": {"rotation": "both", "value": "v1={signature}", "separator": ",v1="}}
    ((_, _, signature),) = sent(load(ROTATED, profile=profile, **EXACT))
    assert signature == f"v1={digest('new', b'x')},v1={digest('old', b'x')}"


def test_a_restarted_emulator_loads_the_endpoints_that_the_run_began_with():
    scenario = load(ROTATED, endpoint("b"), profile=BOTH, **EXACT)
    assert scenario.origin is not None
    assert sent(load_document(scenario.origin.document())) == sent(scenario)


def test_a_restarted_emulator_needs_no_secrets_of_other_providers():
    other = endpoint("b", provider="compliancely")
    origin = load(endpoint("a"), other).origin
    assert origin is not None
    document = origin.document()
    assert "of-a" in document
    assert "of-b" not in document
    assert load_document(document).events[0].endpoints == (endpoint("a"),)


def test_endpoints_with_the_same_url_are_a_warning():
    twice = [
        {"url": "http://localhost:1/a"},
        {"url": "http://localhost:1/b"},
        {"url": "http://localhost:1/a"},
    ]
    told = "have the same URL and want the same types: webhooks that both want are sent there twice"
    assert load(endpoint("b"), secret="s", endpoints=twice).warnings == (
        f"the endpoints 1 and 3 {told}",
        f"the endpoint 2 and the registered end_b {told}",
    )
    apart = [{**twice[0], "types": ["user.created"]}, {**twice[0], "types": ["user.updated"]}]
    assert load(secret="s", endpoints=apart).warnings == ()


def test_an_endpoint_is_the_same_after_its_document():
    for each in (ROTATED, endpoint(types=("user.created",), description="x", active=False)):
        assert from_document(each.to_document()) == each


def test_no_secret_is_shown_by_accident():
    shown = repr(endpoint("marker", secret="marker-1").rotated("marker-2", until=HOUR))
    assert "marker-" not in shown
    assert "localhost" not in shown


def test_a_scenario_with_endpoints_alone_is_right():
    scenario = load(
        endpoints=[{"url": "http://localhost:1/own", "types": ["user.created"], "description": "x"}]
    )
    assert scenario.endpoints[0].types == ("user.created",)


def read(text: bytes | str, near: Path | None = None, **environment: str) -> tuple[Endpoint, ...]:
    return read_endpoints(text, "endpoints.yaml", environment, near, created_wall=7)


def test_endpoints_of_a_file_may_hold_variables_and_those_of_a_variable_may_not():
    line = '[{"provider": "entuitive", "url": "http://localhost/", "secret": "${KEY}"}]'
    assert read(line.encode(), KEY="s3cret")[0].secret == "s3cret"
    assert read(line)[0].secret == "${KEY}"
    assert read(line)[0].source is Source.ENVIRONMENT


def test_all_problems_of_a_file_are_told():
    with pytest.raises(InvalidInput) as told:
        read(b"- {url: http://localhost/}\n- {provider: entuitive, url: x, types: [user.crated]}\n- 1\n")
    asked = "the key 'provider' is missing: a provider such as entuitive"
    url = "expected a URL that begins with http:// or https://, found 'x'; did you mean 'http://x'?"
    type = "unknown event type 'user.crated' of entuitive; did you mean 'user.created'?"
    form = "expected an endpoint: a mapping such as {url: http://localhost:3000/webhooks}, found number 1"
    assert str(told.value).splitlines() == [
        f"endpoints.yaml:1:3: [0]: {asked}",
        f"endpoints.yaml:2:30: [1].url: {url}",
        f"endpoints.yaml:2:41: [1].types[0]: {type}",
        f"endpoints.yaml:3:3: [2]: {form}",
    ]


def test_no_problem_shows_a_secret():
    with pytest.raises(InvalidInput) as told:
        read(b"- {provider: entuitive, url: marker-secret, secret: marker-secret}")
    assert "marker-secret" not in str(told.value)
