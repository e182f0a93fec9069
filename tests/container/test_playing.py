"""Scenarios played from outside, through the published port, to receivers in another container and on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.container.engine import CONFINED, EVERYWHERE, Container, Engine, docker
from tests.helpers.command import environment
from tests.receivers.process import running

OUTAGE = "entuitive/refused-then-accepted"
LISTEN = ("listen", "--provider", "entuitive", "--secret", "demo-secret", "--respond", "503,503,503,200")
BY_HAND = """
version: 1
name: by-hand
provider: compliancely
target: http://receiver:3000/webhooks
secret: demo-secret
speed: instant
events:
  - name: matched
    type: tin_match
    data: {id: 7300412}
    expect: {statuses: [200]}
"""


def receiver(engine: Engine, network: str, *command: str) -> Container:
    """A receiver that the network knows as `receiver`."""
    options = (*CONFINED, "--no-healthcheck", "--network", network, "--network-alias", "receiver")
    started = engine.start(*options, command=(*(command or LISTEN), *EVERYWHERE))
    started.says("^listening on ")
    return started


def statuses(attempts: list[Any]) -> list[int]:
    return [attempt["response"]["status"] for attempt in attempts]


@pytest.fixture
def network(engine: Engine) -> str:
    return engine.network()


def test_a_receiver_in_another_container_is_found_by_its_name(engine: Engine, network: str):
    listening = receiver(engine, network)
    api = engine.serve("--network", network).api
    run = api.play(OUTAGE, target="http://receiver:3000/webhooks")
    attempts = api.attempts(run["id"])
    assert (run["state"], run["verdict"]) == ("settled", "passed")
    assert [attempt["offset_s"] for attempt in attempts] == [0, 10, 20, 30]
    assert statuses(attempts) == [503, 503, 503, 200]
    assert listening.log.count("signature valid") == 4


def test_the_receiver_refuses_what_is_signed_with_another_secret(engine: Engine, network: str):
    listening = receiver(engine, network)
    api = engine.serve("--network", network).api
    run = api.play(OUTAGE, target="http://receiver:3000/webhooks", secret="another-secret")
    assert (run["verdict"], statuses(api.attempts(run["id"]))) == ("failed", [401] * 5)
    assert listening.log.count("signature not valid") == 5


def test_a_receiver_on_the_host_is_reached_as_host_docker_internal(engine: Engine):
    gateway = docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")
    command = [sys.executable, "-m", "emulator", *LISTEN, "--host", gateway, "--port", "0"]
    with running(command, environment(), r"^listening on http://[0-9.]+:(\d+) ") as ready:
        api = engine.serve("--add-host", "host.docker.internal:host-gateway").api
        run = api.play(OUTAGE, target=f"http://host.docker.internal:{ready[1]}/webhooks")
    assert (run["verdict"], statuses(api.attempts(run["id"]))) == ("passed", [503, 503, 503, 200])


def test_a_scenario_comes_as_text_where_nothing_is_mounted(engine: Engine, network: str):
    receiver(engine, network, "listen", "--provider", "compliancely", "--secret", "demo-secret")
    run = engine.serve("--network", network).api.play({"yaml": BY_HAND})
    assert (run["scenario"], run["verdict"]) == ("by-hand", "passed")


def test_scenarios_that_are_mounted_are_known_by_name(engine: Engine, network: str, tmp_path: Path):
    receiver(engine, network, "listen", "--provider", "compliancely", "--secret", "demo-secret")
    (tmp_path / "mine.yaml").write_text(BY_HAND)
    tmp_path.chmod(0o755)
    api = engine.serve("--network", network, "--volume", f"{tmp_path}:/scenarios:ro").api
    assert api.play("by-hand")["verdict"] == "passed"
    assert api.play(OUTAGE, target="http://receiver:3000/")["verdict"] == "failed"


def test_a_scenario_named_by_the_environment_is_played_at_the_start(engine: Engine, network: str):
    receiver(engine, network)
    target = ("--env", "TARGET_URL=http://receiver:3000/webhooks")
    server = engine.serve("--network", network, *target, "--env", f"WEBHOOK_EMULATOR_PLAY={OUTAGE}")
    (run,) = server.api.get("/api/v1/runs")["items"]
    assert server.api.get(f"/api/v1/runs/{run['id']}?wait=30s")["verdict"] == "passed"


def test_who_means_the_host_by_localhost_is_told_its_names(engine: Engine):
    api = engine.serve().api
    run = api.play("entuitive/accepted-at-once", target="http://localhost:3000/webhooks")
    told = (
        "localhost:3000 refused the connection; inside a container localhost is the container itself: name the host"
        " as host.docker.internal, or another container by its Compose service name"
    )
    assert {attempt["error"]["message"] for attempt in api.attempts(run["id"])} == {told}


def test_other_verbs_are_given_after_the_image_s_name(engine: Engine, network: str):
    receiver(engine, network)
    said = engine.run(
        *CONFINED, "--network", network, command=("play", OUTAGE, "--target", "http://receiver:3000/")
    )
    assert (said.code, said.out.splitlines()[-1].partition(":")[0]) == (0, "passed")
