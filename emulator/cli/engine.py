"""What the verbs that play have in common: the options of sending, the engine, and running a coroutine to its end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar

import click

from emulator.cli.interrupts import interrupts
from emulator.cli.mail import SMTP_FROM_HELP, SMTP_HELP, mail_server
from emulator.cli.variables import Choices
from emulator.emulator import Emulator
from emulator.errors import InvalidInput
from emulator.journal import Limits, open_journal
from emulator.notify import notifier_for
from emulator.notify.place import MailServer
from emulator.sender import TargetPolicy
from emulator.sender.http import HttpSender, trust
from emulator.value import value

T = TypeVar("T")


@value(frozen=True, slots=True, kw_only=True)
class Sending:
    """Where may be sent, whose certificates are trusted, and who takes e-mails."""

    policy: TargetPolicy
    ca_file: str | None = None
    insecure: bool = False
    smtp: MailServer | None = None


_MAIL = (
    click.option("--smtp-from", metavar="ADDRESS", help=f"{SMTP_FROM_HELP} [WEBHOOK_EMULATOR_SMTP_FROM]"),
    click.option("--smtp", metavar="URL", help=f"{SMTP_HELP}. [WEBHOOK_EMULATOR_SMTP]"),
)
_REACHING = (
    click.option("--insecure", is_flag=True, help="Do not check the certificates of HTTPS targets."),
    click.option(
        "--ca-file", metavar="FILE", help="Trust the certificates in this PEM file for HTTPS targets."
    ),
    click.option(
        "--allow-public", is_flag=True, help="Send to public addresses too, not only to private ones."
    ),
    click.option(
        "--allow-target", multiple=True, metavar="HOST", help="Send to this host too, wherever it lies."
    ),
)


def reaching_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The flags of `Sending` for verbs that bring no e-mails about, handed over as `sending`."""

    @wraps(command)
    def called(
        *given: Any,
        allow_target: tuple[str, ...],
        allow_public: bool,
        ca_file: str | None,
        insecure: bool,
        **named: Any,
    ) -> Any:
        try:
            policy = TargetPolicy.of(allow_target, allow_public=allow_public)
        except ValueError as error:
            raise InvalidInput.of(str(error), key="--allow-target") from None
        sending = Sending(policy=policy, ca_file=ca_file, insecure=insecure)
        return command(*given, sending=sending, **named)

    return _with(_REACHING, called)


def sending_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The flags of `Sending`, handed over as `sending`."""

    @wraps(command)
    def called(*given: Any, sending: Sending, smtp: str | None, smtp_from: str | None, **named: Any) -> Any:
        choices = Choices()
        server = mail_server(choices, smtp, smtp_from)
        choices.check()
        return command(*given, sending=replace(sending, smtp=server), **named)

    return reaching_options(_with(_MAIL, called))


def _with(flags: Iterable[Callable[..., Any]], command: Callable[..., Any]) -> Callable[..., Any]:
    for flag in flags:
        command = flag(command)
    return command


@asynccontextmanager
async def open_emulator(sending: Sending) -> AsyncIterator[Emulator]:
    """An emulator over a temporary journal, which keeps whatever a single command can make."""
    sender = HttpSender(sending.policy, verify=trust(sending.ca_file, insecure=sending.insecure))
    journal = await open_journal(None, Limits(attempts=None))
    notifier = notifier_for(
        sending.smtp, refusal=sending.policy.refusal, ca_file=sending.ca_file, insecure=sending.insecure
    )
    async with Emulator(journal, sender, notifier=notifier) as emulator:
        yield emulator


def run_to_end(main: Coroutine[Any, Any, T]) -> T:
    """Run with the fastest event loop there is. Ctrl-C and SIGTERM cancel `main`, once; KeyboardInterrupt comes out."""
    cancelling = _Cancelling()
    try:
        with asyncio.Runner(loop_factory=event_loop_factory()) as runner:
            return runner.run(cancelling.run(main))
    except asyncio.CancelledError:
        if cancelling.came:
            raise KeyboardInterrupt from None
        raise


class _Cancelling:
    """Lets a signal cancel a coroutine. asyncio's own way raises in the midst of a callback on the second one."""

    def __init__(self) -> None:
        self.came = False

    async def run(self, main: Coroutine[Any, Any, T]) -> T:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(main)

        def cancel() -> None:
            if not self.came:
                self.came = True
                task.cancel()

        with interrupts.answered(lambda: loop.call_soon_threadsafe(cancel)):
            return await task


def event_loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The fastest event loop there is; None is asyncio's own."""
    if sys.platform == "win32":
        return None
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
