"""A webhook with the first half of its signature."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity, only_signed

PROBE = Probe(
    id="signature-truncated",
    title="A webhook with half of its signature is refused",
    severity=Severity.ERROR,
    sends="one webhook with the first half of its signature, then a genuine one",
    expects="a refusal (4xx) of the first",
    why="Comparing only as many characters as came makes forging easy: a single one would do.",
    mend="Compare the whole digest; a shorter one is another one.",
    events=lambda subject: [subject.event(faults=[{"signature": "truncated"}])],
    about=About.ADDED,
    unfit=only_signed,
)
