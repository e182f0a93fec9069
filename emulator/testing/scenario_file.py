"""A scenario file of the test's own disk as the API takes it: its text, with the files that it names."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from emulator.document import Node, Report, parse_yaml, substitute
from emulator.errors import InvalidInput
from emulator.provider.registry import FOLDER, find_definition
from emulator.scenario.files import FolderBodies, read_scenario
from emulator.scenario.overrides import Overrides


def file_json(path: Path, overrides: Overrides, environment: Mapping[str, str]) -> dict[str, Any]:
    """What stands for the file in a call. `environment` fills `${VAR}`, but for what `overrides` replace.

    A file that cannot be read, a variable that is not set and a file that is missing raise InvalidInput. All else is
    left to the server.
    """
    source = read_scenario(path)
    root, report = parse_yaml(source, str(path)), Report(str(path))
    text = source.decode()
    if "${" in text:
        substitute(root, environment, report, skip=set(overrides.unneeded()))
        text = json.dumps(root.plain(), ensure_ascii=False)
    report.check()
    files = {**_bodies(root, path), **_providers(root, path)}
    return {"yaml": text, "files": {name: b64encode(data).decode() for name, data in files.items()}}


def _bodies(root: Node, path: Path) -> dict[str, bytes]:
    folder = FolderBodies(path.parent)
    try:
        return {name: folder.read(name) for name in _texts(root, "payload_file")}
    except ValueError as error:
        raise InvalidInput.of(str(error), key="payload_file", path=str(path)) from None


def _providers(root: Node, path: Path) -> dict[str, bytes]:
    found = {}
    for name in _texts(root, "provider"):
        with suppress(InvalidInput):  # the server tells
            definition = find_definition(name, path.parent)
            if definition.path is not None:
                source = definition.source
                found[f"{FOLDER}/{name}.yaml"] = source.encode() if isinstance(source, str) else source
    return found


def _texts(root: Node, key: str) -> Iterator[str]:
    """The texts that stand anywhere at this key, each once."""
    seen: set[int] = set()
    told: set[str] = set()
    todo = [root]
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        for name, child in node.children():
            todo.append(child)
            if name == key and isinstance(child.value, str) and child.value not in told:
                told.add(child.value)
                yield child.value
