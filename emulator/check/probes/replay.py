"""An old webhook again, days later."""

from __future__ import annotations

from emulator.check.probe import About, Probe, Severity

PROBE = Probe(
    id="replay",
    title="An old webhook that comes again does no harm",
    severity=Severity.WARNING,
    sends="one well-signed webhook, and the same again as it would come three days later",
    expects=(
        "it is accepted again; where the signature carries a real moment, which is then three days old, it is "
        "refused (4xx)"
    ),
    why=(
        "Whoever recorded a webhook can send it again. Where the signature carries its moment, old ones "
        "are to be refused."
    ),
    mend=(
        "Handle each webhook once; where the provider signs a timestamp, refuse what is older than its "
        "tolerance."
    ),
    events=lambda subject: [subject.event(faults=[{"replay": "3d"}])],
    about=About.ADDED,
)
