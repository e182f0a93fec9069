"""Webhooks in another order than their events."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="reordered",
    title="Webhooks in another order are accepted",
    severity=Severity.WARNING,
    sends="four well-signed webhooks in another order than that of their events",
    expects="all are accepted",
    why=(
        "A retried webhook comes behind later ones. An endpoint that insists on the order refuses what is "
        "genuine."
    ),
    mend=(
        "Take each by itself; where the order matters, compare the moments in the data and keep the newest."
    ),
    events=lambda subject: [subject.event(repeat={"times": 4, "every": "1m"}, faults=[{"reorder": "all"}])],
)
