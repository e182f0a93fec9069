"""One question on its way to its answer: it looks when it is told of something new, and only at what is new."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.document.place import shortened
from emulator.journal.seam import Journal, Near, PageOf, Standing
from emulator.matcher.message import Miss
from emulator.record import Verdict
from emulator.verifying.bell import Ear
from emulator.verifying.decision import (
    Bounds,
    Decision,
    Evidence,
    Place,
    decide,
    decide_all,
    decide_order,
    found_order,
    places_in_order,
)
from emulator.verifying.question import Part, Question

PAUSE_S = 0.02
"""Between two looks: who waits must not make the journal store each record by itself."""

_AGAIN = "a delivery of it is being redelivered"
_NEAREST = 3
_MOST_COUNTED = 1_000
_LONGEST_SHOWN = 300


@dataclass(slots=True)
class Progress:
    """How far a part has come: how many records fit, the last number that was looked at, and how its runs stand.

    `again` are the runs in question of which a delivery is being redelivered.
    """

    part: Part
    keeps_places: bool
    matched: int = 0
    unclear: int = 0
    one_unclear: str | None = None
    last: int = 0
    places: list[Place] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    standing: Standing = field(default=Standing(known=0, running=0, cut=0, lost=0, gone=0))
    awaits: str | None = None
    absent: tuple[tuple[str, str], ...] = ()

    @property
    def evidence(self) -> Evidence:
        """What the decision goes by."""
        now = self.standing
        return Evidence(
            matched=self.matched,
            known=now.known,
            running=now.running or len(self.again),
            cut=now.cut,
            lost=now.lost_of(self.part.match.where),
            unclear=self.unclear,
            one_unclear=self.one_unclear,
            one=now.one or next(iter(self.again), None),
            awaits=self.awaits,
            absent=self.absent,
        )

    @property
    def decision(self) -> Decision:
        """What the part comes to by now."""
        return decide(self.part.bounds, self.evidence, self.part.noun)


class Verification:
    """Wait with `decided`, then take the `answer`.

    `awaits` says of a running run what it needs to go on, if it does not by itself; `plays`, whether a run in question
    has an event of a name, be it one that never occurred; `redelivered`, the runs in question of which a delivery
    is being redelivered.
    """

    def __init__(
        self,
        journal: Journal,
        question: Question,
        ear: Ear,
        *,
        awaits: Callable[[str], str | None],
        plays: Callable[[Part, str], bool],
        redelivered: Callable[[Part], list[str]],
    ) -> None:
        self._journal = journal
        self._question = question
        self._ear = ear
        self._awaits = awaits
        self._plays = plays
        self._redelivered = redelivered
        self._parts = [Progress(part, question.in_order) for part in question.parts]

    async def decided(self) -> None:
        """Return when nothing that may still come can change the verdict. May be cancelled, and called again.

        Raises InvalidInput where a regular expression takes too long, JournalError where nothing can be read.
        """
        while not (await self._look()).final:
            await asyncio.sleep(PAUSE_S)
            await self._ear.rung()

    async def answer(self) -> dict[str, Any]:
        """The verdict as it stands, with its reasons. Raises as `decided` does."""
        decision = self._decision()
        if not decision.final:
            decision = await self._look()
        told = {**self._told(decision, self._parts), "nearest": await self._nearest()}
        if self._question.several:
            told["all"] = [self._told(each.decision, [each]) for each in self._parts]
        return told

    async def _look(self) -> Decision:
        removed = self._ear.removed()
        for number, each in enumerate(self._parts):
            if removed & {each.part.run} or (removed and each.part.run is None):
                self._parts[number] = Progress(each.part, each.keeps_places)
        for each in self._parts:
            part = each.part
            again = self._redelivered(part)
            # How the runs stand is asked first: what has settled by then has all its records in the journal.
            standing = await self._journal.standing(part.run, part.labels)
            async for found in self._journal.looks(part.match, each.last):
                each.matched += len(found.records)
                each.last = found.last
                each.unclear += found.unclear
                each.one_unclear = each.one_unclear or found.one_unclear
                if each.keeps_places:
                    each.places += [(moment, no) for no, moment in found.records]
            each.standing, each.again = standing, again
            each.awaits = self._awaits(standing.one) if standing.one else _AGAIN if again else None
            each.absent = await self._absent(each)
        return self._decision()

    async def _absent(self, each: Progress) -> tuple[tuple[str, str], ...]:
        """The filters that nothing in the runs in question fits, asked when nothing was found and no more can come."""
        part = each.part
        if each.matched or each.decision.verdict is Verdict.INCOMPLETE:
            return ()
        names = await self._journal.absent(part.within.where)
        given = ((name, getattr(part.match.where, name)) for name in names)
        return tuple(it for it in given if it[0] != "event_name" or not self._plays(part, it[1]))

    def _decision(self) -> Decision:
        if not self._question.several:
            return self._parts[0].decision
        decision = decide_all([each.decision for each in self._parts])
        if decision.verdict is not Verdict.PASSED or not self._question.in_order:
            return decision
        places = self._places()
        open_end = max(
            self._parts,
            key=lambda each: (
                each.evidence.running,
                each.evidence.lost,
                each.evidence.unclear,
                each.evidence.cut,
            ),
        )
        return decide_order(
            places_in_order(places), found_order(places), open_end.evidence, open_end.part.noun
        )

    def _places(self) -> list[tuple[Bounds, list[Place]]]:
        return [(each.part.bounds, each.places) for each in self._parts]

    def _told(self, decision: Decision, parts: list[Progress]) -> dict[str, Any]:
        return {
            "verdict": decision.verdict.value,
            "matched": sum(each.matched for each in parts),
            "lost": max(each.evidence.lost for each in parts),
            "message": decision.message,
        }

    async def _nearest(self) -> list[dict[str, Any]]:
        """What comes nearest to the first part that does not hold: records too many, or such as hardly miss."""
        open_parts = (each for each in self._parts if each.decision.verdict is not Verdict.PASSED)
        each = next(open_parts, None)
        if each is None:
            return await self._misplaced() if self._question.in_order else []
        most = each.part.bounds[1]
        if most is not None and each.matched > most:
            page = await self._journal.find(each.part.match, PageOf(limit=_NEAREST, descending=True))
            return [{"id": json.loads(text)["id"], "reasons": []} for text in page.items]
        if each.matched >= each.part.bounds[0] and not each.unclear:
            return []
        return [_shown(near) for near in await self._journal.nearest(each.part.within)]

    async def _misplaced(self) -> list[dict[str, Any]]:
        """The first record of the part that came too early, and the one of the part before it that it is to follow."""
        ordered = places_in_order(self._places())
        if all(ordered):
            return []
        late = ordered.index(False)
        before = max(no for no, each in enumerate(self._parts[:late]) if each.part.bounds[0])
        wanted = f"after all[{before}]"
        return [
            await self._found(late, 1, wanted, f"all[{late}]: expected {wanted}"),
            await self._found(
                before, self._parts[before].part.bounds[0], None, f"all[{before}]: came to hold with this one"
            ),
        ]

    async def _found(self, no: int, count: int, wanted: str | None, message: str) -> dict[str, Any]:
        page = await self._journal.find(self._parts[no].part.match, PageOf(limit=min(count, _MOST_COUNTED)))
        reason = {"part": "in_order", "wanted": wanted, "found": f"all[{no}]", "message": message}
        return {"id": json.loads(page.items[-1])["id"], "reasons": [reason]}


def _shown(near: Near) -> dict[str, Any]:
    return {"id": near.id, "reasons": [_reason(miss) for miss in near.misses]}


def _reason(miss: Miss) -> dict[str, Any]:
    return {
        "part": miss.part,
        "wanted": _bounded(miss.wanted),
        "found": _bounded(miss.actual),
        "message": shortened(miss.message, _LONGEST_SHOWN),
    }


def _bounded(value: Any) -> Any:
    """The value, or the beginning of its JSON where that is long."""
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= _LONGEST_SHOWN else shortened(text, _LONGEST_SHOWN)
