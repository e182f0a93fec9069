"""The same webhook twice."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="duplicate",
    title="The same webhook again is accepted again",
    severity=Severity.ERROR,
    sends="one well-signed webhook, and two copies of it",
    expects="the copies are accepted, too",
    why=(
        "Every provider sends some webhooks twice: an answer was lost, or a retry crossed it. Refusing the "
        "second lets it come on and on."
    ),
    mend=(
        "Remember what was handled, by its id or the hash of its body; answer a known one as you answered "
        "the first, and do nothing."
    ),
    events=lambda subject: [subject.event(faults=[{"duplicate": {"times": 2, "after": "5s"}}])],
)
