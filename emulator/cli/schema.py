"""`schema`: the JSON Schema of the files that users write."""

from __future__ import annotations

import click

from emulator.cli.output import put_json
from emulator.cli.verb import Verb
from emulator.scenario.schema import profile_schema, scenario_schema


@click.command(
    cls=Verb,
    examples=[
        "webhook-emulator schema > scenario.schema.json",
        "webhook-emulator schema --profile > profile.schema.json",
    ],
)
@click.option("--profile", is_flag=True, help="Print that of profiles, the files in providers/.")
def schema(*, profile: bool) -> None:
    """Print the JSON Schema of scenario files or profiles.

    It is of draft 7, which editors understand: let the first line of a file be
    "# yaml-language-server: $schema=scenario.schema.json".
    """
    put_json(profile_schema() if profile else scenario_schema())
