"""`check`: is a webhook endpoint correct?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emulator.cli.engine import Sending, open_emulator, run_to_end, sending_options
from emulator.cli.environment import secret_for
from emulator.cli.exits import Exit
from emulator.cli.loading import told_by_flags
from emulator.cli.options import check_text, provider_option, secret_option
from emulator.cli.output import note, put, put_json, table
from emulator.cli.provider import provider_files
from emulator.cli.verb import Verb
from emulator.errors import InvalidInput
from emulator.scenario.overrides import Overrides
from emulator.scenario.target import without_credentials

if TYPE_CHECKING:
    from emulator.check.finding import Finding
    from emulator.check.probe import Probe, Subject
    from emulator.check.result import Result
    from emulator.scenario.model import Scenario

FORMATS = ("table", "json", "junit", "html", "sarif")
_FLAGS = {"target": "--target", "secret": "--secret", "provider": "--provider", "events[0].type": "--type"}


@click.command(
    cls=Verb,
    examples=[
        "webhook-emulator check -p entuitive --target http://localhost:3000/webhooks --secret demo-secret",
        "webhook-emulator check -p compliancely -t http://localhost:3000 -s demo-secret --only raw-bytes,duplicate",
        "webhook-emulator check -p entuitive --show signature-wrong > signature-wrong.yaml",
    ],
)
@provider_option
@click.option("--target", "-t", metavar="URL", help="The endpoint.")
@secret_option
@click.option(
    "--type",
    "-T",
    "type_",
    metavar="TYPE",
    help="The event type that is sent. Default: the first of the catalog.",
)
@click.option("--only", multiple=True, metavar="ID,…", help="Ask these probes alone.")
@click.option("--skip", multiple=True, metavar="ID,…", help="Leave these probes out.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="What is printed.",
)
@click.option("--show", metavar="ID", help="Print the scenario of a probe as YAML, and send nothing.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@sending_options
def check(
    *,
    provider: str,
    target: str | None,
    secret: str | None,
    type_: str | None,
    only: Sequence[str],
    skip: Sequence[str],
    format_: str,
    show: str | None,
    dry_run: bool,
    sending: Sending,
) -> Exit:
    """Ask an endpoint whether it takes what the provider sends and refuses what it does not.

    The probes send webhooks, good ones and forged ones, as their type says; nothing else is done to the application.
    What they send is told before. Exits with 1 when a probe fails that is an error, with 3 when nothing can be asked.
    """
    from emulator.check.probe import Subject
    from emulator.provider.load import read_definition
    from emulator.provider.registry import find_profile

    check_text("--target", target)
    check_text("--type", type_)
    name, files = provider_files(provider)
    profile = (
        read_definition(next(iter(files.values())), provider).profile
        if files
        else find_profile(name, Path.cwd())
    )
    secret = secret_for(name, secret)
    subject = Subject.of(profile, secret, type_)
    if show is not None:
        put(_yaml(_named([show], "--show")[0], subject))
        return Exit.PASSED
    probes = _chosen(only, skip)
    if dry_run:
        put(table([("PROBE", "SENDS"), *((probe.id, probe.sends) for probe in probes)]))
        return Exit.PASSED
    if target is None:
        raise click.UsageError("Missing option '--target' / '-t'.")
    with told_by_flags(_FLAGS):
        laid_on = Overrides(target=target, secret=secret, labels={})
        asked = [(probe, _scenario(probe, subject, laid_on, files)) for probe in probes]
    result = run_to_end(_check(asked, subject, sending, target=target, told=format_ == "table"))
    _print(result, format_)
    if not result.asked or not (result.wrong or result.whole):
        return Exit.INCOMPLETE
    return Exit.FAILED if result.wrong else Exit.PASSED


def _scenario(probe: Probe, subject: Subject, laid_on: Overrides, files: dict[str, bytes]) -> Scenario | str:
    from emulator.check.checking import scenario_of

    return probe.unfit(subject) or scenario_of(probe, subject, laid_on, files, Path.cwd())


async def _check(
    asked: Sequence[tuple[Probe, Scenario | str]],
    subject: Subject,
    sending: Sending,
    *,
    target: str,
    told: bool,
) -> Result:
    from emulator.check.checking import check as findings
    from emulator.check.result import Result
    from emulator.check.told.table import line

    target = without_credentials(target)
    note(f"{len(asked)} probes send webhooks of {subject.profile.provider} to {target}, some of them forged")
    found: list[Finding] = []
    async with open_emulator(sending) as emulator:
        started = time.time_ns() // 1_000
        async for finding in findings(emulator, asked):
            found.append(finding)
            if told:
                put(line(finding))
    return Result(
        provider=subject.profile.provider,
        target=target,
        type=subject.type,
        started_wall=started,
        findings=tuple(found),
    )


def _print(result: Result, format_: str) -> None:
    match format_:
        case "table":
            from emulator.check.told.table import closing

            for each in closing(result):
                put(each)
        case "json":
            from emulator.check.told.document import document

            put_json(document(result))
        case _:
            raise NotImplementedError(format_)


def _chosen(only: Sequence[str], skip: Sequence[str]) -> list[Probe]:
    from emulator.check.probes import PROBES

    wanted = {probe.id for probe in (_named(only, "--only") if only else PROBES)}
    left_out = {probe.id for probe in _named(skip, "--skip")}
    chosen = [probe for probe in PROBES if probe.id in wanted - left_out]
    if not chosen:
        raise InvalidInput.of("every probe that --only names is left out", key="--skip")
    return chosen


def _named(given: Sequence[str], flag: str) -> list[Probe]:
    from emulator.check.probes import PROBES
    from emulator.document.place import nearest

    known = {probe.id: probe for probe in PROBES}
    ids = [id.strip() for each in given for id in each.split(",")]
    for id in ids:
        if id not in known:
            raise InvalidInput.of(f"there is no probe {id[:60]!r}{nearest(id, known)}", key=flag)
    return [known[id] for id in ids]


def _yaml(probe: Probe, subject: Subject) -> str:
    import yaml

    unfit = probe.unfit(subject)
    lines = [f"# {probe.title}.", *([f"# Not asked of this provider: {unfit}."] if unfit else [])]
    scenario: Any = yaml.safe_dump(probe.scenario(subject), sort_keys=False, allow_unicode=True, width=100)
    return "\n".join([*lines, scenario.rstrip()])
