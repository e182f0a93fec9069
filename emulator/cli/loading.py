"""From the command line to scenarios: the options that override files, and the loading of all before any is played."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from emulator.cli.environment import environment
from emulator.cli.options import check_text
from emulator.cli.output import note
from emulator.errors import InvalidInput, Problem, on_one_line
from emulator.provider.registry import BUILT_IN, find_definition
from emulator.scenario.load import load_scenario
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import UNSET, Overrides
from emulator.shipped import resolve, scenarios_below

_FLAGS = {
    "target": "--target",
    "secret": "--secret",
    "speed": "--speed",
    "seed": "--seed",
    "variables": "--set",
}

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
    labels: Mapping[str, str] | None = None,
) -> Overrides:
    """What the flags say. Raises InvalidInput for a `--set` without `=`, and for what is no text."""
    for flag, texts in (
        ("--target", target),
        ("--speed", [speed]),
        ("--seed", [seed]),
        ("--set", assignments),
    ):
        check_text(flag, *texts)
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
        labels=labels,
    )


def load_all(names: Sequence[str], given: Overrides) -> list[Scenario]:
    """The scenarios of files, of all files below folders, or of shipped ones named so.

    Raises InvalidInput with the problems of all files.
    """
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for name in names:
        try:
            for path in _paths(name):
                with told_by_flags(_FLAGS):
                    scenarios.append(load_scenario(path, overrides=given, environment=environment()))
        except InvalidInput as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise InvalidInput(problems)
    return scenarios


def _paths(name: str) -> list[Path]:
    path = resolve(name)
    if not path.is_dir():
        return [path]
    below = list(scenarios_below(path).values())
    if not below:
        raise InvalidInput.of("there is no scenario file in this folder", path=name)
    return below


@contextmanager
def told_by_flags(flags: Mapping[str, str]) -> Iterator[None]:
    """Let problems of what stands in no file name the flag that gave it, instead of a key that nobody wrote."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(_by_flag(problem, flags) for problem in error.problems) from None


def _by_flag(problem: Problem, flags: Mapping[str, str]) -> Problem:
    if problem.line is not None:
        return problem
    for key, flag in flags.items():
        if problem.key == key or problem.key.startswith((f"{key}.", f"{key}[")):
            return replace(problem, key=flag, path=None)
    return problem


def warn(scenarios: Sequence[Scenario], given: Overrides) -> None:
    """Tell what is allowed and probably not meant."""
    for scenario in scenarios:
        for warning in scenario.warnings:
            note(on_one_line(f"warning: {scenario.name}: {warning}"))
        if given.target is not None and not _uses(scenario, given.target):
            told = "--target is not used, since every event has a target of its own"
            note(on_one_line(f"warning: {scenario.name}: {told}"))


def tell_own_providers(scenarios: Iterable[Scenario]) -> None:
    """Tell, once, which files take the place of built-in providers: that may be long forgotten, or an accident."""
    seen = {
        (event.profile.provider, Path.cwd() if scenario.path is None else Path(scenario.path).parent)
        for scenario in scenarios
        for event in scenario.events
        if event.profile.provider in BUILT_IN
    }
    found = {(find_definition(provider, near).path, provider) for provider, near in seen}
    for file, provider in sorted((file, provider) for file, provider in found if file is not None):
        note(on_one_line(f"{file} is used instead of the built-in {provider}"))


def _uses(scenario: Scenario, target: str | Sequence[str]) -> bool:
    wanted = [target] if isinstance(target, str) else list(target)
    return any([each.source for each in event.targets] == wanted for event in scenario.events)
