"""A type that nobody knows."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity, Subject


def _without_type(subject: Subject) -> str | None:
    envelope = subject.profile.envelope
    return None if envelope is not None and "type" in envelope.uses else "its webhooks do not name their type"


PROBE = Probe(
    id="unknown-type",
    title="An unknown event type is accepted",
    severity=Severity.WARNING,
    sends="one well-signed webhook of a type that is in no catalog",
    expects="it is accepted",
    why=(
        "Providers add types without asking. A refusal is retried, and may end with the endpoint being "
        "switched off."
    ),
    mend="Accept what you do not know, and ignore it.",
    events=lambda subject: [subject.event(faults=[{"unknown_type": True}])],
    unfit=_without_type,
)
