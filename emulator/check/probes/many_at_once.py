"""A burst."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="many-at-once",
    title="Many webhooks at once are accepted",
    severity=Severity.WARNING,
    sends="50 well-signed webhooks at the same moment",
    expects="all are accepted",
    why="Providers send what has piled up in one go, after an outage of theirs or of yours.",
    mend=(
        "Answer without waiting for slow work, and let the queue of connections be long enough: the backlog of "
        "`listen` is 5 in Python's http.server (request_queue_size)."
    ),
    events=lambda subject: [subject.event(repeat={"times": 50, "every": "0s"})],
)
