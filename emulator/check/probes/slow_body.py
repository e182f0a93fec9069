"""A body that takes its time."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="slow-body",
    title="A body that comes slowly is taken",
    severity=Severity.WARNING,
    sends="one well-signed webhook whose body takes half a second",
    expects="it is accepted",
    why=(
        "Bodies come in pieces. Code that reads once and takes what is there computes the signature of a "
        "part."
    ),
    mend="Read the body to its end, as Content-Length says, before you check it.",
    events=lambda subject: [subject.event(faults=[{"slow": "500ms"}])],
)
