"""A genuine webhook in the end."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="still-well",
    title="After all probes, genuine webhooks are still accepted",
    severity=Severity.ERROR,
    sends="one well-signed webhook, as the last of all",
    expects="it is accepted",
    why="What fell over in a probe, or was switched off by one, shows here.",
    mend="Look for the first probe that failed: it is likely the cause.",
    events=lambda subject: [subject.event()],
    always=True,
)
