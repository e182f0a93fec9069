"""A forged webhook before the genuine one."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity, only_signed

PROBE = Probe(
    id="forged-first",
    title="A forged webhook leaves nothing behind",
    severity=Severity.ERROR,
    sends="one webhook with a wrong signature, twice, then the very same with the right one",
    expects="a refusal (4xx) of both forged ones, and that the genuine one is accepted",
    why=(
        "An endpoint that remembers a webhook before it has checked the signature takes the genuine one "
        "for a duplicate, and a forged one that comes again for one that was handled."
    ),
    mend="Check the signature first, and touch nothing before.",
    events=lambda subject: [subject.event(faults=[{"signature": "other-secret"}] * 2)],
    unfit=only_signed,
)
