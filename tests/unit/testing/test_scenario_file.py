"""A file that is sent means what it means on the disk."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.scenario.load import load_scenario, load_text
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides
from emulator.testing.scenario_file import file_json

SHIPPED = Path(__file__).parents[3] / "scenarios"
FILES = [file for file in sorted(SHIPPED.rglob("*.yaml")) if "providers" not in file.parts]


def sent(file: Path, environment: dict[str, str], **overrides: Any) -> Scenario:
    given = file_json(file, Overrides(**overrides), environment)
    files = {name: b64decode(data) for name, data in given["files"].items()}
    return load_text(given["yaml"], files, overrides=Overrides(**overrides), environment=environment)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SHIPPED)))
def test_every_shipped_scenario_can_be_sent(file: Path) -> None:
    assert replace(sent(file, {}), path=None) == replace(load_scenario(file, environment={}), path=None)


def test_what_a_call_replaces_is_not_looked_up(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "version: 1\nprovider: entuitive\ntarget: ${NOWHERE}\nsecret: ${NO_SECRET}\nevents: [{type: user.created}]\n"
    )
    assert sent(file, {}, target="http://127.0.0.1:9/", secret=None).name == "inline"


def test_what_a_template_writes_like_a_variable_is_sent_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "version: 1\nprovider: entuitive\ntarget: http://127.0.0.1:9/\nevents: [{body: '$${A} ${B}'}]\n"
    )
    assert '"body": "${A} b"' in file_json(file, Overrides(), {"B": "b"})["yaml"]
