"""A genuine webhook of every type."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity, Subject


def _every_type(subject: Subject) -> list[dict[str, object]]:
    """The samples as they are; a provider without a catalog sends one webhook."""
    return [{"type": type} for type in subject.types] or [subject.event()]


PROBE = Probe(
    id="valid",
    title="Genuine webhooks are accepted",
    severity=Severity.ERROR,
    sends="one well-signed webhook of each type of the catalog, or of the one that --type names",
    expects="each is accepted (2xx)",
    why="An endpoint that refuses what the provider really sends gets nothing at all.",
    mend=(
        "Compare the secret on both sides, and compute the HMAC over the raw bytes of the body, before "
        "anything parses them. Where the endpoint is for one type alone, name it by --type."
    ),
    unanswered=(
        "No answer came, so the secret is not the question: look at the endpoint's log for what hung, crashed or "
        "closed the connection, and whether it speaks HTTP on this port."
    ),
    events=_every_type,
)
