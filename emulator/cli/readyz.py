"""`readyz`: is a server ready? For the health checks of containers, which run it again and again: so it is light."""

from __future__ import annotations

import threading
import time

import click

from emulator.cli.exits import Exit
from emulator.cli.output import note, put
from emulator.cli.variables import Choices, host_text, port_number, variable_name
from emulator.cli.verb import Verb
from emulator.duration import SECOND, parse_duration
from emulator.errors import on_one_line
from emulator.server.settings import PORT

_PAUSE_S = 0.05
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing listens here


@click.command(
    cls=Verb, examples=["webhook-emulator readyz", "webhook-emulator readyz --wait --timeout 1m --port 8080"]
)
@click.option(
    "--host",
    metavar="ADDRESS",
    help=f"Where the server listens. Default: 127.0.0.1. [{variable_name('--host')}]",
)
@click.option("--port", metavar="N", help=f"On which port. Default: {PORT}. [{variable_name('--port')}]")
@click.option("--wait", is_flag=True, help="Wait until it is ready.")
@click.option(
    "--timeout",
    default="30s",
    show_default=True,
    metavar="DURATION",
    help="Wait so long.",
)
def readyz(*, host: str | None, port: str | None, wait: bool, timeout: str) -> Exit:
    """Ask a running server whether it is ready.

    Exits with 0 when it is, with 1 when it is not, and says why on stderr.
    """
    choices = Choices()
    address = choices.text("--host", host, host_text, "127.0.0.1")
    number = choices.text("--port", port, port_number, PORT)
    longest_us = choices.flag("--timeout", timeout, parse_duration, 0)
    choices.check()
    reason = _asked(_WILDCARDS.get(address, address), number, longest_us if wait else 0)
    if reason is not None:
        note(on_one_line(f"not ready: {reason}"))
        return Exit.FAILED
    put("ready")
    return Exit.PASSED


def _asked(host: str, port: int, wait_us: int) -> str | None:
    """Ask once, or until the time is over; why the server is not ready, or None."""
    from emulator.cli.asking import ask

    pause = threading.Event()
    end = time.monotonic() + wait_us / SECOND
    while (reason := ask(host, port)) is not None and time.monotonic() + _PAUSE_S < end:
        pause.wait(_PAUSE_S)
    return reason
