"""From the command line to scenarios: the options that override files, and the loading of all before any is played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from emulator.cli.environment import environment
from emulator.errors import InvalidInput, Problem
from emulator.scenario.load import load_scenario
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import UNSET, Overrides
from emulator.shipped import resolve

Command = TypeVar("Command", bound=Callable[..., Any])


def scenario_options(command: Command) -> Command:
    """The flags of `Overrides`; `overrides` takes them."""
    for option in (
        click.option(
            "--set", "assignments", multiple=True, metavar="NAME=VALUE", help="Give a variable another value."
        ),
        click.option("--seed", metavar="N", help="Make fake data and ids those of this seed."),
        click.option("--speed", metavar="SPEED", help="real, instant, manual, or a factor such as 60x."),
        click.option("--secret", "-s", metavar="TEXT", help="Sign with this secret, whatever the provider."),
        click.option(
            "--target", "-t", multiple=True, metavar="URL", help="Send to this URL; may be repeated."
        ),
    ):
        command = option(command)
    return command


def overrides(
    *,
    target: Sequence[str],
    secret: str | None,
    speed: str | None,
    seed: str | None,
    assignments: Sequence[str],
) -> Overrides:
    """What the flags say. Raises InvalidInput for a `--set` without `=`."""
    variables = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise InvalidInput.of(f"expected NAME=VALUE, found {assignment!r}", key="--set")
        variables[name] = value
    return Overrides(
        target=tuple(target) or None,
        secret=UNSET if secret is None else secret,
        speed=speed,
        seed=seed,
        variables=variables,
    )


def load_all(names: Sequence[str], given: Overrides) -> list[Scenario]:
    """The scenarios of files, or of shipped ones named so. Raises InvalidInput with the problems of all files."""
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for name in names:
        try:
            scenarios.append(_load(name, given))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return scenarios


def _load(name: str, given: Overrides) -> Scenario:
    path: Path = resolve(name)
    return load_scenario(path, overrides=given, environment=environment())
