"""A webhook without its signature header."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity, Subject, only_signed


def _unsigned(subject: Subject) -> list[dict[str, object]]:
    """Without the header alone, and as somebody sends it who tries another method."""
    by_put = subject.event(secret=None, faults=[{"method": "PUT"}], expect={"answer": "refused"})
    return [subject.event(faults=[{"signature": "missing"}]), by_put]


PROBE = Probe(
    id="signature-missing",
    title="A webhook without a signature is refused",
    severity=Severity.ERROR,
    sends="one webhook without its signature header, then a genuine one; and one without it by PUT, then by POST",
    expects="a refusal (4xx, for PUT also 501) of those without a signature",
    why="Whoever knows the URL could send webhooks in the provider's name by leaving the header out.",
    mend=(
        "Refuse with 401 where the header is missing, before anything else; a missing header is no reason "
        "to skip the check."
    ),
    events=_unsigned,
    about=About.ADDED,
    sound=(501,),
    unfit=only_signed,
)
