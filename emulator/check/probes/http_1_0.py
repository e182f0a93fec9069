"""HTTP/1.0."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="http-1-0",
    title="HTTP/1.0 is answered",
    severity=Severity.NOTE,
    sends="one well-signed webhook as HTTP/1.0",
    expects="it is accepted",
    why="Some proxies speak HTTP/1.0 to what is behind them (nginx does unless told otherwise).",
    mend="Let your server answer HTTP/1.0; most do.",
    events=lambda subject: [subject.event(faults=[{"http": "1.0"}])],
)
