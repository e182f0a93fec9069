"""Options that several verbs share, so that one flag means one thing everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from emulator.document.tree import half_surrogate
from emulator.errors import InvalidInput
from emulator.provider.profile import Profile

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])


def parsed(parse: Callable[[str], T]) -> Callable[[str], T]:
    """The type of an option whose text `parse` understands. Its ValueError says what was expected, and may say of
    which part; else the whole text is told as found.
    """

    def convert(text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            found = "" if ", found " in str(error) else f", found {text[:60]!r}"
            raise click.BadParameter(f"{error}{found}") from None

    return convert


def filled(text: str) -> str:
    """The type of an option whose empty text is never meant: it comes of a variable that is not set."""
    if not text:
        raise click.BadParameter("found empty text")
    return text


def check_text(flag: str, *texts: str | None) -> None:
    """Raise InvalidInput, naming the flag, for what is no text: the arguments of a process may be any bytes."""
    if any(text is not None and half_surrogate(text) for text in texts):
        raise InvalidInput.of("expected text in UTF-8, found other bytes", key=flag)


def provider_option(command: Command) -> Command:
    """`--provider`, which must be given."""
    told = "A built-in provider, one that providers/NAME.yaml here or in a folder above describes, or a profile's path."
    return click.option("--provider", "-p", required=True, metavar="NAME", help=told)(command)


def secret_option(command: Command) -> Command:
    """`--secret`, which the environment can give as well."""
    told = "The secret. Default: WEBHOOK_EMULATOR_SECRET_<PROVIDER>, or the file that …_FILE names."
    return click.option("--secret", "-s", metavar="TEXT", help=told)(command)


def json_option(told: str) -> Callable[[Command], Command]:
    """`--json`, with what it prints."""
    return click.option("--json", "as_json", is_flag=True, help=told)


def profile_named(name: str) -> Profile:
    """The profile of the provider that a flag names, as seen from the current folder. Raises InvalidInput."""
    from emulator.provider.load import read_definition
    from emulator.provider.registry import find_profile
    from emulator.scenario.files import read_scenario

    file = profile_file(name)
    if file is None:
        return find_profile(name, Path.cwd())
    return read_definition(read_scenario(file), name).profile


def profile_file(name: str) -> Path | None:
    """The file of a profile, wherever it lies, if what a flag names looks like a path; None for a provider's name."""
    from emulator.provider.registry import SUFFIXES

    return Path(name) if "/" in name or os.sep in name or name.endswith(SUFFIXES) else None
