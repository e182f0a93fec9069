"""A webhook with an empty signature header."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity, only_signed

PROBE = Probe(
    id="signature-empty",
    title="A webhook with an empty signature is refused",
    severity=Severity.ERROR,
    sends="one webhook with an empty signature header, then a genuine one",
    expects="a refusal (4xx) of the first",
    why="Code that looks whether the header is there, or compares with an empty default, accepts it.",
    mend=(
        "Compare with the digest that you computed, whatever the header says; refuse an empty one with 401."
    ),
    events=lambda subject: [subject.event(faults=[{"signature": "empty"}])],
    about=About.ADDED,
    unfit=only_signed,
)
