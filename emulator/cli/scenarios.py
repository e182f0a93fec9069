"""`scenarios`: the shipped ones and those in the user's folders, and the text of one."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from emulator.cli.exits import Exit
from emulator.cli.options import json_option
from emulator.cli.output import note, page_width, put, put_json, table
from emulator.cli.verb import Verb
from emulator.document.place import nearest
from emulator.errors import InvalidInput
from emulator.provider.registry import FOLDER
from emulator.scenario.files import read_scenario
from emulator.scenario.outline import Outline, outline, profiles_of
from emulator.shipped import scenarios_below, shipped

_SCHEMA = re.compile(r"# yaml-language-server: \$schema=(\S+)")


@click.command(
    cls=Verb,
    examples=[
        "webhook-emulator scenarios",
        "webhook-emulator scenarios show entuitive/refused-then-accepted > mine.yaml",
        "webhook-emulator play entuitive/refused-then-accepted",
    ],
)
@click.argument("words", nargs=-1, metavar="[show NAME] [PATH]…")
@json_option("Print a JSON list, or an object after show.")
def scenarios(*, words: tuple[str, ...], as_json: bool) -> Exit:
    """List the shipped scenarios and your own; show one.

    Your own are all scenario files below the folders that PATH names. A shipped scenario can be played by its name;
    show prints its file, to read, or to start your own from, and says on stderr which further files a copy needs.
    """
    if words[:1] != ("show",):
        return _list(words, as_json=as_json)
    if len(words) == 1:
        raise click.UsageError("Missing NAME after show.")
    return _show(words[1], words[2:], as_json=as_json)


def _list(folders: Sequence[str], *, as_json: bool) -> Exit:
    outlines, problems = _outlines(folders)
    if as_json:
        put_json([each.to_json() for each in outlines])
    else:
        rows = [("NAME", "DESCRIPTION"), *((each.name, each.description) for each in outlines)]
        put(table(rows, width=page_width()) if sys.stdout.isatty() else table(rows))
    for problem in problems:
        note(problem)
    return Exit.WRONG if problems else Exit.PASSED


def _show(name: str, folders: Sequence[str], *, as_json: bool) -> Exit:
    outlines, _ = _outlines(folders)
    found = next((each for each in outlines if each.name == name), None)
    if found is None:
        known = [each.name for each in outlines]
        raise InvalidInput.of(f"unknown scenario {name[:60]!r}{nearest(name, known)}")
    text = read_scenario(found.path).decode(errors="replace")
    bodies = {body: found.path.parent / body for body in found.bodies}
    profiles = profiles_of(found)
    if as_json:
        needed = [str(file) for file in (*bodies.values(), *profiles.values())]
        put_json({**found.to_json(), "text": text, "needs": needed})
        return Exit.PASSED
    put(text.removesuffix("\n"))
    note(f"this is {found.path}")
    for body, file in bodies.items():
        note(f"a copy needs {body} in its folder: {file}")
    for provider, file in profiles.items():
        note(f"a copy needs {FOLDER}/{provider}.yaml in its folder or one above: {file}")
    schema = _SCHEMA.match(text)
    if schema:
        note(f"line 1 is for editors: `webhook-emulator schema` prints what it calls {schema[1]}")
    return Exit.PASSED


def _outlines(folders: Sequence[str]) -> tuple[list[Outline], list[str]]:
    """What can be read, and the problems of what cannot."""
    outlines: list[Outline] = []
    problems: list[str] = []
    for name, path in _files(folders):
        try:
            outlines.append(outline(name, path))
        except InvalidInput as error:
            problems += map(str, error.problems)
    return outlines, problems


def _files(folders: Sequence[str]) -> list[tuple[str, Path]]:
    files = list(shipped().items())
    for folder in map(Path, folders):
        if not folder.exists():
            raise InvalidInput.of("there is no such folder", path=str(folder))
        files += scenarios_below(folder).items() if folder.is_dir() else [(folder.stem, folder)]
    return files
