"""What `validate` does with each file: read it as what it is, and gather its problems instead of stopping at them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from emulator.errors import InvalidInput, Problem
from emulator.provider.load import read_definition
from emulator.scenario.files import read_scenario
from emulator.scenario.load import load_scenario
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides
from emulator.scenario.targets import NO_TARGET, SOMEWHERE
from emulator.shipped import is_profile, resolve, yaml_below
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one file came to. `kind` is scenario or profile; `name` is None for a file that cannot be used.

    `routes` is how many a scenario has.
    """

    path: str
    kind: str
    name: str | None = None
    routes: int = 0
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The form that `validate --json` prints."""
        return {
            "path": self.path,
            "kind": self.kind,
            "name": self.name,
            "routes": self.routes,
            "valid": not self.problems,
            "problems": [_problem_json(problem) for problem in self.problems],
            "warnings": list(self.warnings),
        }


def check_all(paths: Sequence[str], overrides: Overrides, environment: Mapping[str, str]) -> list[Finding]:
    """Check files, and all files below folders, each once. A path without any file to check is a finding, too."""
    files: dict[Path, tuple[Path, str | None]] = {}
    strange: list[Finding] = []
    for path in paths:
        try:
            files |= {file.absolute(): (file, name) for file, name in _files(path)}
        except InvalidInput as error:
            kind = "profile" if path and is_profile(Path(path)) else "scenario"
            strange.append(Finding(path=path, kind=kind, problems=error.problems))
    checked = (_checked(file, name, overrides, environment) for file, name in files.values())
    return [*strange, *_named_once(checked)]


def _files(given: str) -> Iterator[tuple[Path, str | None]]:
    """Files with the names they have by place. Raises InvalidInput where there is none."""
    path = resolve(given)
    if not path.is_dir():
        yield path, None
        return
    try:
        below = list(yaml_below(path))
    except OSError as error:
        raise InvalidInput.of(f"cannot be read: {error.strerror}", path=str(error.filename)) from None
    if not below:
        raise InvalidInput.of("no .yaml or .yml file lies below this folder", path=given)
    for file in below:
        yield file, file.relative_to(path).with_suffix("").as_posix()


def _checked(file: Path, name: str | None, overrides: Overrides, environment: Mapping[str, str]) -> Finding:
    def profile() -> Finding:
        definition = read_definition(read_scenario(file), str(file), name=file.stem)
        return Finding(path=str(file), kind="profile", name=definition.profile.provider)

    def scenario() -> Finding:
        loaded, warnings = _loaded(file, name, overrides, environment)
        return Finding(
            path=str(file),
            kind="scenario",
            name=loaded.name,
            routes=len(loaded.routes),
            warnings=(*warnings, *loaded.warnings),
        )

    return _gathered(file, "profile", profile) if is_profile(file) else _gathered(file, "scenario", scenario)


def _loaded(
    file: Path, name: str | None, overrides: Overrides, environment: Mapping[str, str]
) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario of a file. That its events lack a target is a warning: a server may have endpoints for them."""

    def load(given: Overrides) -> Scenario:
        return load_scenario(file, overrides=given, environment=environment, name=name)

    try:
        return load(overrides), ()
    except InvalidInput as error:
        others = [problem for problem in error.problems if problem.message != NO_TARGET]
        untargeted = [problem for problem in error.problems if problem.message == NO_TARGET]
        if others or not untargeted:
            raise InvalidInput(others) from None
    told = f"{untargeted[0].key}: no target: goes to registered endpoints only, or name one with `target` or --target"
    return load(replace(overrides, fallback_target=SOMEWHERE)), (told,)


def _gathered(file: Path, kind: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except InvalidInput as error:
        return Finding(path=str(file), kind=kind, problems=error.problems)


def _named_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Names must be unique among the files of a kind: a second bearer has a problem."""
    bearers: dict[tuple[str, str], str] = {}
    for finding in findings:
        if finding.name is None:
            yield finding
            continue
        bearer = bearers.setdefault((finding.kind, finding.name), finding.path)
        if bearer == finding.path:
            yield finding
            continue
        key = "name" if finding.kind == "scenario" else "provider"
        message = f"the name {finding.name!r} is taken by {bearer}"
        yield replace(finding, problems=(Problem(path=finding.path, key=key, message=message),))


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "key": problem.key,
        "message": problem.message,
    }
