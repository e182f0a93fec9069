"""JSON behind a byte order mark."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="byte-order-mark",
    title="A byte order mark does no harm",
    severity=Severity.NOTE,
    sends="one well-signed webhook that begins with a byte order mark",
    expects="an acceptance or a refusal (4xx), and no failure",
    why="Some senders write it, and most JSON parsers stumble over it.",
    mend="Decode as utf-8-sig, or answer 400.",
    events=lambda subject: [subject.event(faults=[{"encoding": "bom"}], expect={"answer": "handled"})],
)
