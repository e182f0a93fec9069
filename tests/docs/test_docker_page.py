"""docs/docker.md and compose.yaml name only what there is. The jobs' steps run here, the recipes in tests/container."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from emulator.cli.program import program
from emulator.cli.variables import variable_name
from emulator.cli.verbs import VERBS
from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answer
from emulator.receiver.server import Receiver
from emulator.scenario.secret import environment_name
from emulator.server.routes import ROUTES
from emulator.shipped import shipped
from tests.helpers.command import environment
from tests.helpers.serving import serving
from tests.receivers.tool import tool

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "docker.md").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
YAML = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
TEXTS = pytest.mark.parametrize("text", [PAGE, COMPOSE, DOCKERFILE], ids=["page", "compose", "dockerfile"])


def variables() -> set[str]:
    serve = program.get_command(click.Context(program), "serve")
    assert serve is not None
    flags = {variable_name(name) for option in serve.params for name in option.opts if name.startswith("--")}
    files = {
        "WEBHOOK_EMULATOR_TOKEN_FILE",
        "WEBHOOK_EMULATOR_SECRET_",
        "WEBHOOK_EMULATOR_SECRET_ENTUITIVE_FILE",
    }
    return flags | files | {environment_name("entuitive")}


@pytest.mark.parametrize("text", [*YAML, COMPOSE])
def test_the_yaml_is_yaml(text: str):
    assert isinstance(yaml.safe_load(text), dict)


@TEXTS
def test_every_variable_exists(text: str):
    assert set(re.findall(r"WEBHOOK_EMULATOR_\w+", text)) <= variables()


@TEXTS
def test_every_verb_exists(text: str):
    named = re.findall(r"(?<![/\w-])webhook-emulator ([a-z]+)\b", text)
    assert set(named) <= set(VERBS)


@TEXTS
def test_every_path_of_the_api_exists(text: str):
    found = set(re.findall(r"/api/v1/[a-z]+|/livez|/readyz", text))
    assert found <= {"/".join(route.path.split("/")[:4]) for route in ROUTES}


@TEXTS
def test_every_scenario_that_is_named_is_shipped(text: str):
    named = set(re.findall(r"\b(?:entuitive|compliancely)/[a-z0-9-]+\b", text))
    assert named - {"entuitive/webhooks"} <= set(shipped())


def test_every_build_argument_exists():
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE)) | {"BASE_IMAGE"}
    assert told == set(re.findall(r"^ARG ([A-Z_]+)", DOCKERFILE, re.MULTILINE))


def job(heading: str, addresses: dict[str, str]) -> list[list[str]]:
    """The scripts of a job, one after the other, as commands of the shell that is given them there."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    (text,) = re.findall(r"^```yaml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    for there, url in addresses.items():
        text = text.replace(f"http://{there}", url)
    told: Any = yaml.safe_load(text)["jobs" if heading == "GitHub Actions" else "webhooks"]
    if heading == "GitHub Actions":
        return [["bash", "-e", "-c", step["run"]] for step in told["webhooks"]["steps"] if "run" in step]
    return [["sh", "-e", "-c", "\n".join(told["script"])]]


async def ran(command: list[str], folder: Path) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


@pytest.mark.parametrize(("answer", "code", "verdict"), [("200", 0, "passed"), ("401", 1, "failed")])
@pytest.mark.parametrize("heading", ["GitHub Actions", "GitLab CI"])
async def test_the_steps_of_the_job_end_with_the_verdict(
    heading: str, answer: str, code: int, verdict: str, tmp_path: Path
) -> None:
    tool("curl", "curl")
    tool("jq", "jq")
    application = tmp_path / "start-your-application"
    application.write_text('#!/bin/sh\necho "$@" > started\n')
    application.chmod(0o755)
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    replies = Replies((parse_answer(answer),))
    async with (
        serving(environment={}) as api,
        Receiver(find_profile("entuitive"), "demo-secret", replies) as endpoint,
    ):
        here = {"build:3000": endpoint.url, "localhost:3000": endpoint.url, "emulator:4622": api.url}
        here |= {"host.docker.internal:3000": endpoint.url, "localhost:4622": api.url}
        for command in job(heading, here):
            ended, said = await ran(command, tmp_path)
    assert (ended, said.splitlines()[0]) == (code, verdict), said
    assert ("created: expected delivered, is exhausted" in said) == (verdict == "failed"), said
    assert "<testsuite" in (tmp_path / "report.xml").read_text(encoding="utf-8")
    assert (tmp_path / "started").read_text() == "--host 0.0.0.0 --port 3000\n"
