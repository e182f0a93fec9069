"""Runs by the API: begun in every form, waited for, listed, cancelled, removed."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from emulator.server.settings import Settings
from tests.helpers.serving import SECRET, arrived, body, receiving, scenario, serving, until, waiting_calls

WANTED = "the name of a scenario, or a whole scenario, or a mapping with yaml and files"
YAML = """\
version: 1
provider: entuitive
events:
  - {name: created, type: user.created, payload_file: bodies/a.json}
"""


async def test_a_run_of_an_inline_scenario_is_played_and_answered_when_settled():
    async with receiving("503", "200") as receiver, serving() as api:
        answer = await api.post("/api/v1/runs?wait=30s", body(receiver.url, labels={"suite": "a"}))
        run = answer.json
        assert answer.status == 201
        assert answer.headers["Location"] == f"/api/v1/runs/{run['id']}"
        assert answer.headers["Content-Type"] == "application/json"
        assert (run["state"], run["verdict"], run["labels"]) == ("settled", "passed", {"suite": "a"})
        assert run["counts"] == {
            "events": 1,
            "deliveries": 1,
            "attempts": 2,
            "delivered": 1,
            "exhausted": 0,
            "lost": 0,
        }
        assert [each.check.valid for each in receiver.received if each.check] == [True, True]
        assert (await api.get(answer.headers["Location"])).json == run


async def test_yaml_text_brings_its_files_along():
    exact = b'{"exact":  "bytes"}'
    files = {"bodies/a.json": base64.b64encode(exact).decode()}
    async with receiving() as receiver, serving() as api:
        given = {"scenario": {"yaml": YAML, "files": files}, "target": receiver.url}
        run = await api.run(given)
        assert (run["scenario"], run["verdict"]) == ("inline", "passed")
        assert [each.body for each in receiver.received] == [exact]


async def test_the_warnings_of_the_scenario_stand_in_the_run_and_stay_there():
    async with receiving() as receiver, serving() as api:
        given = {"yaml": YAML.replace("events:", "secret: ${SECRET:-marker}\nevents:")}
        run = await api.run(
            {"scenario": given | {"files": {"bodies/a.json": "e30="}}, "target": receiver.url}
        )
        (warning,) = run["warnings"]
        assert warning.startswith("the secret of entuitive holds ${…}, which is replaced only in files")
        assert (await api.get(f"/api/v1/runs/{run['id']}")).json["warnings"] == [warning]
        assert (await api.items("/api/v1/runs"))[0]["warnings"] == [warning]


async def test_a_shipped_scenario_and_one_of_the_folder_are_played_by_name(tmp_path: Path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "first.yaml").write_text(
        "version: 1\nprovider: entuitive\nevents: [{type: user.created}]\n", encoding="utf-8"
    )
    async with receiving() as receiver, serving(folder=tmp_path) as api:
        own = await api.run({"scenario": "own/first", "target": receiver.url})
        assert (own["scenario"], own["verdict"]) == ("own/first", "passed")
        given = {"scenario": "entuitive/accepted-at-once", "target": receiver.url, "secret": SECRET}
        shipped = await api.run(given)
        assert (shipped["scenario"], shipped["verdict"]) == ("entuitive/accepted-at-once", "passed")


async def test_a_file_is_read_again_at_each_start(tmp_path: Path):
    file = tmp_path / "first.yaml"
    text = "version: 1\nprovider: entuitive\nevents: [{type: user.created}]\n"
    file.write_text(text, encoding="utf-8")
    async with receiving() as receiver, serving(folder=tmp_path) as api:
        first = await api.run({"scenario": "first", "target": receiver.url})
        file.write_text(
            text.replace("user.created}", "user.created}, {type: user.created}"), encoding="utf-8"
        )
        second = await api.run({"scenario": "first", "target": receiver.url})
        assert [run["counts"]["events"] for run in (first, second)] == [1, 2]
        file.write_text("version: 2\n", encoding="utf-8")
        answer = await api.post("/api/v1/runs", {"scenario": "first"})
        assert (answer.status, answer.error["details"]) == (
            422,
            [
                f"{file}:1:1: the key 'events' is missing: a list of events",
                f"{file}:1:10: version: expected 1, the version of the format that this emulator reads, found number 2",
            ],
        )


async def test_what_the_call_says_takes_the_place_of_the_scenario():
    given = {
        "scenario": scenario(
            "http://192.0.2.1/",
            {"payload": {"n": "{{ n }}", "label": "{{ run.labels.suite }}"}},
            secret="another",
            variables={"n": 1},
        ),
        "secret": SECRET,
        "speed": "60x",
        "seed": 7,
        "start": "2026-01-05T09:00:00Z",
        "variables": {"n": 2},
        "labels": {"suite": "billing"},
    }
    async with receiving() as receiver, serving() as api:
        run = await api.run({**given, "target": [receiver.url, f"{receiver.url}/second"]})
        assert (run["speed"], run["seed"], run["start"]) == ("60x", 7, "2026-01-05T09:00:00Z")
        assert run["verdict"] == "passed"
        assert {each.body for each in receiver.received} == {b'{"n":2,"label":"billing"}'}
        assert {each.path for each in receiver.received} == {"/", "/second"}


async def test_null_leaves_a_key_to_the_scenario_and_a_null_secret_sends_unsigned():
    given = {"target": None, "speed": None, "seed": None, "start": None, "variables": None, "labels": None}
    async with receiving(invalid=None) as receiver, serving() as api:
        run = await api.run({"scenario": scenario(receiver.url), **given, "secret": None})
        assert (run["verdict"], run["speed"], run["labels"]) == ("passed", "instant", {})
        attempts = await api.items("/api/v1/attempts")
        assert [each["signature"] for each in attempts] == [None]


async def test_the_server_s_target_and_speed_hold_where_nobody_says_anything():
    async with receiving() as receiver, serving(settings=Settings(target=receiver.url, speed="60x")) as api:
        given: dict[str, Any] = scenario("")
        del given["target"]
        run = await api.run({"scenario": given})
        assert (run["verdict"], run["speed"]) == ("passed", "60x")
        run = await api.run({"scenario": given, "speed": "instant"})
        assert run["speed"] == "instant"


@pytest.mark.parametrize(
    ("given", "details"),
    [
        ({}, [f"the key 'scenario' is missing: {WANTED}"]),
        ({"scenario": 5}, ["scenario: expected the name of a scenario, found 5; quote it: '5'"]),
        ({"scenario": []}, [f"scenario: expected {WANTED}, found a list"]),
        ({"scenario": "entuitive/slwo"},
         ["scenario: unknown scenario 'entuitive/slwo'; did you mean 'entuitive/slow'?"]),
        ({"scenario": "entuitive/slow", "sped": "real"}, ["sped: unknown key 'sped'; did you mean 'speed'?"]),
        ({"scenario": "entuitive/slow", "speed": "fast"},
         ["speed: expected real, instant, manual, or a factor such as 60x, found text 'fast'"]),
        ({"scenario": "entuitive/slow", "seed": -1},
         ["seed: expected a whole number from 0 to 9007199254740991, found number -1"]),
        ({"scenario": "entuitive/slow", "start": "now"},
         ["start: expected a moment in UTC such as 2026-01-05T09:00:00Z, found text 'now'"]),
        ({"scenario": "entuitive/slow", "labels": {"a": 1}}, ["labels.a: expected a text, found 1; quote it: '1'"]),
        ({"scenario": "entuitive/slow", "labels": {"": "x"}}, ["labels.'': expected a key of 1 to 256 characters"]),
        ({"scenario": "entuitive/slow", "labels": {f"k{n}": "" for n in range(65)}},
         ["labels: expected at most 64 labels, found 65"]),
        ({"scenario": "entuitive/slow", "variables": {"now": 1}},
         ["variables.now: templates have their own 'now'; choose another name"]),
        ({"scenario": {"yaml": "version: [", "files": {}}}, ["2:1: not YAML: expected a value"]),
        ({"scenario": {"yaml": YAML, "files": {"bodies/a.json": "%"}}},
         ["scenario.files.'bodies/a.json': expected the file's bytes as base64"]),
        ({"scenario": {"yaml": YAML, "file": {}}}, ["scenario.file: unknown key 'file'; did you mean 'files'?"]),
    ],
)  # fmt: skip
async def test_every_wrong_content_is_told_in_the_words_of_the_command_line(given: Any, details: list[str]):
    async with serving() as api:
        answer = await api.post("/api/v1/runs", given)
        assert (answer.status, answer.error["code"]) == (422, "invalid")
        assert answer.error["details"] == details
        assert (await api.get("/api/v1/runs")).json == {"items": [], "next": None}


async def test_all_problems_of_a_scenario_are_told_at_once():
    async with serving() as api:
        answer = await api.post("/api/v1/runs", body("ftp://x", {"type": "user.craeted"}, {"at": "soon"}))
        assert answer.told == (422, "3 problems")
        assert {line.partition(":")[0] for line in answer.error["details"]} == {
            "target",
            "events[0].type",
            "events[1].at",
        }


async def test_without_wait_the_answer_comes_while_the_run_goes_on():
    async with receiving("503") as receiver, serving() as api:
        answer = await api.post("/api/v1/runs", body(receiver.url, speed="real"))
        assert (answer.status, answer.json["state"], answer.json["verdict"]) == (201, "running", None)


@pytest.mark.parametrize("wait", ["0", "0s", "10ms"])
async def test_a_wait_that_ends_answers_with_the_run_as_it_stands(wait: str):
    async with receiving("503") as receiver, serving() as api:
        answer = await api.post(f"/api/v1/runs?wait={wait}", body(receiver.url, speed="real"))
        assert (answer.status, answer.json["state"]) == (201, "running")
        again = await api.get(f"/api/v1/runs/{answer.json['id']}?wait={wait}")
        assert (again.status, again.json["state"]) == (200, "running")


async def test_a_wait_ends_as_soon_as_the_run_has_ended():
    async with receiving("503") as receiver, serving() as api:
        run = (await api.post("/api/v1/runs", body(receiver.url, speed="real"))).json
        waiting = asyncio.create_task(api.get(f"/api/v1/runs/{run['id']}?wait=99999d"))
        await waiting_calls(api, 1)
        await api.post(f"/api/v1/runs/{run['id']}/cancel")
        async with asyncio.timeout(10):
            assert (await waiting).json["state"] == "cancelled"


async def test_closing_ends_every_wait_and_begins_nothing_more():
    async with receiving("503") as receiver, serving() as api:
        waiting = asyncio.create_task(api.post("/api/v1/runs?wait=60", body(receiver.url, speed="real")))
        await waiting_calls(api, 1)
        api.context.closing.set()
        async with asyncio.timeout(10):
            answer = await waiting
        assert (answer.status, answer.json["state"]) == (201, "running")
        path = f"/api/v1/runs/{answer.json['id']}"
        assert (await api.get(f"{path}?wait=60")).json["state"] == "running"
        refused = await api.post("/api/v1/runs", body(receiver.url))
        assert refused.told == (503, "the server is stopping")


async def test_a_client_that_goes_away_stops_no_run_and_gives_its_place_back():
    async with receiving("503") as receiver, serving() as api:
        waiting = asyncio.create_task(api.post("/api/v1/runs?wait=60", body(receiver.url, speed="real")))
        await waiting_calls(api, 1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await waiting_calls(api, 0)
        runs = await api.items("/api/v1/runs")
        assert [run["state"] for run in runs] == ["running"]


async def test_too_many_waiting_calls_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch):
    async with receiving("503") as receiver, serving() as api:
        run = (await api.post("/api/v1/runs", body(receiver.url, speed="real"))).json
        monkeypatch.setattr(api.context.waiting, "most", 1)
        first = asyncio.create_task(api.get(f"/api/v1/runs/{run['id']}?wait=60"))
        await waiting_calls(api, 1)
        for answer in (
            await api.get(f"/api/v1/runs/{run['id']}?wait=60"),
            await api.post("/api/v1/runs?wait=60", body(receiver.url)),
            await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "end"}),
        ):
            assert answer.told == (429, "1 calls wait already")
            assert answer.headers["Retry-After"] == "1"
        assert len(await api.items("/api/v1/runs")) == 1
        await api.post(f"/api/v1/runs/{run['id']}/cancel")
        assert (await first).status == 200


async def test_too_many_runs_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("emulator.server.api.starting.MOST_RUNNING", 2)
    async with receiving("503") as receiver, serving() as api:
        for _ in range(2):
            assert (await api.post("/api/v1/runs", body(receiver.url, speed="real"))).status == 201
        refused = await api.post("/api/v1/runs", body(receiver.url))
        assert refused.told == (429, "2 runs are running already")
        assert refused.headers["Retry-After"] == "1"
        event = {"provider": "entuitive", "type": "user.created", "target": receiver.url}
        assert (await api.post("/api/v1/events", event)).status == 429


async def test_runs_are_listed_in_the_order_of_their_start_and_by_label():
    async with receiving() as receiver, serving() as api:
        ids = [
            (await api.run(body(receiver.url, labels={"n": str(n), "odd": str(n % 2)})))["id"]
            for n in range(5)
        ]
        assert [run["id"] for run in await api.items("/api/v1/runs")] == ids
        assert [run["id"] for run in await api.items("/api/v1/runs?limit=2")] == ids
        assert [run["id"] for run in await api.items("/api/v1/runs?order=desc&limit=2")] == ids[::-1]
        assert [run["id"] for run in await api.items("/api/v1/runs?label.odd=1")] == ids[1::2]
        assert [run["id"] for run in await api.items("/api/v1/runs?label.odd=1&label.n=3")] == [ids[3]]
        assert await api.items("/api/v1/runs?label.odd=2") == []
        page = (await api.get(f"/api/v1/runs?after={ids[3]}")).json
        assert [run["id"] for run in page["items"]] == ids[4:]


async def test_a_list_shows_a_running_run_as_it_stands():
    async with receiving("503") as receiver, serving() as api:
        run = (await api.post("/api/v1/runs", body(receiver.url, speed="real"))).json

        async def attempts() -> int:
            (found,) = await api.items("/api/v1/runs")
            count: int = found["counts"]["attempts"]
            return count

        assert await until(attempts, lambda count: count == 1) == 1
        assert (await api.get(f"/api/v1/runs/{run['id']}")).json["counts"]["attempts"] == 1


async def test_cancel_records_what_is_in_flight_and_leaves_an_ended_run_as_it_is():
    async with receiving("timeout") as receiver, serving() as api:
        run = (await api.post("/api/v1/runs", body(receiver.url, speed="real"))).json
        await arrived(api, receiver, 1)
        answer = await api.post(f"/api/v1/runs/{run['id']}/cancel")
        assert (answer.status, answer.json["state"], answer.json["verdict"]) == (
            200,
            "cancelled",
            "incomplete",
        )
        (attempt,) = await api.items(f"/api/v1/attempts?run={run['id']}")
        assert attempt["error"]["kind"] == "cancelled"
        assert (await api.post(f"/api/v1/runs/{run['id']}/cancel")).json == answer.json


@pytest.mark.parametrize("speed", ["real", "instant"])
async def test_delete_removes_a_run_whether_it_runs_or_has_ended(speed: str):
    async with receiving("503") as receiver, serving() as api:
        run = (await api.post("/api/v1/runs", body(receiver.url, speed=speed))).json
        await arrived(api, receiver, 1)
        answer = await api.delete(f"/api/v1/runs/{run['id']}")
        assert (answer.status, answer.body) == (204, b"")
        assert (await api.get(f"/api/v1/runs/{run['id']}")).status == 404
        assert (await api.get(f"/api/v1/attempts?run={run['id']}")).json["items"] == []
        assert (await api.delete(f"/api/v1/runs/{run['id']}")).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/runs/{}"),
        ("GET", "/api/v1/runs/{}?wait=1s"),
        ("DELETE", "/api/v1/runs/{}"),
        ("POST", "/api/v1/runs/{}/cancel"),
        ("POST", "/api/v1/runs/{}/clock"),
        ("GET", "/api/v1/runs/{}/deliveries"),
    ],
)
async def test_an_unknown_run_is_told_and_an_id_of_something_else_says_so(method: str, path: str):
    body = {"to": "end"} if path.endswith("clock") else None
    async with serving() as api:
        answer = await api.call(method, path.format("run_x"), body)
        assert answer.told == (404, "there is no run 'run_x'")
        answer = await api.call(method, path.format("att_x_1_1"), body)
        assert answer.told == (
            404,
            "expected the id of a run, which begins with run_, found 'att_x_1_1', that of an attempt",
        )


async def test_a_lasting_journal_has_the_run_and_its_plan_when_it_is_answered(tmp_path: Path):
    file = tmp_path / "journal.db"
    async with receiving("503") as receiver, serving(database=file) as api:
        run = (await api.post("/api/v1/runs", body(receiver.url, speed="real"))).json
        with closing(sqlite3.connect(file)) as another:
            assert another.execute("SELECT id FROM runs").fetchall() == [(run["id"],)]
        assert [plan.run for plan in await api.emulator.journal.plans()] == [run["id"]]


async def test_a_connection_may_be_used_again_after_every_kind_of_answer():
    async with receiving() as receiver, serving() as api:
        connector = aiohttp.TCPConnector(limit=1)
        async with aiohttp.ClientSession(connector=connector) as session:
            for path, data, status in [
                ("/api/v1/runs", b"{", 400),
                ("/api/v1/runs", b"{}", 422),
                ("/api/v1/nowhere", b"{}", 404),
                ("/api/v1/info", b"{}", 405),
                ("/api/v1/reset", b"{}", 200),
            ]:
                headers = {"Content-Type": "application/json"}
                async with session.post(api.url + path, data=data, headers=headers) as response:
                    assert response.status == status
                    await response.read()
        assert receiver.received == type(receiver.received)()


async def test_what_is_answered_of_a_run_is_stored(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"

    def stored() -> list[tuple[str, str | None]]:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            records = [json.loads(row[0]) for row in connection.execute("SELECT record FROM runs")]
        return [(record["state"], record["verdict"]) for record in records]

    async with receiving() as endpoint, serving(database=database) as api:
        run = await api.run({"scenario": scenario(endpoint.url, {"at": "1h"}, speed="manual")})
        assert stored() == [("running", None)]
        moved = (await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "end"})).json
        assert [(moved["state"], moved["verdict"])] == stored() == [("settled", "passed")]
        run = await api.run({"scenario": scenario(endpoint.url, {"at": "1h"}, speed="real")})
        cancelled = (await api.post(f"/api/v1/runs/{run['id']}/cancel")).json
        assert (cancelled["state"], cancelled["verdict"]) == stored()[1] == ("cancelled", "incomplete")
