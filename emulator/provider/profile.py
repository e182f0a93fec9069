"""What makes a provider itself, as frozen values. Files are read into these by `emulator.provider.load`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from emulator.template import Template
from emulator.value import value


class Encoding(StrEnum):
    """How a JSON body becomes bytes; each writes exactly what the encoder it is named after writes."""

    COMPACT = "compact"
    PYTHON = "python"
    PHP = "php"
    UTF8 = "utf8"


class WaitFrom(StrEnum):
    """The moment from which a retry's wait is counted."""

    RESPONSE = "response"
    REQUEST = "request"
    FIRST = "first"


class RetryOn(StrEnum):
    """The kinds of outcome that lead to another attempt; `status` is an answer that is not accepted."""

    STATUS = "status"
    TIMEOUT = "timeout"
    CONNECT = "connect"
    DNS = "dns"
    TLS = "tls"
    RESET = "reset"
    PROTOCOL = "protocol"
    REDIRECT = "redirect"


@value(frozen=True, slots=True, kw_only=True)
class SignatureScheme:
    """How a body is signed.

    `message` and `value` hold the placeholders `{body}`, `{id}`, `{timestamp}` and `{signature}`; `headers` are
    further headers that a receiver needs for the check, with `{id}` and `{timestamp}`. `sign` is `once` or
    `each-attempt`, `stamp` (the clock of `{timestamp}`) `wall` or `emulated`, `without_secret` is `omit` (no header)
    or `empty-key` (signed with an empty key). `rotation` says what signs while a secret is rotated: the `new` one
    alone, or `both`: two digests in the place of `{signature}`, the new one first, with `separator` between them.
    """

    header: str
    algorithm: str = "hmac-sha256"
    encoding: str = "hex"
    message: str = "{body}"
    value: str = "{signature}"
    headers: Mapping[str, str] = field(default_factory=dict)
    sign: str = "once"
    stamp: str = "wall"
    without_secret: str = "omit"  # noqa: S105 - a rule, no secret
    rotation: str = "new"
    separator: str = ","


@value(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Which statuses accept a webhook. `text` is the spelling of the profile, for explanations: `2xx`, `200`."""

    statuses: frozenset[int]
    text: str

    def accepts(self, status: int) -> bool:
        """Whether that answer ends the delivery."""
        return status in self.statuses


@value(frozen=True, slots=True, kw_only=True)
class Retry:
    """The schedule: `waits[n - 1]` microseconds come before attempt n + 1."""

    waits: tuple[int, ...] = ()
    wait_from: WaitFrom = WaitFrom.RESPONSE
    on: frozenset[RetryOn] = frozenset(RetryOn)


@value(frozen=True, slots=True, kw_only=True)
class Email:
    """The mail sent when a delivery is exhausted.

    `subject` and `text` hold the placeholders `{type}`, `{url}`, `{attempts}`, `{error}`, `{event}` and `{at}`.
    """

    to: str
    subject: str
    text: str


@value(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """An event type with its sample: `data` is plain JSON, whose texts may be templates."""

    data: Any
    description: str = ""


@value(frozen=True, slots=True, kw_only=True)
class Assumption:
    """What the vendor does not document.

    `key` is the key of the profile that decides it, if one does; `other` is the override that sends the other reading.
    """

    id: str | None = None
    key: str | None = None
    why: str
    question: str | None = None
    other: Mapping[str, Any] | None = None


@value(frozen=True, slots=True, kw_only=True)
class Profile:
    """One provider. Durations are microseconds. `envelope` wraps the data; None sends the data bare.

    `header_template` renders the headers where some of them are templates.
    """

    provider: str
    title: str = ""
    description: str = ""
    source: str = ""
    signature: SignatureScheme | None = None
    accept: Acceptance
    timeout_us: int
    follow_redirects: bool = False
    retry: Retry = Retry()
    encoding: Encoding = Encoding.COMPACT
    rebuild: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    header_template: Template | None = None
    envelope: Template | None = None
    events: Mapping[str, CatalogEntry] = field(default_factory=dict)
    email: Email | None = None
    assumptions: tuple[Assumption, ...] = ()

    @property
    def attempts(self) -> int:
        """How many attempts the schedule has in all."""
        return len(self.retry.waits) + 1
