"""Reports as users get them: from `play --report` and from the API, with real sockets, processes and journals."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from haralyzer import HarParser
from junitparser import JUnitXml

from emulator.journal import Limits
from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answers
from emulator.receiver.server import Receiver
from tests.helpers.command import command, finished, started
from tests.helpers.serving import SECRET, arrived, body, receiving, serving

CREATED: dict[str, Any] = {"name": "created", "type": "user.created"}
NAMES = ["junit", "har", "jsonl", "html"]


def receiver(answers: str = "200") -> Receiver:
    return Receiver(find_profile("entuitive"), SECRET, Replies(parse_answers(answers)))


def written(folder: Path, *events: dict[str, Any], name: str = "scenario", **more: Any) -> Path:
    head = {"version": 1, "name": name, "provider": "entuitive", "secret": SECRET, "events": list(events)}
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(head | more))
    return path


def there(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def wanted(folder: Path) -> list[str]:
    return [word for name in NAMES for word in ("--report", f"{name}={folder / name}")]


def suites(path: Path) -> list[Any]:
    return list(JUnitXml.fromfile(str(path)))


def results(suite: Any) -> dict[str, list[str]]:
    return {case.name: [type(each).__name__ for each in case.result] for case in suite}


async def test_play_writes_every_format_and_none_holds_the_secret(tmp_path: Path):
    expect = {"statuses": [503, 200], "offsets": ["0s", "10s"]}
    path = written(tmp_path, CREATED | {"expect": expect}, CREATED | {"name": "again", "at": "1m"})
    async with receiver("503,200") as endpoint:
        done = await command("play", path, "--target", endpoint.url, *wanted(tmp_path))
    assert (done.code, done.messages) == (0, "")
    (suite,) = suites(tmp_path / "junit")
    assert results(suite) == {
        "created: delivered": [],
        "created: statuses 503, 200": [],
        "created: offsets 0, 10 s": [],
        "again: delivered": [],
    }
    (page,) = HarParser(json.loads((tmp_path / "har").read_text())).pages
    assert [entry.response.status for entry in page.entries] == [503, 200, 200]
    assert page.entries[0].request.text.encode() == endpoint.received[0].body
    lines = [json.loads(line) for line in (tmp_path / "jsonl").read_text().splitlines()]
    kinds = ["run", "delivery", "delivery", "attempt", "attempt", "attempt"]
    assert [line["kind"] for line in lines] == kinds
    assert "<!doctype html>" in (tmp_path / "html").read_text()
    assert all(SECRET not in (tmp_path / name).read_text() for name in NAMES)
    assert there(tmp_path) == sorted([*NAMES, path.name])


async def test_several_files_are_one_report_and_failures_say_why(tmp_path: Path):
    good = written(tmp_path, CREATED, name="good")
    bad = written(tmp_path, CREATED | {"expect": {"outcome": "exhausted"}}, name="bad")
    async with receiver() as endpoint:
        done = await command("play", good, bad, "--target", endpoint.url, *wanted(tmp_path))
    assert done.code == 1
    first, second = suites(tmp_path / "junit")
    assert (results(first), results(second)) == (
        {"created: delivered": []},
        {"created: exhausted": ["Failure"]},
    )
    (case,) = second
    assert case.result[0].message == "expected exhausted, is delivered (200)"
    assert "attempt 1 at 0 s: 200 OK" in case.result[0].text
    assert len(HarParser(json.loads((tmp_path / "har").read_text())).pages) == 2
    assert "2 runs" in (tmp_path / "html").read_text()


async def test_a_report_that_cannot_be_written_stops_all_before_anything_is_sent(tmp_path: Path):
    path = written(tmp_path, CREATED)
    async with receiver() as endpoint:
        missing = f"junit={tmp_path / 'missing' / 'out.xml'}"
        done = await command("play", path, "--target", endpoint.url, "--report", missing)
        assert not endpoint.received
    assert (done.code, done.out) == (2, "")
    assert "missing/out.xml cannot be written: No such file or directory" in done.messages
    assert there(tmp_path) == [path.name]


async def test_a_dry_run_makes_no_report(tmp_path: Path):
    path = written(tmp_path, CREATED, target="http://127.0.0.1:9")
    done = await command("play", path, "--dry-run", "--report", f"junit={tmp_path / 'out'}")
    assert done.code == 2
    assert "it cannot be given with --report" in done.messages


async def test_an_interrupted_run_is_reported_as_incomplete(tmp_path: Path):
    path = written(tmp_path, CREATED, CREATED | {"name": "later", "at": "1h"}, speed="real")
    async with (
        receiver() as endpoint,
        started("play", path, "--target", endpoint.url, *wanted(tmp_path)) as process,
    ):
        assert process.stderr is not None
        while not (await process.stderr.readline()).startswith(b"1 attempt;"):
            pass
        process.send_signal(signal.SIGINT)
        done = await finished(process)
    assert done.code == 130
    (suite,) = suites(tmp_path / "junit")
    assert results(suite) == {
        "created: delivered": [],
        "later: delivered": ["Skipped"],
        "run: complete": ["Error"],
    }
    assert "the run was cut short" in (tmp_path / "html").read_text()


async def test_an_old_report_does_not_stay_where_nothing_could_be_sent(tmp_path: Path):
    path = written(tmp_path, CREATED, target="http://127.0.0.1:9/")
    (tmp_path / "out.xml").write_text("passed, a week ago")
    done = await command("play", path, "--wait-target", "0s", "--report", f"junit={tmp_path / 'out.xml'}")
    assert done.code == 3
    (suite,) = suites(tmp_path / "out.xml")
    assert (suite.tests, suite.errors, results(suite)) == (1, 1, {"play": ["Error"]})
    assert "nothing was played" in (tmp_path / "out.xml").read_text()


LITTLE_ROOM = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from emulator.cli import main
sys.exit(main())
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such way to fill a disk")
async def test_a_disk_that_fills_up_costs_the_report_and_no_half_is_left(tmp_path: Path):
    out = tmp_path / "out.html"
    out.write_text("before")
    async with receiver() as endpoint:
        path = written(tmp_path, CREATED, target=endpoint.url)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", LITTLE_ROOM, "play", str(path), "--report", f"html={out}"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        done = await finished(process)
    assert done.code == 3
    assert f"{out}: the report cannot be written: File too large" in done.messages
    assert out.read_text() == "before"
    assert there(tmp_path) == ["out.html", path.name]


TYPES = {
    "junit": ("application/xml", "xml"),
    "har": ("application/json", "har"),
    "jsonl": ("application/x-ndjson", "jsonl"),
    "html": ("text/html", "html"),
}


@pytest.mark.parametrize("name", NAMES)
async def test_the_api_gives_every_format_with_its_type_and_name(name: str):
    async with receiving("503", "200") as endpoint, serving() as api:
        run = await api.run(body(endpoint.url, {"name": "created", "expect": {"attempts": 2}}))
        answer = await api.get(f"/api/v1/runs/{run['id']}/report?format={name}")
        media_type, suffix = TYPES[name]
        assert (answer.status, answer.headers["Content-Type"]) == (200, media_type)
        assert answer.headers["Content-Disposition"] == f'inline; filename="{run["id"]}.{suffix}"'
        assert b"created" in answer.body
        assert SECRET.encode() not in answer.body
        head = await api.call("HEAD", f"/api/v1/runs/{run['id']}/report?format={name}")
        assert (head.status, head.body) == (200, b"")


async def test_a_page_is_served_into_a_sandbox():
    async with receiving() as endpoint, serving() as api:
        run = await api.run(body(endpoint.url))
        answer = await api.get(f"/api/v1/runs/{run['id']}/report?format=html")
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert policy.endswith("; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")


async def test_a_running_run_is_reported_as_it_stands():
    async with receiving() as endpoint, serving() as api:
        run = (
            await api.post("/api/v1/runs", body(endpoint.url, {"name": "later", "at": "1h"}, speed="real"))
        ).json
        answer = await api.get(f"/api/v1/runs/{run['id']}/report?format=junit")
        (suite,) = JUnitXml.fromstring(answer.body)
        assert results(suite) == {"later: delivered": ["Skipped"], "run: complete": ["Error"]}


async def test_what_passed_is_known_after_a_restart(tmp_path: Path):
    async with receiving() as endpoint:
        async with serving(database=tmp_path / "journal.db") as api:
            run = await api.run(body(endpoint.url, {"name": "created", "expect": {"attempts": 1}}))
        async with serving(database=tmp_path / "journal.db") as api:
            answer = await api.get(f"/api/v1/runs/{run['id']}/report?format=junit")
    (suite,) = JUnitXml.fromstring(answer.body)
    assert results(suite) == {"created: delivered": [], "created: 1 attempt": []}


async def test_the_application_s_own_calls_are_in_the_archive_without_their_credentials():
    routes = [{"request": {"method": "POST", "path": "/v1/users"}, "emits": [{"event": "created"}]}]
    async with receiving() as endpoint, serving() as api:
        run = await api.run(body(endpoint.url, {"name": "created"}, routes=routes))
        async with api.session.post(
            f"{api.url}/entuitive/v1/users", json={}, headers={"Authorization": f"Bearer {SECRET}"}
        ):
            pass
        await arrived(api, endpoint, 1)
        await api.post(f"/api/v1/runs/{run['id']}/finish")
        for name in NAMES:
            answer = await api.get(f"/api/v1/runs/{run['id']}/report?format={name}")
            assert SECRET.encode() not in answer.body
            if name == "har":
                called, sent = answer.json["log"]["entries"]
                assert called["request"]["url"] == f"{api.url}/entuitive/v1/users"
                assert sent["request"]["url"] == endpoint.url


async def test_a_report_that_cannot_be_is_told_in_the_one_form():
    async with receiving() as endpoint, serving(limits=Limits(attempts=1)) as api:
        run = await api.run(body(endpoint.url))
        path = f"/api/v1/runs/{run['id']}/report"
        wanted = "expected junit, har, jsonl or html"
        assert (await api.get(f"{path}?format=pdf")).told == (422, f"format: {wanted}, found text 'pdf'")
        assert (await api.get(path)).told == (422, f"format: this parameter is missing; {wanted}")
        assert (await api.get("/api/v1/runs/run_0000000000/report?format=har")).told[0] == 404
        await api.run(body(endpoint.url))
        assert (await api.get(f"{path}?format=har")).told[0] == 410


@pytest.mark.parametrize("format", NAMES)
async def test_a_report_whose_run_is_removed_while_it_is_read_is_cut_off(
    format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, removed = asyncio.Event(), asyncio.Event()
    async with receiving() as endpoint, serving() as api:
        run = await api.run(body(endpoint.url, CREATED, secret=SECRET))
        journal = api.emulator.journal

        async def deliveries(*given: Any) -> Any:
            page = await all_deliveries(*given)
            reading.set()
            await removed.wait()
            return page

        async def requests(*given: Any) -> Any:
            page = await all_requests(*given)
            reading.set()
            await removed.wait()
            return page

        all_deliveries, all_requests = journal.deliveries, journal.requests
        monkeypatch.setattr(journal, "deliveries", deliveries)
        monkeypatch.setattr(journal, "requests", requests)
        url = f"{api.url}/api/v1/runs/{run['id']}/report?format={format}"
        report = asyncio.create_task(whole(url))
        await reading.wait()
        assert (await api.delete(f"/api/v1/runs/{run['id']}")).status == 204
        removed.set()
        assert not (await report).endswith(b"\r\n0\r\n\r\n")


async def whole(url: str) -> bytes:
    """All that comes on a connection of its own; aiohttp's client would ask a second time."""
    host, _, path = url.removeprefix("http://").partition("/")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()
