"""JSON nested deeper than readers like."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="deep-body",
    title="Deeply nested JSON does no harm",
    severity=Severity.NOTE,
    sends="one well-signed webhook with 2,000 lists inside each other",
    expects="an acceptance or a refusal (4xx), and no failure",
    why="Recursive parsers run out of stack, and an unhandled error becomes a 500 that is retried.",
    mend="Catch what your JSON parser raises for such input, and answer 400.",
    events=lambda subject: [subject.event(faults=[{"deep": 2000}], expect={"answer": "handled"})],
)
