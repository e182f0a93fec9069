"""docs/docker.md and compose.yaml name only what there is. tests/container runs the recipes."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

from emulator.cli.program import program
from emulator.cli.variables import variable_name
from emulator.cli.verbs import VERBS
from emulator.scenario.secret import environment_name
from emulator.server.routes import ROUTES
from emulator.shipped import shipped

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
