"""A webhook whose digest is right and written in upper case."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity, Subject, only_signed


def _only_hex(subject: Subject) -> str | None:
    scheme = subject.profile.signature
    if scheme is None or not subject.signed or scheme.encoding == "hex":
        return only_signed(subject)
    return f"{scheme.encoding} tells upper case from lower"


PROBE = Probe(
    id="signature-upper-case",
    title="A signature in upper case does no harm",
    severity=Severity.NOTE,
    sends="one webhook whose signature is in upper case, then a genuine one",
    expects="an acceptance or a refusal (4xx), and no failure",
    why="The provider writes lower case; either answer is sound, but the endpoint must not fall over it.",
    mend=(
        "Compare the text of the digest, or decode it and compare the bytes; answer 401 where it does not "
        "fit."
    ),
    events=lambda subject: [subject.event(faults=[{"signature": "upper-case"}])],
    about=About.ADDED,
    unfit=_only_hex,
)
