"""A webhook signed with another secret."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity, only_signed

PROBE = Probe(
    id="signature-other-secret",
    title="A webhook signed with another secret is refused",
    severity=Severity.ERROR,
    sends="one webhook signed with another secret, then a genuine one",
    expects="a refusal (4xx) of the first",
    why="It shows whether the signature is checked at all, and with your secret.",
    mend="Compute the HMAC with the secret of this endpoint, and refuse what does not equal it.",
    events=lambda subject: [subject.event(faults=[{"signature": "other-secret"}])],
    about=About.ADDED,
    unfit=only_signed,
)
