"""Another method than POST."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity

PROBE = Probe(
    id="wrong-method",
    title="Another method is refused",
    severity=Severity.WARNING,
    sends="one GET with the body and signature of a webhook, then a genuine webhook",
    expects="a refusal (4xx, such as 405, or 501) of the first",
    why="Providers use POST. What answers GET with success may be a page, and not the endpoint.",
    mend="Bind the endpoint to POST alone.",
    events=lambda subject: [subject.event(faults=[{"method": "GET"}])],
    about=About.ADDED,
    sound=(501,),
)
