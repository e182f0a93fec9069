"""`EmulatorContainer`: the image as a test starts it by Testcontainers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.exceptions import ContainerStartException

from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answer
from emulator.receiver.server import Receiver
from emulator.testing import ApiError, Client, EmulatorContainer
from tests.container.engine import docker
from tests.docs.test_python_page import FILES, NEEDS_AN_ENGINE
from tests.helpers.command import environment

SECRET = "marker-container-2b7e"
OUTAGE = """
version: 1
provider: entuitive
start: 2026-01-05T09:00:00Z
events: [{name: created, type: user.created, expect: {statuses: [503, 200]}}]
"""


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a registry the reaper's image cannot be had; and the engine is this machine's, whatever that may be."""
    monkeypatch.setattr(testcontainers_config, "ryuk_disabled", True)
    monkeypatch.setattr(testcontainers_config, "tc_host_override", "127.0.0.1")
    monkeypatch.setattr(testcontainers_config, "connection_mode_override", ConnectionMode.docker_host)


@pytest.fixture
def emulator(image: str) -> Iterator[EmulatorContainer]:
    with EmulatorContainer(image).with_secret("entuitive", SECRET) as emulator:
        yield emulator


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    replies = Replies((parse_answer("503"), parse_answer("200")))
    async with Receiver(find_profile("entuitive"), SECRET, replies, host="0.0.0.0") as receiver:  # noqa: S104
        yield receiver


def test_it_is_ready_when_it_has_started(emulator: EmulatorContainer) -> None:
    client = emulator.client(labels={"test": "a"})
    assert client.url == emulator.url
    assert client.labels == {"test": "a"}
    assert client.info().settings["scenarios"] == "/scenarios"


def test_it_is_published_on_loopback_alone(emulator: EmulatorContainer) -> None:
    published = docker("port", emulator.get_container_id(), "4622/tcp")
    assert published.rpartition(":")[0] == "127.0.0.1"


async def test_it_reaches_a_server_of_the_test(image: str, receiver: Receiver, tmp_path: Path) -> None:
    (tmp_path / "billing").mkdir()
    (tmp_path / "billing" / "outage.yaml").write_text(OUTAGE)
    (tmp_path / "billing" / "outage.yaml").chmod(0o600)
    (tmp_path / ".hidden.yaml").write_text("wrong")
    container = EmulatorContainer(image).with_scenarios(tmp_path).with_secret("entuitive", SECRET)
    with container.with_target(f"http://localhost:{receiver.port}/webhooks") as emulator:
        run = await emulator.async_client().play("billing/outage")
    assert run.passed, run.explain()
    assert [each.check is not None and each.check.valid for each in receiver.received] == [True, True]


def test_its_token_is_given_by_its_clients(image: str) -> None:
    with EmulatorContainer(image).with_token("t0ken") as emulator:
        assert emulator.client().info().settings["token"] == "***"
        with pytest.raises(ApiError, match=r"^401 unauthorized"):
            Client(emulator.url).info()


def test_one_that_cannot_start_says_why_at_once(image: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("version: 1\nprovider: entuitive\nevents: [{tipe: user.created}]\n")
    with pytest.raises(ContainerStartException, match=r"wrong\.yaml:3:11: .*unknown key 'tipe'"):
        EmulatorContainer(image).with_scenarios(tmp_path).__enter__()


def test_the_default_image_is_missed_with_the_way_to_build_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.testing.container.IMAGE", "webhook-emulator-none")
    with pytest.raises(
        ContainerStartException, match=r"build it with `docker build --tag webhook-emulator-none \.`"
    ):
        EmulatorContainer("webhook-emulator-none").start()


def test_the_test_of_the_page_passes(image: str, tmp_path: Path) -> None:
    text = FILES[NEEDS_AN_ENGINE].replace("EmulatorContainer()", f'EmulatorContainer("{image}")')
    (tmp_path / NEEDS_AN_ENGINE).write_text(text, encoding="utf-8")
    settings = {
        "TESTCONTAINERS_RYUK_DISABLED": "true",
        "TESTCONTAINERS_HOST_OVERRIDE": "127.0.0.1",
        "TESTCONTAINERS_CONNECTION_MODE": "docker_host",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(**settings), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
