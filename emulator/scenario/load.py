"""Scenario files into scenarios that are ready to play, or every problem they have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from emulator.document import Invalid, Node, Place, Report, from_json, parse_yaml, substitute
from emulator.document.memory import collector_paused
from emulator.provider.registry import find_definition
from emulator.scenario.files import Bodies, FolderBodies, GivenBodies, read_scenario
from emulator.scenario.form import scenario_shape
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides
from emulator.scenario.profiles import Find
from emulator.scenario.resolve import Resolver

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
    find, bodies = partial(find_definition, near=path.parent), FolderBodies(path.parent)
    with collector_paused():
        root, report = parse_yaml(data, shown), Report(shown)
        if b"${" in data:
            substitute(root, environment, report, skip=set(overrides.unneeded()))
        return _scenario(
            root, report, overrides, environment, name or path.stem, find=find, bodies=bodies, path=shown
        )


def load_text(
    source: str | Mapping[str, Any],
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
    find, bodies = partial(find_definition, near=near, files=files), GivenBodies(files or {})
    with collector_paused():
        root = parse_yaml(source) if isinstance(source, str) else from_json(source)
        return _scenario(root, Report(), overrides, environment, name, find=find, bodies=bodies, path=None)


def _scenario(
    root: Node,
    report: Report,
    overrides: Overrides,
    environment: Mapping[str, str],
    name: str,
    *,
    find: Find,
    bodies: Bodies,
    path: str | None,
) -> Scenario:
    if isinstance(root.value, dict):
        overrides.lay_on(root)
    draft = scenario_shape().read(Place(root, report))
    if isinstance(draft, Invalid):
        report.check()
        raise AssertionError("a scenario that cannot be read has problems")
    scenario = Resolver(
        draft, overrides, environment, find=find, bodies=bodies, name=name, path=path
    ).scenario()
    report.check()
    return scenario
