"""The e-mails about exhausted deliveries, really sent.

`seam` says what a run asks of whoever sends them, `mailing` sends those of one run beside its deliveries, `smtp` does
it over SMTP.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.notify.place import MailServer
from emulator.notify.seam import Notifier


def notifier_for(
    server: MailServer | None,
    *,
    refusal: Callable[[str, str], str | None],
    ca_file: str | None,
    insecure: bool,
) -> Notifier | None:
    """What sends by this server, as `SmtpNotifier` says; None where there is none."""
    if server is None:
        return None
    from emulator.notify.smtp import SmtpNotifier  # noqa: PLC0415 - brings aiosmtplib, which few need

    return SmtpNotifier(server, refusal=refusal, ca_file=ca_file, insecure=insecure)
