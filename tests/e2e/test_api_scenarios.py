"""Scenarios, what the server is, and whether it is ready."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator import __version__
from emulator.errors import InvalidInput, JournalError
from emulator.server.catalog import Catalog
from emulator.server.settings import Settings
from emulator.shipped import shipped
from tests.helpers.serving import receiving, serving

GOOD = "version: 1\nprovider: entuitive\ndescription: |\n  Two\n  lines.\nevents: [{type: user.created}]\n"


def write(folder: Path, name: str, text: str = GOOD) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


async def test_shipped_scenarios_and_own_ones_are_listed_by_name(tmp_path: Path):
    write(tmp_path, "billing/first.yaml")
    write(tmp_path, "named.yml", f"name: a/b c\n{GOOD}")
    write(tmp_path, "providers/entuitive-like.yaml", "no scenario")
    async with serving(folder=tmp_path) as api:
        found = await api.items("/api/v1/scenarios?limit=7")
        names = [each["name"] for each in found]
        assert names == sorted({*shipped(), "billing/first", "a/b c"})
        assert found[names.index("billing/first")] == {
            "name": "billing/first",
            "path": "billing/first.yaml",
            "shipped": False,
            "description": "Two lines.",
            "providers": ["entuitive"],
            "problems": [],
        }
        assert found[names.index("a/b c")]["path"] == "named.yml"
        slow = found[names.index("entuitive/slow")]
        assert (slow["path"], slow["shipped"], slow["problems"]) == ("entuitive/slow.yaml", True, [])
        assert await api.items("/api/v1/scenarios?limit=7&order=desc") == found[::-1]
        assert (await api.get("/api/v1/scenarios/a/b%20c")).json["path"] == "named.yml"
        assert (await api.get("/api/v1/scenarios/a%2Fb%20c")).json["path"] == "named.yml"


async def test_one_scenario_shows_its_document_unresolved_and_without_its_secret(tmp_path: Path):
    write(tmp_path, "first.yaml", GOOD + 'secret: top-secret\nseed: 7\ntarget: "${T:-http://127.0.0.1/}"\n')
    async with serving(folder=tmp_path) as api:
        answer = await api.get("/api/v1/scenarios/first")
        assert answer.json["document"] == {
            "version": 1,
            "provider": "entuitive",
            "description": "Two\nlines.\n",
            "events": [{"type": "user.created"}],
            "secret": "***",
            "seed": 7,
            "target": "${T:-http://127.0.0.1/}",
        }


async def test_an_unknown_scenario_is_told_with_the_nearest(tmp_path: Path):
    async with serving() as api:
        answer = await api.get("/api/v1/scenarios/entuitive/slwo")
        assert answer.told == (404, "unknown scenario 'entuitive/slwo'; did you mean 'entuitive/slow'?")


async def test_a_file_of_the_folder_takes_the_place_of_a_shipped_one(tmp_path: Path):
    write(tmp_path, "entuitive/slow.yaml")
    async with receiving() as receiver, serving(folder=tmp_path) as api:
        found = await api.items("/api/v1/scenarios")
        assert [each["shipped"] for each in found if each["name"] == "entuitive/slow"] == [False]
        run = await api.run({"scenario": "entuitive/slow", "target": receiver.url})
        assert run["counts"]["events"] == 1


async def test_files_that_came_or_broke_since_are_listed_with_their_problems(tmp_path: Path):
    first = write(tmp_path, "first.yaml")
    async with serving(folder=tmp_path) as api:
        write(tmp_path, "second.yaml")
        broken = write(tmp_path, "third.yaml", "version: [")
        wrong = write(tmp_path, "fourth.yaml", GOOD.replace("entuitive", "entuitve"))
        again = write(tmp_path, "zeroth.yaml", f"name: first\n{GOOD}")
        looked = f"no providers/entuitve.yaml in {tmp_path} or a folder above it"
        unknown = f"unknown provider 'entuitve'; {looked}; did you mean 'entuitive'?"
        own = [each for each in await api.items("/api/v1/scenarios") if not each["shipped"]]
        assert {each["path"]: each["problems"] for each in own} == {
            "first.yaml": [],
            "second.yaml": [],
            "third.yaml": [f"{broken}:2:1: not YAML: expected a value"],
            "fourth.yaml": [f"{wrong}:2:11: provider: {unknown}"],
            "zeroth.yaml": [f"{again}: name: this scenario is called 'first', as is {first}"],
        }  # fmt: skip
        shown = (await api.get("/api/v1/scenarios/third")).json
        assert (shown["document"], len(shown["problems"])) == (None, 1)
        answer = await api.post("/api/v1/runs", {"scenario": "third"})
        assert answer.told == (422, f"{broken}:2:1: not YAML: expected a value")


async def test_a_folder_that_went_away_is_told(tmp_path: Path):
    folder = tmp_path / "scenarios"
    file = write(folder, "first.yaml")
    async with serving(folder=folder) as api:
        file.unlink()
        folder.rmdir()
        answer = await api.get("/api/v1/scenarios")
        assert answer.told == (422, f"{folder}: this folder cannot be read: No such file or directory")


def test_loading_tells_all_problems_of_all_files(tmp_path: Path):
    first = write(tmp_path, "first.yaml")
    second = write(tmp_path, "second.yaml", f"name: first\n{GOOD}")
    third = write(tmp_path, "third.yaml", GOOD.replace("events", "evnets"))
    write(tmp_path, "fourth.yaml", GOOD.replace("created}", 'created, data: {a: "{{ run.labels.x }}"}}'))
    catalog = Catalog(tmp_path, {})
    with pytest.raises(InvalidInput) as raised:
        catalog.load()
    assert [str(problem) for problem in raised.value.problems] == [
        f"{second}: name: this scenario is called 'first', as is {first}",
        f"{third}:1:1: the key 'events' is missing: a list of events",
        f"{third}:6:1: evnets: unknown key 'evnets'; did you mean 'events'?",
    ]
    assert not catalog.loaded


async def test_info_tells_version_settings_providers_and_counts(tmp_path: Path):
    write(tmp_path, "providers/acme.yaml", "version: 1\nprovider: acme\naccept: 2xx\ntimeout: 1s\n")
    settings = Settings(token="marker-token", target="http://u:marker-password@127.0.0.1:1/")
    async with receiving("503") as receiver, serving(folder=tmp_path, settings=settings) as api:
        event = {"provider": "entuitive", "type": "user.created", "target": receiver.url}
        await api.post("/api/v1/events?wait=9s", event)
        await api.post("/api/v1/events?wait=9s", {**event, "speed": "manual"})
        answer = await api.get("/api/v1/info")
        assert answer.status == 200
        assert answer.json["version"] == __version__
        assert answer.json["settings"]["token"] == "***"
        assert b"marker" not in answer.body
        assert [each["provider"] for each in answer.json["providers"]] == [
            "acme",
            "compliancely",
            "entuitive",
        ]
        assert answer.json["counts"] == {"running": 1, "attempts": 6, "endpoints": 0}


async def test_the_server_is_alive_and_ready():
    async with serving() as api:
        for path, status in (("/livez", "alive"), ("/readyz", "ready")):
            answer = await api.get(path)
            assert (answer.status, answer.json) == (200, {"status": status})
            head = await api.call("HEAD", path)
            assert (head.status, head.body) == (200, b"")


async def test_it_is_not_ready_while_it_loads_or_closes():
    async with serving() as api:
        api.context.catalog.loaded = False
        answer = await api.get("/readyz")
        assert answer.told == (503, "the scenarios are not loaded yet")
        api.context.catalog.loaded = True
        assert (await api.get("/readyz")).status == 200
        api.context.closing.set()
        assert (await api.get("/readyz")).told == (503, "the server is stopping")
        assert (await api.get("/livez")).status == 200


async def test_it_is_not_ready_without_its_journal(tmp_path: Path):
    file = tmp_path / "journal.db"
    async with serving(database=file) as api:
        assert (await api.get("/readyz")).status == 200
        file.unlink()
        answer = await api.get("/readyz")
        assert answer.status == 503
        assert answer.error["code"] == "unavailable"
        assert str(file) in answer.error["message"]


async def test_a_closed_journal_is_told_as_unavailable():
    async with receiving() as receiver, serving() as api:
        await api.emulator.journal.close()
        for path in ("/readyz", "/api/v1/runs", "/api/v1/attempts/att_x_1_1", "/api/v1/info"):
            answer = await api.get(path)
            assert answer.told == (503, "the temporary journal is closed")
        event = {"provider": "entuitive", "type": "user.created", "target": receiver.url}
        assert (await api.post("/api/v1/events?wait=1s", event)).status == 503
        assert JournalError.__name__ not in str(api.answers)


async def test_the_path_of_a_file_with_a_name_of_its_own_leads_to_that_name(tmp_path: Path):
    (tmp_path / "outage.yaml").write_text(
        "version: 1\nname: billing/down\nprovider: entuitive\nevents: [{type: user.created}]\n",
        encoding="utf-8",
    )
    async with serving(folder=tmp_path) as api:
        told = "unknown scenario 'outage'; the file outage.yaml calls itself 'billing/down'"
        assert (await api.get("/api/v1/scenarios/outage")).told == (404, told)
        assert (await api.post("/api/v1/runs", {"scenario": "outage"})).told == (422, f"scenario: {told}")
