"""Which records a reader asks for."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.record import AttemptRecord, DeliveryRecord, NotificationRecord, RequestRecord, RunRecord
from emulator.value import value

Told = RunRecord | DeliveryRecord | AttemptRecord | RequestRecord | NotificationRecord
"""The records that are told; plans and endpoints hold secrets."""

KINDS: Mapping[str, type[Told]] = {
    "runs": RunRecord,
    "deliveries": DeliveryRecord,
    "attempts": AttemptRecord,
    "requests": RequestRecord,
    "notifications": NotificationRecord,
}
EVENTS: Mapping[type[Told], str] = {
    RunRecord: "run",
    DeliveryRecord: "delivery",
    AttemptRecord: "attempt",
    RequestRecord: "request",
    NotificationRecord: "notification",
}


def run_of(record: Told) -> str:
    """The id of the run that a record belongs to."""
    return record.id if isinstance(record, RunRecord) else record.run


@value(frozen=True, slots=True, kw_only=True)
class Selection:
    """Records of these kinds, of this run, and of runs with these labels; what is left out holds for all."""

    kinds: frozenset[type[Told]] = frozenset(EVENTS)
    run: str | None = None
    labels: tuple[tuple[str, str], ...] = ()

    def takes(self, kind: type[Told], run: str, labels: Mapping[str, str]) -> bool:
        """Whether a record of this kind is asked for, whose run has these labels."""
        return (
            kind in self.kinds
            and (self.run is None or self.run == run)
            and all(labels.get(key) == text for key, text in self.labels)
        )
