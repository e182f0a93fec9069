"""How long an answer takes."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity, Subject


def _in_time(subject: Subject) -> list[dict[str, object]]:
    half_s = subject.profile.timeout_us / 2_000_000
    return [subject.event(expect={"answer": "any", "answered_within": half_s})]


PROBE = Probe(
    id="answer-time",
    title="The answer comes well before the time-out",
    severity=Severity.WARNING,
    sends="one well-signed webhook",
    expects="an answer within half of the time that the provider waits",
    why=(
        "An answer that comes late in a test comes too late under load; the provider then takes the "
        "webhook for failed and sends it again."
    ),
    mend="Store the webhook, answer at once, and do the work afterwards.",
    events=_in_time,
)
