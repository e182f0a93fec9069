"""`validate`: are these files right? Nothing is sent."""

from __future__ import annotations

from typing import Any

import click

from emulator.cli.checking import Finding, check_all
from emulator.cli.environment import environment
from emulator.cli.exits import Exit
from emulator.cli.loading import overrides, scenario_options
from emulator.cli.options import json_option
from emulator.cli.output import note, put, put_json
from emulator.cli.verb import Verb
from emulator.errors import on_one_line


@click.command(
    cls=Verb,
    examples=[
        "webhook-emulator validate scenarios",
        "webhook-emulator validate outage.yaml --target http://localhost:3000/webhooks",
    ],
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@scenario_options
@click.option("--quiet", "-q", is_flag=True, help="Print problems only.")
@json_option("Print a JSON object with all files and their problems.")
def validate(*, paths: tuple[str, ...], quiet: bool, as_json: bool, **given: Any) -> Exit:
    """Check scenario files and profiles without sending anything.

    Takes files, folders with all below them, and the names of shipped scenarios. Files in folders called providers are
    profiles. Values that you will give to play, such as --target, can be given here as well: an undefined ${VAR} is an
    error unless its key is given.
    """
    findings = check_all(paths, overrides(**given), environment())
    if as_json:
        put_json({"valid": not _wrong(findings), "files": [finding.to_json() for finding in findings]})
    else:
        _show(findings, quiet=quiet)
    return Exit.WRONG if _wrong(findings) else Exit.PASSED


def _wrong(findings: list[Finding]) -> int:
    return sum(bool(finding.problems) for finding in findings)


def _routes(finding: Finding) -> str:
    count = finding.routes
    return f", {count} {'route' if count == 1 else 'routes'}" if count else ""


def _show(findings: list[Finding], *, quiet: bool) -> None:
    """A line for each file that is right, a line for each problem; what two files share is told once."""
    told = set[str]()
    for finding in findings:
        if not finding.problems and not quiet:
            put(on_one_line(f"ok  {finding.path}  ({finding.kind} {finding.name}{_routes(finding)})"))
        for warning in () if quiet else finding.warnings:
            note(on_one_line(f"{finding.path}: warning: {warning}"))
        for line in map(str, finding.problems):
            if line not in told:
                note(line)
                told.add(line)
    wrong = _wrong(findings)
    if wrong:
        note(f"{wrong} of {len(findings)} {'file is' if len(findings) == 1 else 'files are'} wrong")
