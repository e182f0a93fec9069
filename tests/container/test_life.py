"""A server's life in its container: soon healthy, unhealthy when it should be, stopped in time, back after a kill."""

from __future__ import annotations

from datetime import datetime
from time import monotonic
from typing import Any

import pytest

from tests.container.engine import CONFINED, TMPFS, Container, Engine, call, docker
from tests.container.test_playing import LISTEN, OUTAGE, receiver, statuses

UNFINISHED = """
version: 1
name: unfinished
provider: entuitive
target: http://receiver:3000/webhooks
secret: not-to-be-seen
speed: manual
events:
  - name: created
    type: user.created
    expect: {statuses: [503, 503, 503, 200]}
"""


def kept(volume: str) -> tuple[str, ...]:
    return ("--volume", f"{volume}:/data", "--env", "WEBHOOK_EMULATOR_DATABASE=/data/journal.db")


def seconds_until_healthy(container: Container) -> float:
    """From the container's start to the end of its first health check that passed, by the engine's own times."""
    state = container.state
    passed = next(each for each in state["Health"]["Log"] if each["ExitCode"] == 0)
    took = datetime.fromisoformat(passed["End"]) - datetime.fromisoformat(state["StartedAt"])
    return took.total_seconds()


@pytest.mark.parametrize("options", [(), TMPFS, ("--user", "4711:815")])
def test_it_is_soon_healthy(engine: Engine, options: tuple[str, ...]):
    server = engine.serve(*options)
    assert seconds_until_healthy(server) < 5
    assert server.api.get("/readyz") == {"status": "ready"}


@pytest.mark.parametrize(("options", "where"), [((), "memory"), (TMPFS, "temporary")])
def test_the_log_says_where_the_journal_is(engine: Engine, options: tuple[str, ...], where: str):
    assert where in engine.serve(*options).log


def test_settings_come_from_the_environment_and_the_health_check_follows_them(engine: Engine):
    server = engine.start(*CONFINED, "--env", "WEBHOOK_EMULATOR_PORT=8123", "--publish", "127.0.0.1::8123")
    assert server.healthy().api_at(8123).get("/readyz") == {"status": "ready"}


def test_it_is_unhealthy_when_its_journal_is_gone(engine: Engine):
    server = engine.serve(*kept(engine.volume()), "--health-interval", "500ms", "--health-retries", "1")
    docker("exec", server.id, "sh", "-c", "rm /data/journal.db*")
    server.until("health_status: unhealthy")
    assert server.api.call("GET", "/readyz")[0] == 503


@pytest.mark.parametrize("options", [(), ("--init",)])
def test_it_stops_in_time(engine: Engine, options: tuple[str, ...]):
    server = engine.serve(*options)
    began = monotonic()
    code = server.stop()
    assert (code, monotonic() - began < 2) == (0, True)


def test_it_stops_in_time_while_attempts_are_in_flight(engine: Engine):
    network = engine.network()
    receiver(engine, network, "listen", "--provider", "compliancely", "--respond", "timeout")
    server = engine.serve("--network", network)
    target = {
        "target": "http://receiver:3000/",
        "secret": None,
        "provider": "compliancely",
        "type": "tin_match",
    }
    server.api.call("POST", "/api/v1/events", target | {"speed": "real"})
    began = monotonic()
    code = server.stop()
    assert (code, monotonic() - began < 4) == (0, True)


def test_a_killed_server_has_its_records_and_carries_its_runs_on(engine: Engine):
    network = engine.network()
    receiver(engine, network, *LISTEN[:4], "not-to-be-seen", *LISTEN[5:])
    server = engine.serve("--network", network, *kept(engine.volume()))
    run: Any = server.api.play({"yaml": UNFINISHED})
    path = f"/api/v1/runs/{run['id']}"
    assert server.api.call("POST", f"{path}/clock?wait=30s", {"to": "next"})[0] == 200
    before = server.api.attempts(run["id"])
    assert statuses(before) == [503, 503]

    docker("kill", server.id)
    server.until("^die$")
    assert server.state["ExitCode"] == 137
    docker("start", server.id)
    server.healthy()
    assert server.api.attempts(run["id"]) == before
    assert server.api.call("POST", f"{path}/clock?wait=30s", {"to": "end"})[0] == 200
    assert server.api.get(f"{path}?wait=30s")["verdict"] == "passed"
    assert statuses(server.api.attempts(run["id"])) == [503, 503, 503, 200]
    assert "not-to-be-seen" not in server.log


def test_a_second_server_on_the_same_journal_is_refused(engine: Engine):
    volume = engine.volume()
    engine.serve(*kept(volume))
    second = call("run", "--rm", *kept(volume), engine.image)
    assert (second.code, "/data/journal.db" in second.messages) == (3, True)


def test_no_secret_is_in_the_log(engine: Engine):
    settings = {
        "WEBHOOK_EMULATOR_SECRET_ENTUITIVE": "not-to-be-seen-1",
        "WEBHOOK_EMULATOR_TOKEN": "not-to-be-seen-2",
        "WEBHOOK_EMULATOR_PLAY": OUTAGE,
        "WEBHOOK_EMULATOR_LOG_FORMAT": "json",
    }
    options = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
    server = engine.serve(*options)
    server.says("entuitive/refused-then-accepted")
    assert server.stop() == 0
    assert "not-to-be-seen" not in server.log
