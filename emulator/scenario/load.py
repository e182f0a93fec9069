"""Scenario files into scenarios that are ready to play, or every problem they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from emulator.document import Invalid, Node, Place, Report, from_json, parse_yaml, substitute
from emulator.document.memory import collector_paused
from emulator.errors import InvalidInput
from emulator.provider.load import Definition
from emulator.provider.registry import FOLDER, find_definition
from emulator.provider.shape import provider_name_fault
from emulator.scenario.files import FolderBodies, GivenBodies, read_scenario
from emulator.scenario.form import scenario_shape
from emulator.scenario.model import Scenario
from emulator.scenario.origin import Origin, read_document
from emulator.scenario.overrides import Overrides
from emulator.scenario.resolve import Resolver
from emulator.scenario.source import Source

NOTHING = Overrides()
_PROFILE_KEYS = frozenset(
    {"signature", "accept", "timeout", "redirects", "retry", "envelope", "on_exhausted", "assumptions"}
)
"""Keys that a profile has and a scenario has not."""


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
    origin = Origin(text=read_scenario(path), name=name or path.stem, path=str(path), overrides=overrides)
    find = partial(find_definition, near=path.parent)
    return _load(Source(origin, find, FolderBodies(path.parent), environment))


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
    origin = Origin(text=text, name=name, overrides=overrides)
    find = partial(find_definition, near=near, files=files)
    return _load(Source(origin, find, GivenBodies(files or {}), environment))


def load_document(text: str) -> Scenario:
    """The scenario that was loaded once, from `scenario.origin.document()`: neither disk nor environment is asked.

    Raises InvalidInput for a document that is damaged.
    """
    kept = read_document(text)
    origin = replace(kept, environment={}, bodies={}, providers={})
    return _load(Source(origin, partial(_kept, kept), GivenBodies(kept.bodies), kept.environment))


def _kept(origin: Origin, provider: str) -> Definition:
    definition = origin.providers.get(provider)
    if definition is None:
        raise InvalidInput.of("was wrong when the scenario was loaded", path=f"{FOLDER}/{provider}.yaml")
    return definition


def _load(source: Source) -> Scenario:
    origin = source.origin
    text, report = origin.text, Report(origin.path)
    with collector_paused():
        root = parse_yaml(text, origin.path) if isinstance(text, bytes | str) else from_json(text)
        if isinstance(text, bytes) and b"${" in text:
            substitute(root, source.environment, report, skip=set(origin.overrides.unneeded()))
        _refuse_profile(root, report)
        laid = origin.overrides.lay_on(root)
        draft = scenario_shape().read(Place(root, report))
        if isinstance(draft, Invalid):
            report.check()
            raise AssertionError("a scenario that cannot be read has problems")
        scenario = Resolver(draft, source, laid).scenario()
        report.check()
        return scenario


def _refuse_profile(root: Node, report: Report) -> None:
    """A provider's profile in the wrong folder is one mistake, not one for each of its keys."""
    keys = root.value
    if not isinstance(keys, dict) or "provider" not in keys or not _PROFILE_KEYS & keys.keys():
        return
    if "events" in keys and not isinstance(keys["events"].value, dict):
        return
    name = keys["provider"].value
    example = name if isinstance(name, str) and provider_name_fault(name) is None else "NAME"
    Place(root, report).problem(
        f"this looks like a provider's profile; profiles lie in a folder called {FOLDER}, as {FOLDER}/{example}.yaml"
    )
    report.check()
