"""Mail servers for tests: a real one that keeps what it gets, and such as misbehave on purpose."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mailbox:
    """Keeps what arrives. `refuses` is the answer to a step (`MAIL`, `RCPT`, `DATA`) instead of accepting."""

    refuses: dict[str, str] = field(default_factory=dict)
    port: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    receivers: list[list[str]] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    in_tls: list[bool] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's own names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.refuses.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.refuses.get("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802 - the same
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if "DATA" in self.refuses:
            return self.refuses["DATA"]
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, _class=EmailMessage, policy=default)
        self.raw.append(envelope.content)
        self.mails.append(mail)
        self.senders.append(envelope.mail_from or "")
        self.receivers.append(envelope.rcpt_tos)
        assert server.transport is not None
        self.in_tls.append(server.transport.get_extra_info("sslcontext") is not None)
        self.greetings.append(str(session.host_name))
        self.arrived.set()
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        right = (data.login, data.password) == (b"ines", b"p/ss:w@rd")
        return AuthResult(success=right, handled=False)


@asynccontextmanager
async def mail_server(
    *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", **options: Any
) -> AsyncIterator[Mailbox]:
    """A real mail server. With `tls` its port speaks TLS at once; `tls_context=…` is for STARTTLS."""
    mailbox = Mailbox(options.pop("refuses", {}))

    def serve() -> SMTP:
        return SMTP(mailbox, hostname="mail.test", authenticator=mailbox.authenticate, **options)

    server = await asyncio.get_running_loop().create_server(serve, host, 0, ssl=tls)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def strange_server(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that does what the script says on each connection, and closes it then; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await script(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Wait until the other side goes."""
    while await reader.read(1_024):
        pass


async def go_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close without a word."""


def talk(*answers: str, then: Script = say_nothing) -> Script:
    """A greeting, then an answer to each line; after that another script."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, answer in enumerate(answers):
            if number:
                await reader.readline()
            writer.write(answer.encode() + b"\r\n")
            await writer.drain()
        await then(reader, writer)

    return script


@dataclass(frozen=True)
class Certificates:
    """An authority that nobody knows, and a server's context with a certificate of it."""

    ca: trustme.CA
    server: ssl.SSLContext

    @classmethod
    def of(cls, *names: str) -> Certificates:
        """For a server with these names."""
        ca, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert(*names).configure_cert(context)
        return cls(ca, context)
