"""JSON that breaks off."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity

PROBE = Probe(
    id="invalid-json",
    title="Broken JSON does no harm",
    severity=Severity.WARNING,
    sends="one well-signed webhook whose JSON breaks off, then a genuine one",
    expects="a refusal (4xx) or an acceptance, and no failure",
    why="An unhandled error becomes a 500 that is retried.",
    mend="Catch what your JSON parser raises, and answer 400.",
    events=lambda subject: [subject.event(faults=[{"malformed": "invalid-json"}])],
    about=About.ADDED,
)
