"""The JSON Schemas beside the shipped scenarios are what `schema` prints, and all shipped files keep to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator

from emulator.cli.schema import schema
from emulator.document import parse_yaml
from emulator.shipped import is_profile, yaml_below

FOLDER = Path(__file__).parents[2] / "scenarios"
SHIPPED = {"scenario.schema.json": [], "profile.schema.json": ["--profile"]}
FILES = {path.relative_to(FOLDER).as_posix(): path for path in yaml_below(FOLDER)}


@pytest.mark.parametrize(("name", "flags"), SHIPPED.items())
def test_the_schema_beside_the_scenarios_is_the_one_that_is_printed(name: str, flags: list[str]):
    printed = CliRunner().invoke(schema, flags).stdout
    kept = (FOLDER / name).read_text(encoding="utf-8")
    remedy = " ".join(["webhook-emulator schema", *flags, "> scenarios/" + name])
    assert kept == printed, f"it has changed; run: {remedy}"


def schema_of(path: Path) -> Any:
    name = "profile.schema.json" if is_profile(path) else "scenario.schema.json"
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_file_keeps_to_its_schema(name: str):
    document = parse_yaml(FILES[name].read_bytes()).plain()
    assert [error.message for error in Draft7Validator(schema_of(FILES[name])).iter_errors(document)] == []


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_file_names_its_schema(name: str):
    first = FILES[name].read_text(encoding="utf-8").partition("\n")[0]
    reference = first.removeprefix("# yaml-language-server: $schema=")
    assert (FILES[name].parent / reference).resolve() == (
        FOLDER / ("profile.schema.json" if is_profile(FILES[name]) else "scenario.schema.json")
    )
