"""The provider that a flag names, for verbs that make a scenario of their own."""

from __future__ import annotations

from emulator.cli.options import profile_file
from emulator.provider.load import read_definition
from emulator.provider.registry import FOLDER
from emulator.scenario.files import read_scenario


def provider_files(given: str) -> tuple[str, dict[str, bytes]]:
    """The provider's name, with its profile if that was given by its path."""
    file = profile_file(given)
    if file is None:
        return given, {}
    data = read_scenario(file)
    name = read_definition(data, given).profile.provider
    return name, {f"{FOLDER}/{name}.yaml": data}
