"""`schema`: the JSON Schema of the files that users write."""

from __future__ import annotations

from typing import Any

import click

from emulator.cli.output import put_json
from emulator.cli.verb import Verb
from emulator.provider.form import FILE
from emulator.scenario.form import scenario_shape

_DRAFT = "http://json-schema.org/draft-07/schema#"


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
    put_json(_profile() if profile else _scenario())


def _scenario() -> dict[str, Any]:
    return {"$schema": _DRAFT, "title": "A scenario of webhook-emulator", **scenario_shape().schema}


def _profile() -> dict[str, Any]:
    return {"$schema": _DRAFT, "title": "A provider's profile for webhook-emulator", **FILE.schema}
