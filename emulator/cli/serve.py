"""`serve`: the emulator as a server, until a signal ends it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from emulator.cli.environment import FILE, environment
from emulator.cli.exits import Exit
from emulator.cli.mail import SMTP_FROM_HELP, SMTP_HELP, mail_server
from emulator.cli.options import Command
from emulator.cli.variables import Choices, filled_text, host_text, port_number, variable_name
from emulator.cli.verb import Verb
from emulator.duration import parse_speed
from emulator.server.settings import PORT, LogFormat, Settings, Written


def _setting(flag: str, help_: str, **attributes: Any) -> Callable[[Command], Command]:
    """An option that has a variable, too; what it says is read here, so that both are told of in the same words."""
    return click.option(flag, help=f"{help_} [{variable_name(flag)}]", **attributes)


@click.command(
    cls=Verb,
    examples=[
        "webhook-emulator serve --scenarios ./scenarios --target http://localhost:3000/webhooks",
        "webhook-emulator serve --port 0 --database journal.db --play entuitive/refused-then-accepted",
        "WEBHOOK_EMULATOR_TOKEN_FILE=/run/secrets/token webhook-emulator serve --host 0.0.0.0",
    ],
)
@_setting("--host", "Listen on this address. Default: 127.0.0.1.", metavar="ADDRESS")
@_setting("--port", f"Listen on this port; 0: any free one. Default: {PORT}.", metavar="N")
@_setting("--scenarios", "Serve the scenario files below this folder, too.", metavar="DIR")
@_setting("--database", "Keep records in this file, and go on with its unfinished runs.", metavar="FILE")
@_setting("--target", "Send there what no scenario and no request has a target for.", metavar="URL")
@_setting("--speed", "The speed of runs for which nothing else says one.", metavar="SPEED")
@_setting("--play", "Play this scenario when ready; may be repeated.", metavar="NAME", multiple=True)
@_setting("--token", "Ask for this bearer token (a file's: WEBHOOK_EMULATOR_TOKEN_FILE).", metavar="TEXT")
@_setting("--allow-host", "Answer under this name, too; may be repeated.", metavar="NAME", multiple=True)
@_setting(
    "--allow-target",
    "Send to this host too, wherever it lies; may be repeated.",
    metavar="HOST",
    multiple=True,
)
@_setting("--allow-public", "Send to public addresses too, not only to private ones.", is_flag=True)
@_setting("--ca-file", "Trust the certificates in this PEM file for HTTPS targets.", metavar="FILE")
@_setting("--insecure", "Do not check the certificates of HTTPS targets.", is_flag=True)
@_setting("--smtp", f"{SMTP_HELP} (a file's: WEBHOOK_EMULATOR_SMTP_FILE).", metavar="URL")
@_setting("--smtp-from", SMTP_FROM_HELP, metavar="ADDRESS")
@click.option(
    "--endpoints",
    metavar="FILE",
    help=f"Register the endpoints in this file; {variable_name('--endpoints')} holds them itself (…_FILE: the path).",
)
@_setting("--log-format", "text or json: the lines on stderr. Default: text.", metavar="FORMAT")
def serve(**given: Any) -> Exit:
    """Serve the HTTP API: start runs, question them, redeliver.

    Prints one line on stdout when it is ready, and its log on stderr. Ctrl-C or SIGTERM ends it in good order.
    """
    gc.disable()  # until the server answers: nothing of what is imported is garbage
    try:
        _serve(given)
    finally:
        gc.enable()
    return Exit.PASSED


def _serve(given: dict[str, Any]) -> None:
    choices = Choices()
    settings = _settings(choices, **given)
    choices.check()
    from emulator.cli.doubts import doubts
    from emulator.cli.loading import told_by_flags
    from emulator.cli.serving import serve_until_stopped

    with told_by_flags(choices.sources):
        found = environment()
        serve_until_stopped(settings, found, doubts(found, _variables()))


def _variables() -> set[str]:
    """Those of all settings, and that of the token's file."""
    options = click.get_current_context().command.params
    names = {variable_name(name) for option in options for name in option.opts}
    return names | {variable_name("--token") + FILE}


def _settings(choices: Choices, **given: Any) -> Settings:
    """What flags and variables come to. Their problems are with `choices`."""
    from emulator.scenario.host import canonical_host
    from emulator.server.admission import check_name, check_token

    def text(name: str, read: Any, default: Any = None) -> Any:
        return choices.text(f"--{name.replace('_', '-')}", given[name], read, default)

    return Settings(
        host=text("host", host_text, "127.0.0.1"),
        port=text("port", port_number, PORT),
        scenarios=text("scenarios", _folder),
        database=text("database", lambda path: Path(filled_text(path))),
        target=text("target", _target),
        speed=text("speed", lambda speed: str(parse_speed(speed))),
        play=choices.texts("--play", given["play"], filled_text),
        token=choices.secret("--token", given["token"], check_token),
        allow_hosts=choices.texts("--allow-host", given["allow_host"], check_name),
        allow_targets=choices.texts("--allow-target", given["allow_target"], canonical_host),
        allow_public=choices.on("--allow-public", given=given["allow_public"]),
        ca_file=text("ca_file", filled_text),
        insecure=choices.on("--insecure", given=given["insecure"]),
        smtp=mail_server(choices, given["smtp"], given["smtp_from"]),
        endpoints=_endpoints(choices, given["endpoints"]),
        log_format=text("log_format", _log_format, "text"),
    )


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise ValueError("expected the path of a folder")
    return Path(text)


def _endpoints(choices: Choices, path: str | None) -> Written | None:
    found = choices.content("--endpoints", path)
    return None if found is None else Written(*found)


def _target(text: str) -> str:
    """A URL, or a template that will be one."""
    from emulator.scenario.target import check_target

    return filled_text(text) if "{{" in text else check_target(text)


def _log_format(text: str) -> LogFormat:
    forms: dict[str, LogFormat] = {"text": "text", "json": "json"}
    if text not in forms:
        raise ValueError("expected text or json")
    return forms[text]
