"""A webhook without its signature header."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity, only_signed

PROBE = Probe(
    id="signature-missing",
    title="A webhook without a signature is refused",
    severity=Severity.ERROR,
    sends="one webhook without its signature header, then a genuine one",
    expects="a refusal (4xx) of the first",
    why="Whoever knows the URL could send webhooks in the provider's name by leaving the header out.",
    mend=(
        "Refuse with 401 where the header is missing, before anything else; a missing header is no reason "
        "to skip the check."
    ),
    events=lambda subject: [subject.event(faults=[{"signature": "missing"}])],
    about=About.ADDED,
    unfit=only_signed,
)
