"""A notification as an e-mail message: well-formed whatever texts it is made of. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from emulator.record import NotificationRecord

RUN_HEADER = "X-Webhook-Emulator-Run"
DELIVERY_HEADER = "X-Webhook-Emulator-Delivery"

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ADDRESS = re.compile(r"[^\s@<>,;:()\[\]\"\\\x00-\x1f\x7f-\x9f]{1,64}@(?:[\w.-]{1,255}|\[[\w:.]{1,60}\])")
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def message_of(notification: NotificationRecord, *, sender: str, wall: int) -> EmailMessage:
    """The message, dated `wall`, in microseconds since 1970. Sent again, it has the same Message-ID.

    Raises ValueError for an address that no mail can go to.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender)
    message["To"] = _address(notification.to)
    message["Subject"] = _BREAKS.sub(" ", _encodable(notification.subject)).strip()
    message["Date"] = datetime.fromtimestamp(wall / 1_000_000, UTC)
    message["Message-ID"] = f"<{notification.id}@webhook-emulator.invalid>"
    message[RUN_HEADER] = notification.run
    message[DELIVERY_HEADER] = notification.delivery
    text = _encodable(notification.text).replace("\r\n", "\n").replace("\r", "\n")
    message.set_content(_UNFIT.sub("\ufffd", text))
    return message


def check_sender(text: str) -> str:
    """The address itself, if mails can come from it: without a name around it. Raises ValueError."""
    try:
        _address(text)
    except ValueError:
        raise ValueError("expected an e-mail address such as webhooks@example.test") from None
    if not text.isascii():
        raise ValueError("expected an e-mail address in ASCII")
    return text


def _address(text: str) -> Address:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is no address that an e-mail can have")
    username, _, domain = text.partition("@")
    return Address(username=username, domain=domain)


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()
