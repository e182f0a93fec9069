"""The recipes of docs/docker.md do what they say, in the order of the page, with names and ports of our own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.container.engine import Engine, call, unique
from tests.container.test_playing import receiver

PAGE = (Path(__file__).parents[2] / "docs" / "docker.md").read_text(encoding="utf-8")


def blocks(kind: str, heading: str = "") -> list[str]:
    """The blocks of the page, or of one of its sections."""
    text = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0] if heading else PAGE
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def shell(script: str, folder: Path, **settings: str) -> str:
    done = subprocess.run(
        ["bash", "-e", "-u", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


class Names:
    """What the page calls by fixed names, by names that nobody else uses."""

    def __init__(self) -> None:
        self.image, self.emulator, self.receiver, self.volume, self.project = (unique() for _ in range(5))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = str(free.getsockname()[1])

    def within(self, script: str) -> str:
        """A script of the page, with these."""
        for found, ours in (
            (r"(?<=--tag )webhook-emulator\b", self.image),
            (r"\bwebhook-emulator(?= (?:listen|scenarios|validate)\b|$)", self.image),
            (r"(?<![\w-])emulator-data(?![\w-])", self.volume),
            (r"(?<![\w/-])emulator(?![\w.:-])", self.emulator),
            (r"(?:(?<=--name )|(?<=--force )|(?<=docker logs ))receiver\b", self.receiver),
            (r"\b4622:4622\b", f"{self.port}:4622"),
            (r"\blocalhost:4622\b", f"localhost:{self.port}"),
        ):
            script = re.sub(found, ours, script, flags=re.MULTILINE)
        return script

    def remove(self, folder: Path) -> None:
        """Whatever the page left, and what it would have removed itself."""
        call("rm", "--force", "--volumes", self.receiver, self.emulator)
        call("volume", "rm", "--force", self.volume)
        compose = ("compose", "--project-name", self.project, "--project-directory", str(folder))
        call(*compose, "down")
        call("image", "rm", "--force", self.image)


@pytest.fixture
def names(checkout: Path) -> Iterator[Names]:
    names = Names()
    try:
        yield names
    finally:
        names.remove(checkout)


def test_the_commands_of_the_page_work_one_after_the_other(checkout: Path, image: str, names: Names):
    script = names.within("\n".join(blocks("sh")))
    settings = {"COMPOSE_PROJECT_NAME": names.project, "EMULATOR_IMAGE": names.image}
    said = shell(script, checkout, EMULATOR_PORT=names.port, **settings)
    assert '"verdict": "passed",\n  "counts": {' in said
    assert '"scenario": "entuitive/refused-then-accepted",\n  "verdict": "passed"' in said
    assert said.count("signature valid") == 4


@pytest.mark.parametrize("heading", ["GitHub Actions", "GitLab CI"])
def test_the_script_of_the_job_plays_a_file_of_the_checkout(
    engine: Engine, checkout: Path, tmp_path: Path, heading: str
):
    (text,) = blocks("yaml", heading)
    job: Any = yaml.safe_load(text)
    if heading == "GitHub Actions":
        script = [step["run"] for step in job["jobs"]["webhooks"]["steps"] if "run" in step][-1]
    else:
        script = "\n".join(job["webhooks"]["script"][1:])
    network = engine.network()
    receiver(engine, network, "listen", "--provider", "entuitive", "--secret", "demo-secret")
    api = engine.serve("--network", network).api
    for there, here in (
        (r"http://(?:host\.docker\.internal|build):3000", "http://receiver:3000"),
        (r"http://(?:localhost|emulator):4622", f"http://localhost:{api.port}"),
        (r"\b(run\.json|report\.xml)\b", rf"{tmp_path}/\1"),
    ):
        script, count = re.subn(there, here, script)
        assert count
    shell(script, checkout)
    assert "<testsuite" in (tmp_path / "report.xml").read_text(encoding="utf-8")
    run = json.loads((tmp_path / "run.json").read_text())
    assert (run["scenario"], run["counts"]["attempts"]) == ("entuitive/every-event", 4)
