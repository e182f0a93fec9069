"""Scenario files into scenarios that are ready to play, or every problem they have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from emulator.document import Invalid, Node, Place, Report, from_json, parse_yaml, substitute
from emulator.document.memory import collector_paused
from emulator.provider.registry import find_definition
from emulator.scenario.files import FolderBodies, GivenBodies, read_scenario
from emulator.scenario.form import scenario_shape
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides
from emulator.scenario.resolve import Resolver, Source

NOTHING = Overrides()


def load_scenario(
    path: Path,
    *,
    overrides: Overrides = NOTHING,
    environment: Mapping[str, str],
    name: str | None = None,
) -> Scenario:
    """The scenario of a file. `environment` fills `${VAR}` and gives the secrets of providers.

    `name` is what the scenario is called if it does not say so itself; else it is called as the file is. Raises
    InvalidInput with all problems of the file.
    """
    shown, data = str(path), read_scenario(path)
    source = Source(
        name=name or path.stem,
        path=shown,
        find=partial(find_definition, near=path.parent),
        bodies=FolderBodies(path.parent),
    )
    with collector_paused():
        root, report = parse_yaml(data, shown), Report(shown)
        if b"${" in data:
            substitute(root, environment, report, skip=set(overrides.unneeded()))
        return _scenario(root, report, source, overrides, environment)


def load_text(
    text: str | Mapping[str, Any],
    files: Mapping[str, bytes] | None = None,
    *,
    overrides: Overrides = NOTHING,
    environment: Mapping[str, str],
    name: str = "inline",
    near: Path | None = None,
) -> Scenario:
    """The scenario of a YAML text, or of a JSON object, that is no file.

    `${VAR}` is plain text in it; `files` are the bodies and providers it may name; with `near`, providers described
    in that folder or above it count, too. `environment` gives the secrets of providers. Raises InvalidInput with all
    problems.
    """
    source = Source(
        name=name,
        find=partial(find_definition, near=near, files=files),
        bodies=GivenBodies(files or {}),
    )
    with collector_paused():
        root = parse_yaml(text) if isinstance(text, str) else from_json(text)
        return _scenario(root, Report(), source, overrides, environment)


def _scenario(
    root: Node, report: Report, source: Source, overrides: Overrides, environment: Mapping[str, str]
) -> Scenario:
    strange = overrides.lay_on(root)
    draft = scenario_shape().read(Place(root, report))
    if isinstance(draft, Invalid):
        report.check()
        raise AssertionError("a scenario that cannot be read has problems")
    scenario = Resolver(draft, source, overrides, environment, strange).scenario()
    report.check()
    return scenario
