"""Why an e-mail was not sent, in our own words: the one place where aiosmtplib's exceptions become text.

What a server says is told, on one line and not at any length, without the password if it should be in there.
"""

from __future__ import annotations

import base64
import socket
import ssl

from aiosmtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from emulator.errors import on_one_line
from emulator.notify.place import MailServer

CONNECTING = "the connection"
GREETING = "the greeting"
STARTTLS = "STARTTLS"
LOGIN = "the login"
MAIL = "the e-mail"

_LONGEST = 300
_UNKNOWN_ISSUER = frozenset({18, 19, 20, 21})


class NotAllowed(Exception):
    """The mail server must not be talked to, or not in this way."""


def failure(error: Exception, server: MailServer, step: str) -> str:
    """What the error means that came up at this step."""
    return _masked(on_one_line(_told(error, server, step)), server)[: 4 * _LONGEST]


def timed_out(server: MailServer, step: str, timeout_s: float) -> str:
    """What it means that the time was up at this step."""
    if step == CONNECTING:
        return f"no connection to the mail server {server.place} within {timeout_s:g} s"
    told = f"the mail server {server.place} did not answer within {timeout_s:g} s, at {step}"
    return f"{told}; does it speak TLS at once, smtps://?" if step == GREETING and not server.tls else told


def _told(error: Exception, server: MailServer, step: str) -> str:
    cause = error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error
    if isinstance(cause, ssl.SSLError):
        return _untrusted(cause, server)
    if isinstance(error, NotAllowed | ValueError):
        return str(error)
    if isinstance(error, socket.gaierror):
        return f"cannot resolve {server.host}: {error.strerror}"
    if isinstance(error, SMTPException):
        return _refused(error, server, step)
    if step != CONNECTING:
        return f"the mail server {server.place} cut the connection at {step}"
    if isinstance(error, ConnectionRefusedError):
        return f"the mail server {server.place} refused the connection"
    return f"cannot connect to the mail server {server.place}: {getattr(error, 'strerror', None) or error}"


def _refused(error: SMTPException, server: MailServer, step: str) -> str:
    who = f"the mail server {server.place}"
    if isinstance(error, SMTPRecipientsRefused):
        error, step = error.recipients[0], "the recipient"
    if isinstance(error, SMTPSenderRefused):
        step = f"the sender {server.sender}"
    if isinstance(error, SMTPResponseException):
        return f"{who} refused {step}: {error.code} {error.message[:_LONGEST]}"
    if isinstance(error, SMTPServerDisconnected) or isinstance(
        error.__cause__, OSError | SMTPServerDisconnected
    ):
        return f"{who} closed the connection at {step}"
    return f"{who} cannot do {step}: {error.message[:_LONGEST]}"


def _untrusted(error: ssl.SSLError, server: MailServer) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        cure = "--insecure accepts it"
        if error.verify_code in _UNKNOWN_ISSUER:
            cure = f"--ca-file FILE trusts its issuer, {cure}"
        return f"the certificate of {server.place} was refused: {error.verify_message.rstrip('.')}; {cure}"
    if server.tls and error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return f"the mail server {server.place} does not speak TLS at once; is it smtp://?"
    return f"no TLS with the mail server {server.place}: {(error.reason or 'it broke off').lower().replace('_', ' ')}"


def _masked(text: str, server: MailServer) -> str:
    if not server.password:
        return text
    plain = f"\0{server.user}\0{server.password}"
    for secret in (plain, server.password):
        text = text.replace(base64.b64encode(secret.encode()).decode(), "***")
    return text.replace(server.password, "***")
