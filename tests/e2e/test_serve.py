"""`serve` as a real process: its ready line, its settings, its log, its end."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from emulator import __version__
from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answers
from emulator.receiver.server import Receiver
from emulator.sender.failure import in_container
from tests.helpers.command import Finished, command, finished, started
from tests.helpers.serving import SECRET, receiving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")

TOKEN = "marker-token-5d2e"
SCENARIO = """
version: 1
provider: entuitive
events: [{name: created, type: user.created}]
"""


class Served:
    """A `serve` that is ready."""

    def __init__(
        self, process: asyncio.subprocess.Process, line: str, session: aiohttp.ClientSession
    ) -> None:
        self.process = process
        self.line = line
        self.url = line.removeprefix("ready on ")
        self._session = session

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        async with self._session.request(method, self.url + path, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return await self.ask("GET", path, **headers)

    async def run(self, scenario: Any, wait: str = "30s", **given: Any) -> dict[str, Any]:
        status, run = await self.ask("POST", f"/api/v1/runs?wait={wait}", {"scenario": scenario, **given})
        assert status == 201, run
        assert isinstance(run, dict)
        return run

    async def info(self) -> dict[str, Any]:
        settings = (await self.get("/api/v1/info"))[1]["settings"]
        assert isinstance(settings, dict)
        return settings

    async def end(self, number: int = signal.SIGTERM) -> Finished:
        self.process.send_signal(number)
        return await ended(self.process)


def any_port(words: Sequence[str | Path], env: Mapping[str, str]) -> Sequence[str]:
    return () if "--port" in words or "WEBHOOK_EMULATOR_PORT" in env else ("--port", "0")


async def ended(process: asyncio.subprocess.Process) -> Finished:
    async with asyncio.timeout(30):
        return await finished(process)


@asynccontextmanager
async def serve(*words: str | Path, **env: str) -> AsyncIterator[Served]:
    """Serve on a free port; what it prints first is its ready line."""
    async with (
        started("serve", *any_port(words, env), *words, **env) as process,
        aiohttp.ClientSession() as session,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        async with asyncio.timeout(60):
            line = (await process.stdout.readline()).decode().strip()
        assert line, (await process.stderr.read()).decode()
        yield Served(process, line, session)


async def refused(*words: str | Path, **env: str) -> Finished:
    """What a `serve` comes to that cannot begin."""
    async with asyncio.timeout(60):
        done = await command("serve", *any_port(words, env), *words, stdin=b"", **env)
    assert done.out == ""
    assert "Traceback" not in done.messages
    return done


def lines(done: Finished) -> list[dict[str, Any]]:
    """Its log, which is all that stderr has, where it is JSON."""
    return [json.loads(line) for line in done.messages.splitlines()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_one_line_tells_where_it_is_ready() -> None:
    async with serve() as server:
        assert re.fullmatch(r"ready on http://127\.0\.0\.1:\d+", server.line)
        assert await server.get("/readyz") == (200, {"status": "ready"})
        done = await server.end()
    assert (done.code, done.out) == (0, "")


async def test_with_json_the_line_is_an_object_and_so_is_each_line_of_the_log() -> None:
    async with serve("--log-format", "json") as server:
        ready = json.loads(server.line)
        assert set(ready) == {"event", "url", "version"}
        assert (ready["event"], ready["version"]) == ("ready", __version__)
        done = await server.end()
    told = [line["event"] for line in lines(done)]
    container = ["open to this container only"] * in_container()  # where these tests run in one
    assert told == ["journal opened", *container, "stopping", "stopped"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) for line in lines(done))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_with_0_at_once_where_nothing_is_in_flight(number: int) -> None:
    async with serve() as server:
        begun = asyncio.get_running_loop().time()
        done = await server.end(number)
        assert asyncio.get_running_loop().time() - begun < 2
    assert done.code == 0
    assert [line.split()[1:3] for line in done.messages.splitlines()][-1] == ["INFO", "stopped"]


async def test_attempts_in_flight_get_two_seconds_and_waiting_calls_are_answered_at_once() -> None:
    came = asyncio.Event()
    silent = Replies(parse_answers("timeout"))
    endpoint = Receiver(find_profile("compliancely"), replies=silent, observe=lambda _: came.set())
    async with endpoint, serve() as server:
        waiting = asyncio.create_task(server.run("compliancely/accepted-at-once", target=endpoint.url))
        await came.wait()
        begun = asyncio.get_running_loop().time()
        server.process.send_signal(signal.SIGTERM)
        assert (await waiting)["state"] == "running"
        assert (await server.get("/readyz"))[0] == 503  # on the connection that is open still
        assert asyncio.get_running_loop().time() - begun < 1.9
        done = await ended(server.process)
        assert 1.9 < asyncio.get_running_loop().time() - begun < 6
    assert done.code == 0


async def test_the_records_of_a_file_are_all_there_after_the_end(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    async with receiving() as endpoint:
        async with serve("--database", file) as server:
            run = await server.run("entuitive/burst", target=endpoint.url)
            assert (await server.end()).code == 0
        async with serve("--database", file) as server:
            status, found = await server.get(f"/api/v1/runs/{run['id']}")
            assert (status, found["counts"]) == (200, run["counts"])
            await server.end()


async def test_a_run_that_was_cut_off_goes_on_and_is_told(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    words = ("--database", file, "--log-format", "json")
    async with receiving() as endpoint:
        given: dict[str, Any] = {"target": endpoint.url, "labels": {"suite": "a"}, "speed": "manual"}
        async with serve(*words) as server:
            server.url = json.loads(server.line)["url"]
            run = await server.run("entuitive/refused-then-accepted", **given)
            await server.end()
        async with serve(*words) as server:
            server.url = json.loads(server.line)["url"]
            moved = await server.ask("POST", f"/api/v1/runs/{run['id']}/clock?wait=30s", {"to": "end"})
            assert moved[0] == 200
            done = await server.end()
    resumed = next(line for line in lines(done) if line["event"] == "run resumed")
    assert (resumed["run"], resumed["labels"]) == (run["id"], {"suite": "a"})
    assert "run settled" in [line["event"] for line in lines(done)]


async def test_runs_and_exhausted_deliveries_are_in_the_log_without_a_secret(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text(SCENARIO)
    env = {"WEBHOOK_EMULATOR_SECRET_ENTUITIVE": SECRET, "WEBHOOK_EMULATOR_TOKEN": TOKEN}
    words = ("--scenarios", tmp_path, "--log-format", "json", "--target", "http://u:marker-pw@127.0.0.1:9/")
    async with receiving("503") as endpoint, serve(*words, **env) as server:
        server.url = json.loads(server.line)["url"]
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        begin = {"scenario": "it", "target": f"{endpoint.url}/x?key=marker-query", "labels": {"suite": "a"}}
        assert (await server.ask("POST", "/api/v1/runs?wait=30s", begin, **bearer))[0] == 201
        blocked = {"scenario": "it", "target": "http://8.8.8.8/?key=marker-query", "speed": "instant"}
        assert (await server.ask("POST", "/api/v1/runs?wait=30s", blocked, **bearer))[0] == 201
        assert (await server.get("/api/v1/info", Authorization=f"Bearer {TOKEN}x"))[0] == 401
        _, info = await server.get("/api/v1/info", **bearer)
        done = await server.end()
    found = {line["event"]: line for line in lines(done)}
    begun = [line.get("labels") for line in lines(done) if line["event"] == "run started"]
    assert begun == [{"suite": "a"}, None]
    assert (found["delivery exhausted"]["attempts"], found["delivery exhausted"]["status"]) == (5, 503)
    assert (found["delivery exhausted"]["scenario"], found["delivery exhausted"]["labels"]) == (
        "it",
        {"suite": "a"},
    )
    assert found["delivery blocked"]["reason"].startswith("8.8.8.8 is a public address; nothing was sent")
    assert found["run settled"]["verdict"] == "failed"
    assert info["settings"]["token"] == "***"
    assert "marker" not in done.messages + done.out + server.line + json.dumps(info)


async def test_the_end_of_an_open_run_is_told_once_with_its_verdict() -> None:
    scenario = {
        "version": 1,
        "name": "open",
        "provider": "entuitive",
        "secret": None,
        "speed": "instant",
        "routes": [
            {"request": {"method": "GET", "path": "/a"}, "response": {"text": "{{ request.json.a }}"}}
        ],
    }
    async with serve("--log-format", "json") as server:
        server.url = json.loads(server.line)["url"]
        run = await server.run(scenario)
        assert (run["state"], run["open"]) == ("settled", True)
        async with aiohttp.ClientSession(server.url) as client, client.get("/entuitive/a") as answer:
            assert answer.status == 500
            async with client.post("/entuitive/a") as stranger:
                assert stranger.status == 404
        _, finished = await server.ask("POST", f"/api/v1/runs/{run['id']}/finish")
        assert finished["verdict"] == "failed"
        done = await server.end()
    events = [(line["event"], line.get("verdict")) for line in lines(done) if line.get("run") == run["id"]]
    unanswered = [("request not answered", None)] * 2
    assert events == [("run started", None), *unanswered, ("run settled", "failed")]
    reasons = [line["reason"] for line in lines(done) if line["event"] == "request not answered"]
    assert reasons[1] == "no route fits; the nearest is 'GET /a': the method: expected GET, found POST"


async def test_the_warnings_of_a_scenario_are_told_when_its_run_begins(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text(SCENARIO)
    async with receiving() as endpoint:
        words = ("--scenarios", tmp_path, "--play", "it", "--target", endpoint.url)
        async with serve(*words, "--log-format", "json") as server:
            server.url = json.loads(server.line)["url"]
            await server.run("it")
            done = await server.end()
    told = [line["message"] for line in lines(done) if line["event"] == "run warning"]
    assert len(told) == 2
    assert all(message.startswith("no secret for entuitive") for message in told)


async def test_variables_that_do_nothing_and_files_of_secrets_that_are_missing_are_told(
    tmp_path: Path,
) -> None:
    odd = {
        "WEBHOOK_EMULATOR_TARGTE": "http://marker-value",
        "WEBHOOK_EMULATOR_SECRET_ENTUITIVE_FILE": str(tmp_path / "marker-gone"),
        "WEBHOOK_EMULATOR_SECRET_ACME": SECRET,
        "WEBHOOK_EMULATOR_TOKEN_FILE": "",
    }
    async with serve("--log-format", "json", **odd) as server:
        done = await server.end()
    told = {line["variable"]: line for line in lines(done) if line["event"] == "doubtful setting"}
    assert set(told) == {"WEBHOOK_EMULATOR_TARGTE", "WEBHOOK_EMULATOR_SECRET_ENTUITIVE_FILE"}
    assert {line["level"] for line in told.values()} == {"warning"}
    unread = "nothing reads this variable; did you mean WEBHOOK_EMULATOR_TARGET?"
    assert told["WEBHOOK_EMULATOR_TARGTE"]["message"] == unread
    unreadable = (
        "expected the path of a file that holds the secret; it cannot be read: No such file or directory"
    )
    assert told["WEBHOOK_EMULATOR_SECRET_ENTUITIVE_FILE"]["message"] == unreadable
    assert "marker" not in done.messages


async def test_a_run_of_play_begins_when_the_server_is_ready(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text(SCENARIO)
    async with receiving() as endpoint:
        words = ("--scenarios", tmp_path, "--play", "it", "--play", "entuitive/accepted-at-once")
        async with serve(*words, "--target", endpoint.url, "--speed", "120x") as server:
            async with asyncio.timeout(30):
                while len(runs := (await server.get("/api/v1/runs"))[1]["items"]) < 2:
                    pass
            assert {run["scenario"]: run["speed"] for run in runs}["it"] == "120x"
            assert (await server.end()).code == 0


async def test_a_run_of_play_that_goes_on_is_not_begun_again(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text(SCENARIO)
    words = ("--scenarios", tmp_path, "--play", "it", "--database", tmp_path / "journal.db")
    async with receiving("503") as endpoint:
        async with serve(*words, "--target", endpoint.url, "--speed", "real") as server:
            async with asyncio.timeout(30):
                while (await server.get("/api/v1/attempts"))[1]["items"] == []:
                    pass
            assert (await server.end()).code == 0
        async with serve(*words, "--target", endpoint.url, "--speed", "real") as server:
            runs = (await server.get("/api/v1/runs"))[1]["items"]
            assert [run["state"] for run in runs] == ["running"]
            await server.ask("POST", f"/api/v1/runs/{runs[0]['id']}/cancel")
            assert (await server.end()).code == 0
        async with serve(*words, "--target", endpoint.url, "--speed", "real") as server:
            async with asyncio.timeout(30):
                while len(runs := (await server.get("/api/v1/runs"))[1]["items"]) < 2:
                    pass
            assert [run["state"] for run in runs] == ["cancelled", "running"]


async def test_every_flag_has_its_variable(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    pem, file = tmp_path / "ca.pem", tmp_path / "journal.db"
    authority(pem)
    port = free_port()
    env = {
        "HOST": "localhost",
        "PORT": str(port),
        "SCENARIOS": str(tmp_path / "scenarios"),
        "DATABASE": str(file),
        "TARGET": "http://localhost:1/hook",
        "SPEED": "60x",
        "PLAY": "entuitive/accepted-at-once, compliancely/accepted-at-once",
        "ALLOW_HOST": "a.example b.example,c.example",
        "ALLOW_TARGET": "hooks.example,8.8.8.8",
        "ALLOW_PUBLIC": "yes",
        "CA_FILE": str(pem),
        "INSECURE": "on",
        "SMTP": "smtp://ines:marker-password@mailpit:1025",
        "SMTP_FROM": "webhooks@example.test",
        "ENDPOINTS": json.dumps([{"provider": "entuitive", "url": "http://localhost:1/", "secret": SECRET}]),
        "LOG_FORMAT": "json",
        "TOKEN": TOKEN,
    }
    async with serve(**{f"WEBHOOK_EMULATOR_{name}": value for name, value in env.items()}) as server:
        server.url = json.loads(server.line)["url"]
        assert server.url == f"http://localhost:{port}"
        found = (await server.get("/api/v1/info", Authorization=f"Bearer {TOKEN}"))[1]["settings"]
        await server.end()
    assert found == {
        "host": "localhost",
        "port": port,
        "scenarios": str(tmp_path / "scenarios"),
        "database": str(file),
        "target": "http://localhost:1/hook",
        "speed": "60x",
        "play": ["entuitive/accepted-at-once", "compliancely/accepted-at-once"],
        "token": "***",
        "allow_host": ["a.example", "b.example", "c.example"],
        "allow_target": ["hooks.example", "8.8.8.8"],
        "allow_public": True,
        "ca_file": str(pem),
        "insecure": True,
        "smtp": "smtp://mailpit:1025?starttls=offered",
        "smtp_from": "webhooks@example.test",
        "endpoints": "WEBHOOK_EMULATOR_ENDPOINTS",
        "log_format": "json",
    }


def authority(path: Path) -> None:
    import trustme

    trustme.CA().cert_pem.write_to_path(path)


async def test_a_flag_wins_over_its_variable_and_an_empty_variable_counts_as_not_set() -> None:
    env = {"TARGET": "http://localhost:1/", "SPEED": "", "ALLOW_PUBLIC": "", "HOST": "", "PLAY": " , "}
    names = {f"WEBHOOK_EMULATOR_{name}": value for name, value in env.items()}
    async with serve("--target", "http://localhost:2/", **names) as server:
        found = await server.info()
        await server.end()
    assert (found["target"], found["speed"], found["allow_public"]) == ("http://localhost:2/", None, False)
    assert (found["host"], found["play"]) == ("127.0.0.1", [])


async def test_a_token_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    for env in ({}, {"WEBHOOK_EMULATOR_TOKEN": ""}):
        async with serve(**env, WEBHOOK_EMULATOR_TOKEN_FILE=str(file)) as server:
            assert (await server.get("/api/v1/info"))[0] == 401
            assert (await server.get("/api/v1/info", Authorization=f"Bearer {TOKEN}"))[0] == 200
            await server.end()


async def test_an_allowed_host_answers_and_another_does_not() -> None:
    async with serve("--allow-host", "ci.example.com") as server:
        assert (await server.get("/api/v1/info", Host="ci.example.com"))[0] == 200
        assert (await server.get("/api/v1/info", Host="cd.example.com"))[0] == 403
        await server.end()


WRONG = {
    "PORT": ("http", "expected a port from 0 to 65535, found 'http'"),
    "SPEED": ("fast", "expected real, instant, manual, or a factor such as 60x, found 'fast'"),
    "TARGET": ("localhost:3000", "did you mean 'http://localhost:3000'?"),
    "ALLOW_PUBLIC": ("maybe", "expected one of 1, true, yes, on, 0, false, no, off, found 'maybe'"),
    "INSECURE": ("2", "expected one of 1, true, yes, on, 0, false, no, off, found '2'"),
    "LOG_FORMAT": ("xml", "expected text or json, found 'xml'"),
    "ALLOW_HOST": ("a.example:80", "expected the name of a host without a port"),
    "ALLOW_TARGET": ("300.0.0.1", "expected a host name or an address"),
    "SCENARIOS": ("/nowhere", "expected the path of a folder, found '/nowhere'"),
    "CA_FILE": ("/nowhere.pem", "/nowhere.pem: No such file or directory"),
    "PLAY": ("entuitive/brst", "unknown scenario 'entuitive/brst'; did you mean 'entuitive/burst'?"),
    "TOKEN": ("two words", "expected a token of printable ASCII characters without blanks"),
    "TOKEN_FILE": ("/nowhere/token", "expected the path of a file that holds the secret"),
}


@pytest.mark.parametrize(("name", "value", "told"), [(name, *each) for name, each in WRONG.items()])
async def test_a_wrong_variable_is_told_with_its_name_and_what_is_right(
    name: str, value: str, told: str
) -> None:
    done = await refused(**{f"WEBHOOK_EMULATOR_{name}": value})
    assert done.code == 2
    (line,) = done.messages.splitlines()
    assert line.startswith(f"WEBHOOK_EMULATOR_{name}: ") or name == "PLAY"
    assert told in line
    assert not name.startswith("TOKEN") or value not in line


async def test_wrong_flags_are_all_told() -> None:
    done = await refused("--speed", "fast", "--log-format", "xml", "--token", "two words")
    assert done.code == 2
    assert [line.split(":")[0] for line in done.messages.splitlines()] == [
        "--speed",
        "--token",
        "--log-format",
    ]
    assert "two words" not in done.messages


async def test_wrong_scenario_files_are_told_with_all_their_problems_and_nothing_is_served(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.yaml").write_text(SCENARIO.replace("user.created", "user.creatd"))
    (tmp_path / "b.yaml").write_text("version: 1\nprovider: nobody\n")
    (tmp_path / "good.yaml").write_text(SCENARIO)
    done = await refused("--scenarios", tmp_path, "--database", tmp_path / "journal.db")
    assert done.code == 2
    told = done.messages.splitlines()
    assert {Path(line.split(":")[0]).name for line in told} == {"a.yaml", "b.yaml"}
    assert not (tmp_path / "journal.db").exists()


async def test_a_scenario_to_play_needs_a_target(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text(SCENARIO)
    done = await refused("--scenarios", tmp_path, "--play", "it")
    assert (done.code, "no target" in done.messages) == (2, True)


@pytest.mark.parametrize("by", ["flag", "file", "variable"])
async def test_endpoints_of_the_settings_are_registered(tmp_path: Path, by: str) -> None:
    async with receiving() as receiver:
        given = [
            {"provider": "entuitive", "url": receiver.url, "secret": "${KEY}" if by != "variable" else SECRET}
        ]
        file = tmp_path / "endpoints.json"
        file.write_text(json.dumps(given))
        words = ["--endpoints", str(file)] if by == "flag" else []
        env = {"flag": {}, "file": {"_FILE": str(file)}, "variable": {"": json.dumps(given)}}[by]
        names = {f"WEBHOOK_EMULATOR_ENDPOINTS{name}": value for name, value in env.items()}
        async with serve(*words, KEY=SECRET, **names) as server:
            (listed,) = (await server.get("/api/v1/endpoints"))[1]["items"]
            assert (listed["source"], listed["secret"]) == ("environment", "***")
            event = {"provider": "entuitive", "type": "user.created"}
            _, run = await server.ask("POST", "/api/v1/events?wait=30s", event)
            assert run["verdict"] == "passed"
            done = await server.end()
    assert SECRET not in done.messages
    check = receiver.received[0].check
    assert check is not None
    assert check.valid


async def test_wrong_endpoints_are_told_with_wrong_scenarios_and_nothing_is_served(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SCENARIO.replace("user.created", "user.creatd"))
    text = json.dumps([{"provider": "entuitive", "secret": "marker-secret"}, {"url": "x"}])
    done = await refused("--scenarios", tmp_path, WEBHOOK_EMULATOR_ENDPOINTS=text)
    assert done.code == 2
    assert [line.partition(" ")[2] for line in done.messages.splitlines()][1:] == [
        "[0]: the key 'url' is missing: a URL such as http://localhost:3000/webhooks",
        "[1]: the key 'provider' is missing: a provider such as entuitive",
        "[1].url: expected a URL that begins with http:// or https://, found 'x'; did you mean 'http://x'?",
    ]
    assert "marker-secret" not in done.messages
    gone = await refused("--endpoints", tmp_path / "none.yaml")
    assert (gone.code, gone.messages) == (2, f"{tmp_path}/none.yaml: there is no such file\n")


async def test_a_scenario_to_play_may_count_on_endpoints_of_the_journal(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text(SCENARIO)
    words = ("--scenarios", tmp_path, "--database", tmp_path / "journal.db")
    async with receiving() as receiver:
        async with serve(*words) as server:
            given = {"provider": "entuitive", "url": receiver.url, "secret": SECRET}
            assert (await server.ask("POST", "/api/v1/endpoints", given))[0] == 201
            await server.end()
        async with serve(*words, "--play", "it") as server:
            async with asyncio.timeout(20):
                while not receiver.received:
                    await server.get("/livez")
            await server.end()
    done = await refused("--scenarios", tmp_path, "--play", "it", "--database", tmp_path / "new.db")
    assert (done.code, "no target" in done.messages) == (2, True)


async def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    async with serve() as server:
        port = server.url.rpartition(":")[2]
        done = await refused("--port", port, "--database", tmp_path / "journal.db")
        await server.end()
    told = f"cannot listen on 127.0.0.1, port {port}: Address already in use; --port chooses another"
    assert (done.code, done.messages.startswith(told)) == (2, True)
    assert not (tmp_path / "journal.db").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--host", "192.0.2.1"), "cannot listen on 192.0.2.1, port 0: Cannot assign requested address"),
        (("--host", "no-such-host.invalid"), "cannot listen on no-such-host.invalid, port 0: "),
    ],
)
async def test_an_address_that_cannot_be_had_is_told_in_one_line(words: tuple[str, ...], told: str) -> None:
    done = await refused(*words)
    assert done.code == 2
    (line,) = done.messages.splitlines()
    assert line.startswith(told)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "::1", "[::1]", "localhost", "127.0.0.2"])  # noqa: S104
async def test_the_ready_line_is_a_url_that_works(host: str) -> None:
    if ":" in host and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    async with serve("--host", host) as server:
        assert (await server.get("/livez"))[0] == 200
        await server.end()
    shown = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1", "::1": "[::1]"}.get(host, host)  # noqa: S104
    assert server.url.rpartition(":")[0] == f"http://{shown}"


async def test_a_second_server_on_one_file_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    async with serve("--database", file) as server:
        done = await refused("--database", file)
        assert (await server.get("/readyz"))[0] == 200
        assert (await server.end()).code == 0
    assert done.code == 3
    told = f"the journal failed: cannot open the journal {file}: it is in use by process {server.process.pid}"
    assert done.messages.splitlines() == [told]


async def test_a_corrupt_file_and_that_of_another_program_are_refused_and_left_alone(tmp_path: Path) -> None:
    corrupt, other = tmp_path / "corrupt.db", tmp_path / "other.db"
    corrupt.write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    for file in (corrupt, other):
        before = file.read_bytes()
        done = await refused("--database", file)
        assert (done.code, len(done.messages.splitlines())) == (3, 1)
        assert f"cannot open the journal {file}: " in done.messages
        assert file.read_bytes() == before


async def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    done = await refused("--database", tmp_path / "missing" / "journal.db")
    assert done.code == 3
    assert "No such file or directory" in done.messages


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    file.touch(0o400)
    done = await refused("--database", file)
    assert (done.code, "Permission denied" in done.messages) == (3, True)


async def test_a_log_that_nobody_reads_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text(
        SCENARIO.replace("type: user.created", "type: user.created, repeat: {times: 1000}")
    )
    async with receiving("503") as endpoint, serve("--scenarios", tmp_path) as server:
        run = await server.run("it", target=endpoint.url, speed="instant", wait="60s")
        assert (run["state"], run["counts"]["exhausted"]) == ("settled", 1_000)
        await server.end()


async def test_a_stream_asks_for_the_token_and_ends_at_once_when_the_server_does() -> None:
    async with serve("--token", TOKEN) as server, aiohttp.ClientSession() as session:
        assert (await server.get("/api/v1/stream"))[0] == 401
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with session.get(f"{server.url}/api/v1/stream", headers=headers) as response:
            assert (await response.content.readline()) == b"retry: 1000\n"
            done = await server.end()
            await response.read()
    assert done.code == 0
    assert "error" not in done.messages
