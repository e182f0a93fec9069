"""A connection that breaks in the body."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="interrupted",
    title="A webhook whose connection broke is accepted when it comes again",
    severity=Severity.ERROR,
    sends=(
        "half of a well-signed webhook, after which the connection breaks, and the whole of it as the retry"
    ),
    expects="the retry is accepted",
    why=(
        "Networks break. What came half must leave nothing behind that lets the whole be taken for a "
        "duplicate."
    ),
    mend="Remember a webhook only after its signature was found good and it was stored.",
    events=lambda subject: [
        subject.event(faults=[{"reset": "in", "on": 1}], expect={"outcome": "delivered", "attempts": 2})
    ],
    profile={"retry": {"waits": ["10s"]}, "on_exhausted": None},
)
