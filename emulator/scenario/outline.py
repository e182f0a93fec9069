"""A scenario's outline, for lists: read leniently, since listing a file claims nothing about its being right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from emulator.document import parse_yaml
from emulator.errors import InvalidInput
from emulator.provider.registry import find_definition
from emulator.scenario.files import read_scenario
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a list shows of a scenario. `bodies` are files that it names, as it names them."""

    name: str
    path: Path
    providers: tuple[str, ...]
    description: str
    bodies: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The form that `scenarios --json` prints."""
        return {
            "name": self.name,
            "path": str(self.path),
            "providers": list(self.providers),
            "description": self.description,
        }


def outline(name: str, path: Path) -> Outline:
    """The outline of a file that is called so unless it says otherwise. Raises InvalidInput for what is not YAML."""
    root = parse_yaml(read_scenario(path), str(path)).plain()
    keys: dict[str, Any] = root if isinstance(root, dict) else {}
    return Outline(
        name=_text(keys.get("name")) or name,
        path=path,
        providers=tuple(dict.fromkeys(_providers(keys))),
        description=" ".join(_text(keys.get("description")).split()),
        bodies=tuple(dict.fromkeys(_bodies(keys))),
    )


def profiles_of(scenario: Outline) -> dict[str, Path]:
    """The files that describe the scenario's providers, by their names; built-in ones have none."""
    found: dict[str, Path] = {}
    for provider in scenario.providers:
        with suppress(InvalidInput):
            file = find_definition(provider, scenario.path.parent).path
            found |= {} if file is None else {provider: Path(file).absolute()}
    return found


def _providers(keys: dict[str, Any]) -> Iterator[str]:
    """In the order of the file, the scenario's own first if any event or route is left to it."""
    parts = [each for key in ("events", "routes") if isinstance(keys.get(key), list) for each in keys[key]]
    for part in parts or [{}]:
        own = part.get("provider") if isinstance(part, dict) else None
        provider = _text(own) or _text(keys.get("provider"))
        if provider:
            yield provider


def _bodies(keys: dict[str, Any]) -> Iterator[str]:
    events = keys.get("events")
    for event in events if isinstance(events, list) else []:
        file = _text(event.get("payload_file")) if isinstance(event, dict) else ""
        if file:
            yield file


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
