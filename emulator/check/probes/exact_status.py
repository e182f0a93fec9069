"""The status that the provider wants, and no other."""

from __future__ import annotations

from emulator.check.probe import ANY_2XX, Probe, Severity, Subject


def _any_2xx(subject: Subject) -> str | None:
    return "the provider accepts every 2xx" if subject.profile.accept.statuses >= ANY_2XX else None


PROBE = Probe(
    id="exact-status",
    title="The answer is exactly the status that the provider accepts",
    severity=Severity.ERROR,
    sends="one well-signed webhook",
    expects="an answer with an accepted status: for Entuitive 200, and no other 2xx",
    why=(
        "An answer such as 202 or 204 counts as a failure here: the webhook comes again and again, and "
        "then an e-mail says that it was never accepted."
    ),
    mend=(
        "Answer with the very status that the provider documents, also where your framework would choose "
        "201, 202 or 204."
    ),
    events=lambda subject: [subject.event()],
    unfit=_any_2xx,
    exact=True,
)
