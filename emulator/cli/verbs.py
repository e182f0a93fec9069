"""The verbs in the order of `--help`, each with its one line.

A verb lives in the file of its name, as a click command of that name. It is imported when it is used and not before,
so that help and the light verbs start fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from emulator.cli.verb import VerbGroup

VERBS = {
    "play": "Play scenario files to your endpoint, and judge what comes back.",
    "send": "Send one event, with its signature and retries.",
    "check": "Ask an endpoint whether it takes and refuses what it should.",
    "serve": "Serve the HTTP API: start runs, question them, redeliver.",
    "readyz": "Ask a running server whether it is ready.",
    "listen": "Receive webhooks: check signatures, answer as told.",
    "validate": "Check scenario files and profiles without sending anything.",
    "scenarios": "List the shipped scenarios and your own; show one.",
    "providers": "List the providers; show one with all that is assumed about it.",
    "sign": "Sign a body as a provider does, or check a signature.",
    "schema": "Print the JSON Schema of scenario files or profiles.",
}


class Verbs(VerbGroup):
    """A group that knows its commands by the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: Any = getattr(import_module(f"emulator.cli.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))
