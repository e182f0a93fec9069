"""`check`: is a webhook endpoint correct?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emulator.cli.engine import Sending, open_emulator, reaching_options, run_to_end
from emulator.cli.environment import secret_for
from emulator.cli.exits import Exit
from emulator.cli.loading import told_by_flags
from emulator.cli.options import check_text, profile_named, provider_option, secret_option
from emulator.cli.output import note, page_width, put, put_json, table
from emulator.cli.play import forget_cancelling
from emulator.cli.progress import shown
from emulator.cli.provider import provider_files
from emulator.cli.verb import Verb
from emulator.document.shape import counted
from emulator.emulator import Run
from emulator.errors import InvalidInput
from emulator.scenario.overrides import Overrides
from emulator.scenario.secret import environment_name
from emulator.scenario.target import without_credentials

if TYPE_CHECKING:
    from emulator.check.finding import Finding
    from emulator.check.probe import Probe, Subject
    from emulator.check.result import Result
    from emulator.scenario.model import Scenario

FORMATS = ("table", "json", "junit", "html", "sarif")
_NOWHERE = "http://localhost/"
"""The target of a check that sends nothing."""

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
    help="Send this event type alone. Default: the first of the catalog, and each of them once.",
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
@reaching_options
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
    What they send is told before. Exits with 1 when a probe fails that is an error, with 3 when nothing can be asked,
    the check is cut short, or the provider signs and no secret is known.
    """
    from emulator.check.probe import Subject

    check_text("--target", target)
    check_text("--type", type_)
    name, files = provider_files(provider)
    secret = secret_for(name, secret)
    subject = Subject.of(profile_named(provider), secret, type_)
    if show is not None:
        put(_yaml(_named([show], "--show")[0], subject))
        return Exit.PASSED
    probes = _chosen(only, skip)
    if target is None and not dry_run:
        raise click.UsageError("Missing option '--target' / '-t'.")
    with told_by_flags(_FLAGS):
        laid_on = Overrides(target=target or _NOWHERE, secret=secret, labels={})
        asked = [(probe, _scenario(probe, subject, laid_on, files)) for probe in probes]
    _warn(subject, probes)
    if dry_run:
        put(_plan(asked))
        return Exit.PASSED
    result, interrupted = run_to_end(_check(asked, subject, sending, target=str(target), format_=format_))
    _put(result, format_)
    if interrupted:
        return Exit.INTERRUPTED
    if not result.asked or not (result.wrong or result.whole):
        return Exit.INCOMPLETE
    return Exit.FAILED if result.wrong else Exit.PASSED


def _scenario(probe: Probe, subject: Subject, laid_on: Overrides, files: dict[str, bytes]) -> Scenario | str:
    from emulator.check.checking import scenario_of

    return probe.unfit(subject) or scenario_of(probe, subject, laid_on, files, Path.cwd())


def _warn(subject: Subject, probes: Sequence[Probe]) -> None:
    """Nobody is to take a check without the secret for one of the signature."""
    from emulator.check.probe import only_signed

    if subject.profile.signature is None or subject.signed:
        return
    left_out = sum(probe.unfit(subject) == only_signed(subject) for probe in probes)
    if left_out:
        variable = environment_name(subject.profile.provider)
        told = f"{counted(left_out, 'probe')} cannot be asked, and there is no grade"
        note(f"warning: without a secret nothing is signed: {told}; give --secret or {variable}")


def _plan(asked: Sequence[tuple[Probe, Scenario | str]]) -> str:
    from emulator.check.sends import sends

    rows = [("PROBE", "WEBHOOKS", "FORGED", "SENDS")]
    for probe, scenario in asked:
        if isinstance(scenario, str):
            rows.append((probe.id, "-", "-", f"not asked: {scenario}"))
        else:
            count = sends([scenario])
            rows.append((probe.id, str(count.webhooks), str(count.forged), probe.sends))
    count = sends(_playable(asked))
    rows.append(("in all", str(count.webhooks), str(count.forged), "at most"))
    return table(rows, width=page_width())


def _playable(asked: Sequence[tuple[Probe, Scenario | str]]) -> list[Scenario]:
    return [scenario for _, scenario in asked if not isinstance(scenario, str)]


async def _check(
    asked: Sequence[tuple[Probe, Scenario | str]],
    subject: Subject,
    sending: Sending,
    *,
    target: str,
    format_: str,
) -> tuple[Result, bool]:
    """What was found, and whether a signal cut it short."""
    from emulator.check.checking import check as findings
    from emulator.check.finding import cut_short
    from emulator.check.result import Result
    from emulator.check.sends import sends
    from emulator.check.told.table import lines

    target = without_credentials(target)
    playable = _playable(asked)
    count = counted(len(playable), "probe")
    note(f"{count}: {sends(playable)}, as {subject.profile.provider} to {target}")
    found: list[Finding] = []
    interrupted = False
    started = time.time_ns() // 1_000
    async with open_emulator(sending) as emulator:
        try:
            async for finding in findings(emulator, asked, watch=_watched):
                found.append(finding)
                for line in lines(finding, page_width()) if format_ == "table" else ():
                    put(line)
        except asyncio.CancelledError:
            forget_cancelling()
            interrupted = True
            found += [cut_short(probe, "interrupted") for probe, _ in asked[len(found) :]]
    result = Result(
        provider=subject.profile.provider,
        target=target,
        type=subject.type,
        started_wall=started,
        findings=tuple(found),
    )
    return result, interrupted


def _watched(probe: Probe, run: Run) -> AbstractAsyncContextManager[None]:
    return shown(run, quiet=False, label=f"{probe.id}: ")


def _put(result: Result, format_: str) -> None:
    """Print a check; its lines have been printed already where it is for people."""
    match format_:
        case "json":
            from emulator.check.told.document import document

            put_json(document(result))
        case "junit":
            from emulator.check.told.junit import junit

            put(junit(result))
        case "html":
            from emulator.check.told.html import page

            put(page(result))
        case "sarif":
            from emulator.check.told.sarif import sarif

            put_json(sarif(result))
        case _:
            from emulator.check.told.table import closing

            for line in closing(result, page_width()):
                put(line)


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
            if not id:
                raise InvalidInput.of("expected probes such as valid,duplicate, found an empty one", key=flag)
            raise InvalidInput.of(f"there is no probe {id[:60]!r}{nearest(id, known)}", key=flag)
    return [known[id] for id in ids]


def _yaml(probe: Probe, subject: Subject) -> str:
    """Its scenario as a file, whose target and secret `play` is to be given."""
    import yaml

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    unfit = probe.unfit(subject)
    lines = [f"# {probe.title}.", *([f"# Not asked as things stand: {unfit}."] if unfit else [])]
    scenario: str = yaml.dump(
        probe.scenario(subject), Dumper=Plain, sort_keys=False, allow_unicode=True, width=100
    )
    return "\n".join([*lines, scenario.rstrip()])
