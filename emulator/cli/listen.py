"""`listen`: a receiver that stands in for the application, and tells what comes."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from emulator.cli.environment import secret_for
from emulator.cli.exits import Exit
from emulator.cli.options import filled, json_option, parsed, profile_named, provider_option, secret_option
from emulator.cli.output import note, put, put_json
from emulator.cli.verb import Verb
from emulator.duration import SECOND, parse_duration
from emulator.receiver import Answer, Received, Replies, parse_answer, parse_answers
from emulator.scenario.secret import environment_name


@click.command(
    cls=Verb,
    examples=[
        "webhook-emulator listen --provider entuitive --secret demo-secret",
        "webhook-emulator listen -p entuitive -s demo-secret --respond 503,503,200 --each",
        "webhook-emulator listen -p compliancely -s demo-secret --respond timeout,reset,slow:2s,200",
    ],
)
@provider_option
@secret_option
@click.option(
    "--respond",
    "answers",
    type=parsed(parse_answers),
    metavar="ANSWERS",
    help="What the first webhook, the second, … gets; the last answer repeats. Statuses, timeout (no answer at all), "
    "reset, redirect, slow:DURATION (200 after so long). Default: an answer that is accepted.",
)
@click.option(
    "--each",
    is_flag=True,
    help="Let every webhook, known by its bytes or its id, go through the answers for itself.",
)
@click.option(
    "--delay",
    type=parsed(parse_duration),
    default="0s",
    metavar="DURATION",
    help="Wait so long before every answer.",
)
@click.option(
    "--invalid",
    type=parsed(parse_answer),
    default="401",
    show_default=True,
    metavar="ANSWER",
    help="What a webhook gets whose signature does not fit.",
)
@click.option(
    "--host",
    type=filled,
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Listen on this address.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=3000,
    show_default=True,
    metavar="N",
    help="Listen on this port; 0: any free one.",
)
@json_option("Print each webhook whole, as one JSON object a line.")
def listen(
    *,
    provider: str,
    secret: str | None,
    answers: tuple[Answer, ...] | None,
    each: bool,
    delay: int,
    invalid: Answer,
    host: str,
    port: int,
    as_json: bool,
) -> Exit:
    """Receive webhooks: check signatures, answer as told.

    Listens on every path, checks the signature over the exact bytes, and prints a line for each webhook: when, where,
    its type, whether the signature fits, and the answer. Ctrl-C ends it.
    """
    profile = profile_named(provider)
    key = secret_for(profile.provider, secret)
    if key is None and profile.signature is not None:
        note(
            f"no secret, so no signature is checked; give --secret, or set {environment_name(profile.provider)}"
        )
    from emulator.cli.listening import listen_until_stopped

    def show(received: Received) -> None:
        if as_json:
            put_json(received.to_json(), line=True)
        else:
            put(line(received))

    listen_until_stopped(profile, key, Replies(answers or (), each, invalid, delay), host, port, show)
    return Exit.PASSED


def line(received: Received) -> str:
    """When, where, its type, whether the signature fits, and the answer."""
    moment = datetime.fromtimestamp(received.at / SECOND, UTC).astimezone()
    parts = [moment.strftime("%H:%M:%S.%f")[:-3], received.path, received.type, _judged(received)]
    return "  ".join(_printable(part) for part in parts if part) + f"  -> {received.answer}"


def _judged(received: Received) -> str:
    if received.method != "POST":
        return f"no webhook, since it came by {received.method}"
    if received.check is None:
        return "signature not checked"
    return "signature valid" if received.check.valid else f"signature not valid: {received.check.reason}"


def _printable(text: str) -> str:
    """What a sender wrote must not steer the terminal."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()
