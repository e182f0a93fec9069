"""A body that was changed after it was signed."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity, only_signed

PROBE = Probe(
    id="tampered",
    title="A webhook whose body was changed is refused",
    severity=Severity.ERROR,
    sends="one webhook with one character of its body changed after signing, then a genuine one",
    expects="a refusal (4xx) of the first",
    why="The signature is there to tell that nobody changed the body on its way.",
    mend="Compute the HMAC over the body that came, and not over what you stored or parsed of it.",
    events=lambda subject: [subject.event(faults=[{"tamper": True}])],
    about=About.ADDED,
    unfit=only_signed,
)
