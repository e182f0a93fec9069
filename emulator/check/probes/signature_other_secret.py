"""A webhook signed with another secret."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity, only_signed

PROBE = Probe(
    id="signature-other-secret",
    title="A webhook signed with another secret is refused",
    severity=Severity.ERROR,
    sends=(
        "one webhook signed with another secret, then a genuine one; and the same with the content type text/plain"
    ),
    expects="a refusal (4xx) of what another secret signed",
    why="It shows whether the signature is checked at all, with your secret, and whatever the content type says.",
    mend="Compute the HMAC with the secret of this endpoint, and refuse what does not equal it.",
    events=lambda subject: [
        subject.event(faults=[{"signature": "other-secret"}]),
        subject.event(headers={"Content-Type": "text/plain"}, faults=[{"signature": "other-secret"}]),
    ],
    about=About.ADDED,
    unfit=only_signed,
)
