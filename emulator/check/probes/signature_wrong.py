"""A webhook whose signature differs in one character."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity, only_signed

PROBE = Probe(
    id="signature-wrong",
    title="A webhook whose signature is wrong in one character is refused",
    severity=Severity.ERROR,
    sends="one webhook whose signature differs in one character, then a genuine one",
    expects="a refusal (4xx) of the first",
    why="A comparison of a part, or none at all, lets forged webhooks in.",
    mend=(
        "Compare the whole digest in constant time: hmac.compare_digest, crypto.timingSafeEqual, hash_equals."
    ),
    events=lambda subject: [subject.event(faults=[{"signature": "wrong"}])],
    about=About.ADDED,
    unfit=only_signed,
)
