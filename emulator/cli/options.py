"""Options that several verbs share, so that one flag means one thing everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from emulator.provider.profile import Profile

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])


def parsed(parse: Callable[[str], T]) -> Callable[[str], T]:
    """The type of an option whose text `parse` understands. Its ValueError says what was expected."""

    def convert(text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise click.BadParameter(f"{error}, found {text[:60]!r}") from None

    return convert


def provider_option(command: Command) -> Command:
    """`--provider`, which must be given."""
    told = "A built-in provider, or one that providers/NAME.yaml here or in a folder above describes."
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
    from emulator.provider.registry import find_profile

    return find_profile(name, Path.cwd())
