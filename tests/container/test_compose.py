"""compose.yaml: one command, and a scenario has been played to the receiver."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.container.engine import Container, call, docker, unique


class Project:
    """A Compose project in a folder, by a name that nobody else uses and on any free port."""

    def __init__(self, folder: Path) -> None:
        self._words = ("compose", "--project-name", unique(), "--project-directory", str(folder))
        self._environment = os.environ | {"EMULATOR_PORT": "0", "EMULATOR_IMAGE": unique()}

    def __call__(self, *words: str) -> str:
        return docker(*self._words, *words, env=self._environment, limit_s=280)

    def down(self) -> None:
        call(*self._words, "down", "--volumes", "--rmi", "all", "--timeout", "10", env=self._environment)

    def container(self, service: str) -> Container:
        return Container(self("ps", "--all", "--quiet", service))


@pytest.fixture
def project(checkout: Path, image: str) -> Iterator[Project]:
    """The repository's own. The image was built before, so that the engine has all its layers."""
    project = Project(checkout)
    try:
        yield project
    finally:
        project.down()


def test_up_with_wait_has_played_a_scenario_that_passes(project: Project):
    project("up", "--build", "--wait")
    emulator, receiver = project.container("emulator"), project.container("receiver")
    (run,) = emulator.api.get("/api/v1/runs")["items"]
    settled: Any = emulator.api.get(f"/api/v1/runs/{run['id']}?wait=30s")
    assert (settled["scenario"], settled["verdict"]) == ("entuitive/refused-then-accepted", "passed")
    assert receiver.log.count("signature valid") == 4

    project("stop")
    assert [emulator.state["ExitCode"], receiver.state["ExitCode"]] == [0, 0]
