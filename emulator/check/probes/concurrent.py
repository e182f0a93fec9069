"""The same webhook at the same time."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="concurrent",
    title="The same webhook several times at once does no harm",
    severity=Severity.WARNING,
    sends="one well-signed webhook and three copies at the same moment",
    expects="all are accepted or refused (4xx), and none fails",
    why=(
        "A retry can cross the first attempt. Looking first and storing afterwards lets both through, or "
        "ends in an error of the database."
    ),
    mend="Let a unique key decide, in one statement (INSERT … ON CONFLICT DO NOTHING).",
    events=lambda subject: [
        subject.event(faults=[{"concurrent": 3, "expect": "handled"}], expect={"answer": "handled"})
    ],
)
