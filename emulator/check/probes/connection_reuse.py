"""Webhooks over kept connections."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="connection-reuse",
    title="Webhooks over a kept connection are accepted",
    severity=Severity.WARNING,
    sends="20 well-signed webhooks, 15 ms after each other, over as few connections as possible",
    expects="all are accepted",
    why=(
        "An answer without its length, or a body that was not read, spoils the next request on the same "
        "connection."
    ),
    mend="Read each body to its end, also where you refuse it, and let the server frame the answer.",
    events=lambda subject: [subject.event(repeat={"times": 20, "every": "15ms"})],
    speed="real",  # a connection is used again only after it has stood open for a while
)
