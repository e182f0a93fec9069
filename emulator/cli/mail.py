"""`--smtp` and `--smtp-from`, which all verbs that play have, and their variables."""

from __future__ import annotations

from dataclasses import replace

from emulator.cli.variables import Choices
from emulator.notify.place import SENDER, MailServer, parse_mail_server

SMTP_HELP = "Send the e-mails about exhausted deliveries by this server: smtp://[USER:PASSWORD@]HOST[:PORT]"
SMTP_FROM_HELP = f"The sender of these e-mails. Default: {SENDER}."


def mail_server(choices: Choices, smtp: str | None, smtp_from: str | None) -> MailServer | None:
    """The mail server that flags and variables come to. Their problems are with `choices`."""
    server = choices.secret("--smtp", smtp, parse_mail_server)
    sender = choices.text("--smtp-from", smtp_from, _sender, SENDER)
    return None if server is None else replace(server, sender=sender)


def _sender(text: str) -> str:
    from emulator.notify.message import check_sender

    return check_sender(text)
