"""No body at all."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity

PROBE = Probe(
    id="empty-body",
    title="An empty body does no harm",
    severity=Severity.WARNING,
    sends="one well-signed webhook with an empty body, then a genuine one",
    expects="a refusal (4xx) or an acceptance, and no failure",
    why="An unhandled error becomes a 500, and a page of your framework may tell how you are built.",
    mend="Answer 400 where there is no JSON.",
    events=lambda subject: [subject.event(faults=[{"malformed": "empty"}])],
    about=About.ADDED,
)
