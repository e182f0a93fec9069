"""A body of a megabyte."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="large-body",
    title="A large body is taken",
    severity=Severity.WARNING,
    sends="one well-signed webhook of 1 MB",
    expects="an acceptance or a refusal (4xx, such as 413), and no failure",
    why="Bulk results grow. A server that drops the connection, or fails, lets the webhook come again.",
    mend="Raise the limit of the body to what the provider may send, or answer 413.",
    events=lambda subject: [subject.event(faults=[{"oversize": 1}], expect={"answer": "handled"})],
)
