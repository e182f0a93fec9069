"""The scenarios that a server knows by name: those of its folder, and those that come with the emulator.

Files are read when they are asked for, so that they may change while the server runs. Everything here reads the disk;
a server calls it from a thread, but for `load`, with which it begins.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from emulator.document.place import nearest, shortened
from emulator.errors import InvalidInput, Problem
from emulator.provider.registry import BUILT_IN, find_definition, list_definitions
from emulator.scenario.files import read_scenario
from emulator.scenario.load import load_scenario
from emulator.scenario.masked import masked_document
from emulator.scenario.model import Scenario
from emulator.scenario.outline import Outline, outline
from emulator.scenario.overrides import Overrides
from emulator.scenario.targets import SOMEWHERE
from emulator.shipped import scenarios_below, shipped
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Entry:
    """One scenario file, as it was when it was looked at. `place` is its path below its folder.

    `problems` are those that keep even its outline from being read, and that its name is taken.
    """

    name: str
    path: Path
    place: str
    shipped: bool
    description: str = ""
    providers: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As lists show it."""
        return {
            "name": self.name,
            "path": self.place,
            "shipped": self.shipped,
            "description": self.description,
            "providers": list(self.providers),
            "problems": [str(problem) for problem in self.problems],
        }


class Catalog:
    """Scenario files by name. A file of the server's own folder takes the place of a shipped one of the same name.

    `environment` fills `${VAR}` and gives the secrets of providers.
    """

    def __init__(self, folder: Path | None, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.loaded = False
        self._environment = environment
        self._outlines: dict[Path, tuple[tuple[int, ...], Outline]] = {}

    def load(self) -> None:
        """Check every file of the folder wholly. Raises InvalidInput with the problems of all of them.

        Those that come with the emulator are trusted.
        """
        problems = dict.fromkeys(
            problem for entry in self._own() for problem in self._checked(entry).problems
        )
        if problems:
            raise InvalidInput(problems)
        self.loaded = True

    def entries(self) -> list[Entry]:
        """All of them by name, as their outlines tell. Raises InvalidInput for a folder that is gone."""
        own = list(self._own())
        taken = {entry.name for entry in own}
        return sorted(
            (*own, *(each for each in self._shipped() if each.name not in taken)), key=lambda each: each.name
        )

    def checked(self, entry: Entry) -> Entry:
        """The entry with all problems of its file."""
        return entry if entry.shipped else self._checked(entry)

    def document(self, entry: Entry) -> Any:
        """The file's JSON value, unresolved and with its secrets masked; None for what is no YAML."""
        try:
            return masked_document(read_scenario(entry.path), entry.path)
        except InvalidInput:
            return None

    def find(self, name: str) -> Entry:
        """The entry of that name. Raises InvalidInput where there is none, naming what is probably meant."""
        entries = self.entries()
        found = next((entry for entry in entries if entry.name == name), None)
        if found is None:
            told = f"unknown scenario {shortened(name)!r}{_meant(name, entries)}"
            raise InvalidInput.of(told, key="scenario")
        return found

    def scenario(self, name: str, overrides: Overrides) -> Scenario:
        """The scenario of that name, read now. Raises InvalidInput with every problem."""
        entry = self.find(name)
        if entry.problems:
            raise InvalidInput(entry.problems)
        return self._scenario(entry, overrides)

    def providers(self) -> list[dict[str, Any]]:
        """The providers that scenarios can name; where a file of one is wrong, those that come with the emulator."""
        try:
            definitions = list_definitions(self.folder)
        except InvalidInput:
            definitions = tuple(find_definition(name) for name in BUILT_IN)
        return [
            {"provider": each.profile.provider, "title": each.profile.title, "path": each.path}
            for each in definitions
        ]

    def _scenario(self, entry: Entry, overrides: Overrides) -> Scenario:
        return load_scenario(entry.path, overrides=overrides, environment=self._environment, name=entry.name)

    def _checked(self, entry: Entry) -> Entry:
        if entry.problems:
            return entry
        try:
            self._scenario(entry, Overrides(fallback_target=SOMEWHERE))
        except InvalidInput as error:
            return _with(entry, error.problems)
        return entry

    def _own(self) -> Iterator[Entry]:
        """In the order of the paths. The second file of a name is told, and so is the first."""
        first: dict[str, Path] = {}
        for place, path in _files(self.folder):
            entry = self._entry(place, path, shipped=False)
            if entry.name in first:
                told = f"this scenario is called {shortened(entry.name)!r}, as is {first[entry.name]}"
                entry = _with(entry, (*entry.problems, Problem(path=str(path), key="name", message=told)))
            first.setdefault(entry.name, path)
            yield entry

    def _shipped(self) -> Iterator[Entry]:
        for name, path in shipped().items():
            yield self._entry(name, path, shipped=True)

    def _entry(self, name: str, path: Path, *, shipped: bool) -> Entry:
        place = name + path.suffix
        try:
            found = self._outline(name, path)
        except InvalidInput as error:
            return Entry(name=name, path=path, place=place, shipped=shipped, problems=error.problems)
        return Entry(
            name=found.name,
            path=path,
            place=place,
            shipped=shipped,
            description=found.description,
            providers=found.providers,
        )

    def _outline(self, name: str, path: Path) -> Outline:
        """Read again only when the file is another one than before."""
        try:
            status = path.stat()
        except OSError:
            return outline(name, path)  # which says why it cannot be read
        mark = (status.st_ino, status.st_size, status.st_mtime_ns)
        known = self._outlines.get(path)
        if known is None or known[0] != mark:
            known = self._outlines[path] = (mark, outline(name, path))
        return known[1]


def _meant(name: str, entries: Sequence[Entry]) -> str:
    """Of a file that says its name itself, the path is none."""
    for entry in entries:
        if entry.place.rpartition(".")[0] == name:
            return f"; the file {entry.place} calls itself {entry.name!r}"
    return nearest(name, [entry.name for entry in entries])


def _files(folder: Path | None) -> Iterator[tuple[str, Path]]:
    if folder is None:
        return
    try:
        yield from scenarios_below(folder).items()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise InvalidInput.of(f"this folder cannot be read: {reason}", path=str(folder)) from None


def _with(entry: Entry, problems: tuple[Problem, ...]) -> Entry:
    return replace(entry, problems=problems)
