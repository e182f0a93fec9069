"""`play`, `validate` and `--dry-run` of scenarios that wait for calls to the provider's API."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from emulator.cli.program import program
from tests.helpers.command import command
from tests.helpers.serving import receiving

ROUTE = {"request": {"method": "POST", "path": "/v1/users"}, "emits": [{"event": "created"}]}
CREATED = {"name": "created", "type": "user.created"}
HEAD = {"version": 1, "provider": "entuitive", "secret": "demo-secret", "target": "http://127.0.0.1:9/"}
API = {"version": 1, "provider": "compliancely", "secret": "demo-secret", "api": {}}


def written(folder: Path, name: str, scenario: object) -> str:
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("flags", [[], ["--dry-run"], ["--json"]])
def test_what_only_waits_for_calls_is_refused_before_anything_is_sent(tmp_path: Path, flags: list[str]):
    routes = written(tmp_path, "routes", {**HEAD, "routes": [ROUTE], "events": [CREATED]})
    api = written(tmp_path, "api", API)
    later = {"name": "later", "type": "user.updated", "after": {"event": "created"}}
    last = {"name": "last", "type": "user.updated", "after": {"event": "later"}}
    follows = written(tmp_path, "follows", {**HEAD, "routes": [ROUTE], "events": [CREATED, last, later]})
    plain = written(tmp_path, "plain", {**HEAD, "events": [CREATED]})
    done = CliRunner().invoke(program, ["play", plain, routes, follows, api, *flags])
    assert (done.exit_code, done.stdout) == (2, "")
    told = (
        "nothing of this scenario is due by itself: it waits for calls to the provider's API,"
        " so begin it with `webhook-emulator serve` and POST /api/v1/runs"
    )
    assert sorted(done.stderr.splitlines()) == [f"{file}: {told}" for file in (api, follows, routes)]


def test_it_is_a_right_file_all_the_same(tmp_path: Path):
    api = written(tmp_path, "api", API)
    assert CliRunner().invoke(program, ["validate", api]).exit_code == 0


async def test_what_is_scheduled_is_played_and_judged(tmp_path: Path):
    scenario = {**HEAD, "routes": [{"request": ROUTE["request"]}], "events": [{**CREATED, "at": "5s"}]}
    async with receiving(secret="demo-secret") as receiver:
        file = written(tmp_path, "both", {**scenario, "target": receiver.url})
        done = await command("play", file, "--json")
    run = done.runs[0]["run"]
    assert (done.code, run["verdict"], run["open"]) == (0, "passed", False)
    assert run["counts"]["attempts"] == 1


async def test_an_event_that_only_a_call_emits_fails(tmp_path: Path):
    scenario = {**HEAD, "routes": [ROUTE], "events": [CREATED, {**CREATED, "name": "second", "at": "5s"}]}
    async with receiving(secret="demo-secret") as receiver:
        file = written(tmp_path, "both", {**scenario, "target": receiver.url})
        done = await command("play", file, "--json")
    failures = done.runs[0]["run"]["failures"]
    assert done.code == 1
    assert [(it["event"], it["check"]) for it in failures] == [("created", "deliveries")]
