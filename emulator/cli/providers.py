"""`providers`: those that can be emulated, and one of them in full."""

from __future__ import annotations

from pathlib import Path

import click

from emulator.cli.options import json_option, profile_named
from emulator.cli.output import page_width, put, put_json, table
from emulator.cli.portrait import offsets, portrait
from emulator.cli.profile_json import profile_json, summary_json
from emulator.cli.verb import Verb, VerbGroup
from emulator.duration import plain_seconds
from emulator.provider.profile import Profile
from emulator.provider.registry import list_definitions

_HEADINGS = ("NAME", "TITLE", "SIGNATURE HEADER", "ATTEMPTS", "AT", "ACCEPTED", "TIME-OUT")


@click.group(
    cls=VerbGroup,
    invoke_without_command=True,
    examples=["webhook-emulator providers", "webhook-emulator providers show entuitive"],
)
@json_option("Print a JSON list.")
@click.pass_context
def providers(context: click.Context, *, as_json: bool) -> None:
    """List the providers; show one with all that is assumed about it.

    The built-in ones, and those that files in providers/ here or in a folder above describe.
    """
    if context.invoked_subcommand is not None:
        return
    profiles = [definition.profile for definition in list_definitions(Path.cwd())]
    if as_json:
        put_json([summary_json(profile) for profile in profiles])
    else:
        put(table([_HEADINGS, *map(_row, profiles)]))


@providers.command(cls=Verb, examples=["webhook-emulator providers show compliancely"])
@click.argument("name")
@json_option("Print a JSON object.")
def show(*, name: str, as_json: bool) -> None:
    """Show everything about one provider.

    Each assumption comes with the line that sends the other reading, for a scenario or one of its events.
    """
    profile = profile_named(name)
    if as_json:
        put_json(profile_json(profile))
    else:
        put(portrait(profile, page_width()))


def _row(profile: Profile) -> tuple[str, ...]:
    return (
        profile.provider,
        profile.title,
        profile.signature.header if profile.signature else "unsigned",
        str(profile.attempts),
        ", ".join(map(plain_seconds, offsets(profile.retry))) + " s",
        profile.accept.text,
        plain_seconds(profile.timeout_us) + " s",
    )
