"""A webhook with the right signature of another body."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity, only_signed

PROBE = Probe(
    id="signature-of-other-body",
    title="A webhook with the signature of another body is refused",
    severity=Severity.ERROR,
    sends="one webhook with the right signature of another body, then a genuine one",
    expects="a refusal (4xx) of the first",
    why=(
        "An endpoint that takes any signature it has seen, or signs something else than the body, accepts it."
    ),
    mend="Compute the HMAC over the bytes of this request's body.",
    events=lambda subject: [subject.event(faults=[{"signature": "of-other-body"}])],
    about=About.ADDED,
    unfit=only_signed,
)
