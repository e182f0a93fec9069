"""Listening until a signal comes: the effects behind `listen`. Importing this brings aiohttp."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager

from aiohttp.http import HttpProcessingError

from emulator.cli.interrupts import interrupts
from emulator.cli.output import note
from emulator.errors import InvalidInput
from emulator.provider.profile import Profile
from emulator.receiver import Received, Replies
from emulator.receiver.server import Receiver

Tell = Callable[[Received], None]


def listen_until_stopped(
    profile: Profile, secret: str | None, replies: Replies, host: str, port: int, tell: Tell
) -> None:
    """Receive, and tell of each webhook, until Ctrl-C or SIGTERM. Raises InvalidInput where it cannot listen."""
    asyncio.run(_listen(profile, secret, replies, host, port, tell))


async def _listen(
    profile: Profile, secret: str | None, replies: Replies, host: str, port: int, tell: Tell
) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    failures: list[OSError] = []

    def observe(received: Received) -> None:
        """Whoever reads our output may be gone, which is no reason to answer the sender with 500."""
        try:
            tell(received)
        except OSError as error:
            failures.append(error)
            stop.set()

    receiver = Receiver(profile, secret, replies, host=host, port=port, keep=0, observe=observe)
    async with AsyncExitStack() as stack:
        stack.enter_context(interrupts.answered(lambda: loop.call_soon_threadsafe(stop.set)))
        stack.enter_context(_bad_requests_told())
        try:
            await stack.enter_async_context(receiver)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror)
            message = (
                f"cannot listen on {host}, port {port}: {reason}; --port chooses another (0: any free one)"
            )
            raise InvalidInput.of(message) from None
        note(f"listening on {receiver.url} for {profile.provider} webhooks")
        await stop.wait()
    if failures:
        raise failures[0]


class _BadRequests(logging.Handler):
    """Tells in one line of a request that is no HTTP. What else aiohttp logs is a mistake of ours, and told whole."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            note(f"refused what is no HTTP: {' '.join(error.message.split())}")
        else:
            note(self.format(record))


@contextmanager
def _bad_requests_told() -> Iterator[None]:
    logger, handler = logging.getLogger("aiohttp.server"), _BadRequests()
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
