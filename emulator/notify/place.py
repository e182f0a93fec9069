"""Which mail server is asked, how it is spoken to and who the sender is: what `--smtp` and `--smtp-from` say.

No message here shows any of the text, because a slip of the pen may make a password of what looks like a host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import unquote

from emulator.scenario.host import canonical_host

SENDER = "webhook-emulator@localhost"

_WANTED = "expected a URL such as smtp://mailpit:1025, smtps://user:password@mail.internal"
_ESCAPES = "; in a user name or a password '/' is written %2F, '?' %3F, '#' %23 and '@' %40"
_URL = re.compile(r"(smtps?)://([^/?#]*)/?(?:\?(.*))?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:([^:@]+):([^@]+)@)?(\[[^\]@]*\]|[^:@\[\]]+)(?::([0-9]{1,5}))?", re.ASCII)
_PORTS = {"smtp": 25, "smtps": 465}


class StartTls(Enum):
    """Whether a connection that begins in plain text goes on in TLS."""

    OFFERED = "offered"
    REQUIRE = "require"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server. `host` is canonical; with `tls` its port speaks TLS at once. `sender` is an address."""

    host: str
    port: int
    tls: bool = False
    starttls: StartTls = StartTls.OFFERED
    user: str | None = None
    password: str = field(default="", repr=False)
    sender: str = SENDER

    @property
    def place(self) -> str:
        """Host and port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        """The URL without user and password."""
        if self.tls:
            return f"smtps://{self.place}"
        return f"smtp://{self.place}?starttls={self.starttls.value}"


def parse_mail_server(url: str) -> MailServer:
    """The mail server of `smtp://[user:password@]host[:port][?starttls=offered|require|never]` or `smtps://…`.

    Raises ValueError, saying what is wrong.
    """
    match = _URL.fullmatch(url)
    authority = _AUTHORITY.fullmatch(match[2]) if match else None
    if match is None or authority is None or not url.isprintable() or " " in url:
        raise ValueError(_WANTED + (_ESCAPES if "@" in url else ""))
    scheme = match[1].lower()
    user, password, host, port = authority.groups()
    number = int(port) if port else _PORTS[scheme]
    if not 0 < number <= 65_535:
        raise ValueError("expected a port from 1 to 65535")
    return MailServer(
        host=_host(host),
        port=number,
        tls=scheme == "smtps",
        starttls=_starttls(scheme, match[3]),
        user=None if user is None else _unescaped(user),
        password="" if password is None else _unescaped(password),
    )


def _host(host: str) -> str:
    try:
        return canonical_host(host)
    except ValueError:
        raise ValueError(f"expected a host name or an address{_ESCAPES}") from None


def _starttls(scheme: str, query: str | None) -> StartTls:
    if not query:
        return StartTls.OFFERED
    if scheme == "smtps":
        raise ValueError("expected nothing after the port: smtps:// speaks TLS at once, without STARTTLS")
    key, _, word = query.partition("=")
    if key != "starttls" or word not in {each.value for each in StartTls}:
        raise ValueError("expected ?starttls=offered, ?starttls=require or ?starttls=never after the port")
    return StartTls(word)


def _unescaped(text: str) -> str:
    try:
        found = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("expected a user name and a password in UTF-8") from None
    if not found.isprintable():
        raise ValueError("expected a user name and a password without control characters")
    return found
