"""What is asked of the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from emulator.journal.seam import AttemptFilter, Match, NotificationFilter, RequestFilter
from emulator.value import value
from emulator.verifying.decision import Bounds

Labels = tuple[tuple[str, str], ...]


@value(frozen=True, slots=True)
class Part:
    """So many records that fit are expected."""

    match: Match
    bounds: Bounds

    @property
    def noun(self) -> str:
        """What is counted, in the singular."""
        match self.match.where:
            case AttemptFilter():
                return "attempt"
            case RequestFilter():
                return "request"
            case NotificationFilter():
                return "notification"

    @property
    def run(self) -> str | None:
        """The run that is in question, if the match names one, or something that is of one."""
        where = self.match.where
        if where.run is not None or isinstance(where, RequestFilter):
            return where.run
        event = where.event if isinstance(where, AttemptFilter) else None
        _, mark, rest = (where.delivery or event or "").partition("_")
        return f"run_{rest.partition('_')[0]}" if mark else None

    @property
    def within(self) -> Match:
        """The match, of the run in question alone where that is known."""
        where = self.match.where
        return (
            self.match if where.run == self.run else replace(self.match, where=replace(where, run=self.run))
        )

    @property
    def labels(self) -> Labels:
        """The labels that the runs in question have."""
        return self.match.where.labels

    def asks_for(self, run: str, labels: Mapping[str, str]) -> bool:
        """Whether a run is in question."""
        return self.run in (None, run) and all(labels.get(key) == text for key, text in self.labels)


@value(frozen=True, slots=True, kw_only=True)
class Question:
    """All parts must hold. With `in_order`, what they ask for must also have come in their order.

    `several` tells that the parts were asked as a list. In an order all parts are of one kind.
    """

    parts: tuple[Part, ...]
    in_order: bool = False
    several: bool = False
