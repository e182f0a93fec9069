"""The verdict, from what was found and how the runs stand. Pure.

A minimum is met as soon as it is met, and a maximum exceeded for good. All else is certain only when every run in
question has settled and nothing of them was lost; until then, and without any run, the verdict is `incomplete`. So it
is where the question is about a delivery or event that is not there, and where none is expected of an event that no run
in question has: nothing is proved by not finding what cannot be. Records of which nobody can tell
whether they fit count as lost ones do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from emulator.record import Verdict
from emulator.value import value

Bounds = tuple[int, int | None]
"""At least so many, and at most so many; None is without limit."""

Place = tuple[int, int]
"""A moment, and a number that tells apart what has the same one."""


_IDS = {"delivery", "event"}
_NAMES = {"event_name"}


@value(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How many records fit, and of the runs in question: how many are known, running, cut short, and records lost.

    Of `unclear` records nobody can tell, since their bodies were cut or cannot be searched; `one_unclear` is the id of
    one. `one` is the id of a running run, and `awaits` says what it needs to go on, if it does not by itself. `absent`
    are the filters, with their values, that fit nothing in these runs by themselves.
    """

    matched: int
    known: int
    running: int = 0
    cut: int = 0
    lost: int = 0
    unclear: int = 0
    one_unclear: str | None = None
    one: str | None = None
    awaits: str | None = None
    absent: tuple[tuple[str, str], ...] = ()


@value(frozen=True, slots=True)
class Decision:
    """A verdict; `final` when nothing that may still come can change it. `message` is one line."""

    verdict: Verdict
    final: bool
    message: str


def decide(bounds: Bounds, evidence: Evidence, noun: str) -> Decision:
    """What one part comes to. `noun` is what is counted, in the singular."""
    least, most = bounds
    told = f"expected {_wanted(bounds, noun)}, found {evidence.matched or 'none'}"
    if not evidence.known:
        return Decision(Verdict.INCOMPLETE, final=False, message=f"{told}: no run is in question")
    if most is not None and evidence.matched > most:
        return Decision(Verdict.FAILED, final=True, message=told)
    if most is None and evidence.matched >= least:
        return Decision(Verdict.PASSED, final=True, message=told)
    open_end = _open_end(evidence, noun)
    if open_end:
        return Decision(Verdict.INCOMPLETE, final=not evidence.running, message=f"{told}{open_end}")
    verdict = Verdict.PASSED if evidence.matched >= least else Verdict.FAILED
    told += "".join(
        f"; nothing of these runs has {name} {json.dumps(value)}" for name, value in evidence.absent
    )
    names = {name for name, _ in evidence.absent}
    if names & _IDS or (names & _NAMES and verdict is Verdict.PASSED):
        verdict = Verdict.INCOMPLETE
    return Decision(verdict, final=True, message=told)


def decide_order(ordered: Sequence[bool], found: Sequence[int], evidence: Evidence, noun: str) -> Decision:
    """What the order comes to, when all parts hold. `ordered` tells of each part whether it has its place.

    `found` are the numbers of the parts in the order in which each came to hold.
    """
    if all(ordered):
        return Decision(Verdict.PASSED, final=True, message="all came in this order")
    told = f"all[{ordered.index(False)}]: it did not come after those before it"
    if list(found) != sorted(found):
        told += f"; the order found is {', '.join(f'all[{no}]' for no in found)}"
    open_end = _open_end(evidence, noun)
    if open_end:
        return Decision(Verdict.INCOMPLETE, final=not evidence.running, message=f"{told}{open_end}")
    return Decision(Verdict.FAILED, final=True, message=told)


def decide_all(decisions: Sequence[Decision]) -> Decision:
    """What several parts come to: failed beats incomplete, and the first that is not passed has the word."""
    for verdict in (Verdict.FAILED, Verdict.INCOMPLETE):
        for number, each in enumerate(decisions):
            if each.verdict is verdict:
                final = verdict is Verdict.FAILED or all(other.final for other in decisions)
                return Decision(verdict, final=final, message=f"all[{number}]: {each.message}")
    return Decision(Verdict.PASSED, final=True, message=f"all {len(decisions)} hold")


def places_in_order(parts: Sequence[tuple[Bounds, Sequence[Place]]]) -> list[bool]:
    """Whether each part has its least number of records behind those of the parts before it.

    Each takes the earliest it can. What has no minimum has no place in the order.
    """
    ordered: list[bool] = []
    reached: Place | None = None
    for (least, _), places in parts:
        behind = sorted(place for place in places if reached is None or place > reached)
        ordered.append(len(behind) >= least)
        if least and ordered[-1]:
            reached = behind[least - 1]
    return ordered


def found_order(parts: Sequence[tuple[Bounds, Sequence[Place]]]) -> list[int]:
    """The numbers of the parts that have a minimum, in the order in which each was met; all of them are."""
    met = {no: sorted(places)[least - 1] for no, ((least, _), places) in enumerate(parts) if least}
    return sorted(met, key=met.__getitem__)


def _open_end(evidence: Evidence, noun: str) -> str:
    """Why more might be known some day, or might have been."""
    if evidence.running:
        others = evidence.running - 1
        more = f" and {others} more have" if others else " has"
        awaits = f": {evidence.awaits}" if evidence.awaits else ""
        return f" so far; {evidence.one}{more} not ended{awaits}"
    if evidence.lost:
        lost = "1 record" if evidence.lost == 1 else f"{evidence.lost} records"
        return f"; {lost} of these runs had to make room, and may have held such {noun}s"
    if evidence.unclear:
        more = f" and {evidence.unclear - 1} more" if evidence.unclear > 1 else ""
        return f"; the body of {evidence.one_unclear}{more} was cut or cannot be searched, and may hold it"
    if evidence.cut:
        return f"; {'1 run was' if evidence.cut == 1 else f'{evidence.cut} runs were'} cut short"
    return ""


def _wanted(bounds: Bounds, noun: str) -> str:
    least, most = bounds
    if most == 0:
        return f"no {noun}"
    if most is None:
        count, told = least, f"at least {least}"
    else:
        count, told = most, str(most) if least == most else f"{least} to {most}"
    return f"{told} {noun}{'' if count == 1 else 's'}"
