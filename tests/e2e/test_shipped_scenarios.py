"""Every shipped scenario passes against the endpoint that its own header names, through the real command line.

The header's `listen` line is read by the real command's own parser, and its receiver opened here, on a free port.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import sys
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from emulator.cli.listen import listen
from emulator.document import parse_yaml
from emulator.provider.registry import BUILT_IN, find_profile, list_definitions
from emulator.receiver import Replies
from emulator.receiver.server import Receiver
from emulator.scenario.load import load_scenario
from emulator.scenario.model import Scenario
from emulator.shipped import shipped

FOLDER = Path(__file__).parents[2] / "scenarios"
SERVED = {name: path for name, path in shipped().items() if name.partition("/")[2].startswith("api-")}
"""Those that wait for calls to the provider's API; tests/e2e/test_shipped_apis.py plays them."""
SCENARIOS = {name: path for name, path in shipped().items() if name not in SERVED}
ENDPOINT = re.compile(r"^# endpoint: webhook-emulator listen (.+)$", re.MULTILINE)
BEHIND_REDIRECTS = {"entuitive/redirect-followed": 1}
"""Requests that are no attempts of their own."""
MISBEHAVING = {"entuitive/misbehaving"}
"""Some of what they send is forged, and some breaks off before it is received."""
UNSIGNED_OR_FORGED = {"compliancely/forged", "compliancely/unsigned", "entuitive/forged"}


def header(name: str) -> str:
    """The comment at the top."""
    return SCENARIOS[name].read_text(encoding="utf-8").partition("\nversion:")[0]


def endpoints(name: str) -> list[tuple[str, Receiver]]:
    """The receivers that the header names, by their providers."""
    return [_receiver(shlex.split(words), SCENARIOS[name].parent) for words in ENDPOINT.findall(header(name))]


def _receiver(words: list[str], folder: Path) -> tuple[str, Receiver]:
    given = listen.make_context("listen", words).params
    provider: str = given["provider"]
    replies = Replies(given["answers"] or (), given["each"], given["invalid"], given["delay"])
    return provider, Receiver(find_profile(provider, folder), given["secret"], replies)


def addresses(urls: list[tuple[str, str]]) -> tuple[list[str], dict[str, str]]:
    """How `play` is told where the endpoints are: by flags, or for several providers by variables that files read."""
    if len(dict(urls)) == 1:
        return [f"--target={url}" for _, url in urls], {}
    return [], {f"{provider.upper()}_URL": url for provider, url in urls}


async def play(name: str, urls: list[tuple[str, str]], *more: str) -> tuple[int, dict[str, Any], str]:
    """Play it as a user would; the exit code, the run with its records, and the messages."""
    flags, told = addresses(urls)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WEBHOOK_EMULATOR_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "emulator", "play", str(SCENARIOS[name]), "--json", "--quiet", *flags, *more),
        env=kept | told,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, messages = await process.communicate()
    assert process.returncode is not None
    return process.returncode, json.loads(out) if out else {}, messages.decode()


@pytest.mark.parametrize("name", SCENARIOS)
async def test_it_passes_against_the_endpoint_that_its_header_names(name: str):
    async with AsyncExitStack() as stack:
        receivers = [(provider, await stack.enter_async_context(each)) for provider, each in endpoints(name)]
        code, run, messages = await play(name, [(provider, each.url) for provider, each in receivers])
        seen = [each for _, receiver in receivers for each in receiver.received]
    assert (code, messages) == (0, "")
    assert (run["run"]["verdict"], run["run"]["failures"]) == ("passed", [])
    if name in MISBEHAVING:
        sent = [each for each in run["attempts"] if each["faults"] != ["reset: in"]]
        assert [each.check is not None and each.check.valid for each in seen] == [
            each["signature"] is not None and each["signature"]["valid"] for each in sent
        ]
        return
    calls = len(run["attempts"]) + BEHIND_REDIRECTS.get(name, 0)
    assert (len(seen), len(run["attempts"])) == (calls, run["run"]["counts"]["attempts"])
    valid = name not in UNSIGNED_OR_FORGED
    assert all(each.check is not None and each.check.valid is valid for each in seen)


@pytest.mark.parametrize("name", sorted(UNSIGNED_OR_FORGED))
async def test_a_secret_that_is_given_for_the_run_makes_no_forgery_valid(name: str):
    ((provider, receiver),) = endpoints(name)
    async with receiver:
        code, run, messages = await play(name, [(provider, receiver.url)], "--secret=demo-secret")
    assert (code, messages, run["run"]["verdict"]) == (0, "", "passed")
    assert not any(each.check is None or each.check.valid for each in receiver.received)


@pytest.mark.parametrize("name", SCENARIOS)
def test_its_header_says_what_it_shows_and_who_plays_the_endpoint(name: str):
    told = header(name)
    lines = told.splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../scenario.schema.json"
    assert lines[1] == "#"
    assert re.match(r"# .{20,}", lines[2])
    assert re.search(r"^# Your endpoints? (must|may|stays?) ", told, re.MULTILINE)
    assert len(ENDPOINT.findall(told)) == len(targets(name))
    assert max(map(len, lines)) <= 120


def targets(name: str) -> set[str]:
    return {target.source for event in load(name).events for target in event.targets}


@cache
def load(name: str) -> Scenario:
    return load_scenario(SCENARIOS[name], environment={})


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_states_all_that_it_expects_and_runs_without_being_told_anything(name: str):
    tree = parse_yaml(SCENARIOS[name].read_bytes()).plain()
    scenario = load(name)
    assert scenario.name == name
    assert scenario.description
    assert str(scenario.speed) == "instant"
    assert not scenario.warnings
    assert "notifications" in tree["expect"]
    for event in tree["events"]:
        assert {"outcome", "attempts", "statuses", "offsets"} <= event["expect"].keys(), event["name"]
        assert event["name"]
    text = json.dumps([tree.get("variables"), tree["events"]])
    assert "fake." not in text or scenario.seed is not None


@pytest.mark.parametrize("provider", BUILT_IN)
def test_each_provider_has_the_promised_ones(provider: str):
    names = {name.partition("/")[2] for name in SCENARIOS if name.startswith(f"{provider}/")}
    promised = {"accepted-at-once", "refused-then-accepted", "exhausted", "timed-out", "slow", "burst"}
    assert promised | {"delivered-twice"} <= names


@pytest.mark.parametrize("provider", BUILT_IN)
async def test_what_is_delivered_twice_has_the_same_bytes_and_is_new_in_every_run(provider: str):
    name = f"{provider}/delivered-twice"
    bodies = []
    for _ in range(2):
        ((_, receiver),) = endpoints(name)
        async with receiver:
            await play(name, [(provider, receiver.url)])
        first, again = receiver.received
        assert first.body == again.body
        bodies.append(first.body)
    assert bodies[0] != bodies[1]


def test_every_event_of_every_catalog_is_sent_by_some_scenario():
    sent = {(event.profile.provider, event.type) for name in SCENARIOS for event in load(name).events}
    for definition in list_definitions(FOLDER):
        profile = definition.profile
        assert {(profile.provider, type_) for type_ in profile.events} <= sent


def test_every_code_of_a_tin_match_is_sent():
    tree = parse_yaml(SCENARIOS["compliancely/every-tin-outcome"].read_bytes()).plain()
    assert {event["data"]["irs_code"] for event in tree["events"]} == {*range(9), 10}


def test_made_up_people_live_in_reserved_places():
    for path in FOLDER.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        hosts = re.findall(r"(?:https?://|@)([A-Za-z][\w.-]*\w)", text)
        assert [host for host in hosts if host != "localhost" and not host.endswith("example.test")] == [], (
            path
        )
        assert [tin for tin in re.findall(r"\b\d{9}\b", text) if not tin.startswith("9000")] == [], path
