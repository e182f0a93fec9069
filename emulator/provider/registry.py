"""Where providers are found: the user's own files first, nearest to the scenario, then those that come with us.

A user's provider is `providers/NAME.yaml` (or `.yml`) in the folder of the scenario or in any folder above it. One
that bears the name of a built-in provider takes its place. A scenario that comes by API brings its files along.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath

from emulator.document import MAX_BYTES
from emulator.document.place import nearest
from emulator.errors import InvalidInput, Problem
from emulator.provider.load import Definition, read_definition
from emulator.provider.profile import Profile
from emulator.provider.shape import provider_name_fault

FOLDER = "providers"
SUFFIXES = (".yaml", ".yml", ".YAML", ".YML")
BUILT_IN = ("compliancely", "entuitive")

Files = Mapping[str, bytes | str]
"""Files in memory: their paths as seen from the scenario, and their contents."""


def find_definition(name: str, near: Path | None = None, *, files: Files | None = None) -> Definition:
    """The provider of that name as seen from a scenario, which is the file or folder `near` or comes with `files`.

    Raises InvalidInput when there is none, naming the nearest known one and where it was looked for; and with the
    problems of its file.
    """
    if provider_name_fault(name) is None:
        for path in _paths_in_memory(name, files):
            return read_definition((files or {})[path], path, name=name)
        for file in _paths(name, near):
            return read_definition(_content(file), _shown(file), name=name)
        if name in BUILT_IN:
            return _built_in(name)
    raise InvalidInput.of(
        f"unknown provider {name[:60]!r}{_looked(name, near, files)}{nearest(name, _names(near, files))}"
    )


def find_profile(name: str, near: Path | None = None, *, files: Files | None = None) -> Profile:
    """The profile of that provider; otherwise as `find_definition`."""
    return find_definition(name, near, files=files).profile


def list_definitions(near: Path | None = None, *, files: Files | None = None) -> tuple[Definition, ...]:
    """Every provider that a scenario there can name, by name. Raises InvalidInput with the problems of all files."""
    found: list[Definition] = []
    problems: list[Problem] = []
    for name in sorted(_names(near, files)):
        try:
            found.append(find_definition(name, near, files=files))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return tuple(found)


def definition_of(name: str, source: bytes | str, path: str | None) -> Definition:
    """The provider that was once read from this text; without a path, one that came with the package.

    Raises InvalidInput with its problems.
    """
    if path is None and name in BUILT_IN and _built_in(name).source == source:
        return _built_in(name)
    return replace(read_definition(source, path or name, name=name), path=path)


@cache
def _built_in(name: str) -> Definition:
    file = Path(__file__).parent / "builtin" / f"{name}.yaml"
    return replace(read_definition(file.read_bytes(), str(file), name=name), path=None)


def _folders(near: Path | None) -> Iterator[Path]:
    if near is None:
        return
    folder = near.absolute()
    for above in (folder, *folder.parents):
        if os.path.isdir(above / FOLDER):  # noqa: PTH112 - Path.is_dir raises where a folder may not be entered
            yield above / FOLDER


def _own_files(near: Path | None) -> Iterator[Path]:
    for folder in _folders(near):
        with suppress(OSError):
            yield from folder.iterdir()


def _paths(name: str, near: Path | None) -> Iterator[Path]:
    for folder in _folders(near):
        for suffix in SUFFIXES:
            file = folder / f"{name}{suffix}"
            if file.exists():
                yield file


def _paths_in_memory(name: str, files: Files | None) -> Iterator[str]:
    for suffix in SUFFIXES:
        path = f"{FOLDER}/{name}{suffix}"
        if path in (files or {}):
            yield path


def _names(near: Path | None, files: Files | None) -> set[str]:
    in_memory = [path for path in map(PurePosixPath, files or {}) if str(path.parent) == FOLDER]
    stems = {path.stem for path in (*in_memory, *_own_files(near)) if path.suffix in SUFFIXES}
    return set(BUILT_IN) | {stem for stem in stems if provider_name_fault(stem) is None}


def _content(file: Path) -> bytes:
    """The file's bytes; never a pipe's or a device's, which might not end."""
    shown = _shown(file)
    try:
        if not file.is_file():
            raise InvalidInput.of("expected a regular file", path=shown)
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise InvalidInput.of(f"the file has {size} bytes; at most {MAX_BYTES} are read", path=shown)
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput.of(f"cannot be read: {error.strerror}", path=shown) from None


def _shown(file: Path) -> str:
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def _looked(name: str, near: Path | None, files: Files | None) -> str:
    if provider_name_fault(name) is not None:
        return ""
    own = f"{FOLDER}/{name}.yaml"
    if near is not None:
        return f"; no {own} in {_shown(near.absolute())} or a folder above it"
    return f"; no {own} among the files of the scenario" if files is not None else ""
