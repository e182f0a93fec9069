"""A body that is said to be something else."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="content-type",
    title="Another content type does no harm",
    severity=Severity.NOTE,
    sends="one well-signed webhook with the content type text/plain",
    expects="an acceptance or a refusal (4xx), and no failure",
    why="Frameworks that parse by content type give nothing, or fail, where it is another one.",
    mend="Read the raw body whatever the content type says, or answer 415.",
    events=lambda subject: [
        subject.event(faults=[{"content_type": "text/plain"}], expect={"answer": "handled"})
    ],
)
