"""Header names in lower case."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity

PROBE = Probe(
    id="header-case",
    title="Header names are read without case",
    severity=Severity.ERROR,
    sends="one well-signed webhook with all header names in lower case",
    expects="it is accepted",
    why=(
        "Header names have no case (RFC 9110 section 5.1), and proxies and HTTP/2 write them in lower case."
    ),
    mend=(
        "Look headers up by your framework's own mapping, which ignores case, and not in a list of your own."
    ),
    events=lambda subject: [subject.event(faults=[{"http": "lower-case headers"}])],
)
