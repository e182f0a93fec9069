"""The real notifier: one connection for each e-mail, and all of it within ten seconds.

Whatever the mail server does comes back as a text. Only cancelling passes through, and drops the connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from functools import cached_property
from time import monotonic

from aiosmtplib import SMTP, SMTPHeloError

from emulator.notify.failure import (
    CONNECTING,
    GREETING,
    LOGIN,
    MAIL,
    STARTTLS,
    NotAllowed,
    failure,
    timed_out,
)
from emulator.notify.message import message_of
from emulator.notify.place import MailServer, StartTls
from emulator.record import NotificationRecord

TIMEOUT_S = 10.0
"""For one e-mail, from connecting to its acceptance, in real seconds."""

_AT_ONCE = 16
_NEVER = float("-inf")


class SmtpNotifier:
    """Sends to one mail server.

    `refusal` says why an address must not be connected to for a host, None if it may. `ca_file` and `insecure` are as
    for HTTPS targets.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        refusal: Callable[[str, str], str | None],
        ca_file: str | None = None,
        insecure: bool = False,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.server = server
        self.refusal = refusal
        self._ca_file = ca_file
        self._insecure = insecure
        self._timeout_s = timeout_s
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._silent_at = _NEVER

    async def send(self, notification: NotificationRecord, *, wall: int) -> str | None:
        asked_at = monotonic()
        async with self._free:
            if self._silent_at > asked_at:  # or thousands would wait ten seconds each, in turn
                return f"not tried: the mail server {self.server.place} did not answer others meanwhile"
            return await self._send(notification, wall)

    @cached_property
    def context(self) -> ssl.SSLContext:
        """What TLS asks of the server. Raises OSError for a file that cannot be read any more."""
        context = ssl.create_default_context()
        if self._ca_file is not None:
            context.load_verify_locations(self._ca_file)
        if self._insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    async def _send(self, notification: NotificationRecord, wall: int) -> str | None:
        talk, limit = _Talk(self), asyncio.timeout(self._timeout_s)
        try:
            message = message_of(notification, sender=self.server.sender, wall=wall)
            async with limit:
                await talk.hand_over(message)
        except Exception as error:  # noqa: BLE001 - whatever a mail server provokes is a result
            if talk.accepted:
                return None
            if not limit.expired():
                return failure(error, self.server, talk.step)
            self._silent_at = monotonic()
            return timed_out(self.server, talk.step, self._timeout_s)
        finally:
            talk.end()
        self._silent_at = _NEVER
        return None


class _Talk:
    """One connection to the mail server: how far it is, and whether the e-mail was accepted."""

    def __init__(self, notifier: SmtpNotifier) -> None:
        self.step = CONNECTING
        self.accepted = False
        self._notifier = notifier
        self._server = notifier.server
        self._sock: socket.socket | None = None
        self._client = SMTP(
            hostname=self._server.host, use_tls=self._server.tls, start_tls=False, timeout=None
        )

    async def hand_over(self, message: EmailMessage) -> None:
        """Hand the e-mail over. Raises whatever stands in the way."""
        client, server = self._client, self._server
        sock = self._sock = await self._connected()
        self.step = GREETING
        context = self._notifier.context if server.tls else None
        await client.connect(sock=sock, local_hostname=_literal(sock), tls_context=context)
        await self._greet()
        if server.user is not None:
            self.step = LOGIN
            await client.login(server.user, server.password)
        self.step = MAIL
        await client.send_message(message)
        self.accepted = True
        await client.quit()

    def end(self) -> None:
        """Close the connection, at once if it is still open."""
        self._client.close()
        if self._sock is not None:
            with contextlib.suppress(OSError):  # TLS would wait for the other side's farewell
                self._sock.shutdown(socket.SHUT_RDWR)

    async def _greet(self) -> None:
        client, wanted = self._client, self._server.starttls
        try:
            await client.ehlo()
        except SMTPHeloError:
            await client.helo()
        if self._server.tls or wanted is StartTls.NEVER:
            return
        if client.supports_extension("starttls"):
            self.step = STARTTLS
            await client.starttls(tls_context=self._notifier.context)
        elif wanted is StartTls.REQUIRE:
            raise NotAllowed(
                f"the mail server {self._server.place} offers no STARTTLS, and starttls=require asks for it"
            )

    async def _connected(self) -> socket.socket:
        """A socket that is connected to an address that is allowed."""
        host, loop = self._server.host, asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, self._server.port, type=socket.SOCK_STREAM)
        fault: Exception | None = None
        for family, kind, protocol, _, address in found:
            refusal = self._notifier.refusal(str(address[0]), host)
            if refusal is not None:
                fault = fault or NotAllowed(refusal)
                continue
            sock = socket.socket(family, kind, protocol)
            sock.settimeout(0)
            try:
                await loop.sock_connect(sock, address)
            except OSError as error:
                sock.close()
                fault = error
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        raise fault or OSError("it has no address")


def _literal(sock: socket.socket) -> str:
    """How this machine calls itself: by its address, since few have a name that others know."""
    address = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
