"""`send`: one event, without a scenario file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from emulator.cli.engine import Sending, sending_options
from emulator.cli.environment import environment
from emulator.cli.exits import Exit
from emulator.cli.loading import tell_own_providers, told_by_flags, warn
from emulator.cli.options import check_text, json_option, provider_option, secret_option
from emulator.cli.play import Telling, play_all
from emulator.cli.provider import provider_files
from emulator.cli.verb import Verb
from emulator.document import from_json
from emulator.errors import InvalidInput
from emulator.scenario.load import load_text
from emulator.scenario.overrides import UNSET, Overrides

_FLAGS = {
    "events[0].type": "--type",
    "events[0].data": "--data",
    "events[0].payload": "--payload",
    "events[0].body": "--body",
    "events[0]": "--type",
    "provider": "--provider",
    "target": "--target",
    "secret": "--secret",
    "speed": "--speed",
    "seed": "--seed",
}


@click.command(
    cls=Verb,
    examples=[
        "webhook-emulator send -p entuitive --type user.created --secret demo-secret --target http://localhost:3000",
        "webhook-emulator send -p compliancely --type tin_match --data '{\"irs_code\": 3}' --target http://localhost:3000",
    ],
)
@provider_option
@click.option(
    "--type", "-T", "type_", metavar="TYPE", help="The event's type; its sample in the catalog is the data."
)
@click.option("--data", "-d", metavar="JSON", help="Data that is merged over the sample.")
@click.option("--payload", metavar="JSON", help="The whole body as JSON, without the provider's envelope.")
@click.option("--body", metavar="TEXT", help="The whole body as exact text.")
@click.option("--target", "-t", required=True, metavar="URL", help="Where to send it.")
@secret_option
@click.option(
    "--speed",
    default="instant",
    show_default=True,
    metavar="SPEED",
    help="How emulated time passes for retries.",
)
@click.option("--seed", metavar="N", help="Make fake data and ids those of this seed.")
@json_option("Print the run with all its records as one JSON object.")
@click.option("--quiet", "-q", is_flag=True, help="Show no progress.")
@sending_options
def send(
    provider: str,
    type_: str | None,
    *,
    as_json: bool,
    quiet: bool,
    sending: Sending,
    data: str | None,
    payload: str | None,
    body: str | None,
    **given: Any,
) -> Exit:
    """Send one event, with the provider's signature and, if it is refused, its retries.

    Exits with 0 when it was delivered, with 1 when it was not.
    """
    told = {"--type": type_, "--data": data, "--payload": payload, "--body": body}
    told |= {f"--{name}": given[name] for name in ("target", "speed", "seed")}
    for flag, text in told.items():
        check_text(flag, text)
    event: dict[str, Any] = {"name": "event"} | ({} if type_ is None else {"type": type_})
    event |= {"data": _json("--data", data)} if data is not None else {}
    event |= {"payload": _json("--payload", payload)} if payload is not None else {}
    event |= {"body": body} if body is not None else {}
    secret = given.pop("secret")
    laid_on = Overrides(**given, secret=UNSET if secret is None else secret, labels={})
    provider, files = provider_files(provider)
    source = {"version": 1, "name": "send", "provider": provider, "events": [event]}
    with told_by_flags(_FLAGS):
        scenario = load_text(source, files, overrides=laid_on, environment=environment(), near=Path.cwd())
    warn([scenario], laid_on)
    if not files:
        tell_own_providers([scenario])
    return play_all([scenario], sending, Telling(as_json=as_json, quiet=quiet))


def _json(flag: str, given: str) -> Any:
    try:
        value = json.loads(given, parse_constant=_refuse)
        from_json(value)
    except (ValueError, RecursionError, InvalidInput) as error:
        raise InvalidInput.of(f"expected JSON: {error}", key=flag) from None
    return value


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")
