"""What a probe found, and what all of them come to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from emulator.check.probe import About, Probe, Severity
from emulator.fault import Expects
from emulator.record import AttemptRecord, Failure, RunRecord, Verdict
from emulator.value import value

_ADDED = frozenset(each.value for each in Expects)
"""The checks of attempts that faults add, as failures name them."""


class Status(StrEnum):
    """What became of a probe: `skipped` is not asked by choice or for a reason, `incomplete` could not be asked."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    INCOMPLETE = "incomplete"


@value(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a probe found. `reasons` are lines that say why it failed, or why it was not asked."""

    probe: Probe
    status: Status
    reasons: tuple[str, ...] = ()
    attempts: tuple[AttemptRecord, ...] = ()
    duration_us: int = 0

    @property
    def mend(self) -> str:
        """What to do about it where it failed."""
        answered = any(each.response is not None for each in self.attempts)
        return self.probe.mend if answered else self.probe.unanswered or self.probe.mend


def finding(probe: Probe, run: RunRecord, attempts: Sequence[AttemptRecord]) -> Finding:
    """What the run of a probe shows."""
    own = [
        each
        for each in run.failures
        if (probe.about is About.ALL or each.check in _ADDED) and each.actual not in probe.sound
    ]
    incomplete = run.verdict in (None, Verdict.INCOMPLETE)
    status = Status.FAILED if own else Status.INCOMPLETE if incomplete else Status.PASSED
    reasons = tuple(sorted({_reason(each, attempts) for each in own})) or (
        ("the run was cut short",) if incomplete else ()
    )
    duration_us = (run.settled_wall or run.started_wall) - run.started_wall
    return Finding(
        probe=probe, status=status, reasons=reasons, attempts=tuple(attempts), duration_us=duration_us
    )


def skipped(probe: Probe, reason: str) -> Finding:
    """A probe that is not asked of this endpoint."""
    return Finding(probe=probe, status=Status.SKIPPED, reasons=(reason,))


def cut_short(probe: Probe, reason: str) -> Finding:
    """A probe that could not be asked, or not to its end."""
    return Finding(probe=probe, status=Status.INCOMPLETE, reasons=(reason,))


def _reason(failure: Failure, attempts: Sequence[AttemptRecord]) -> str:
    """What was expected and what came, in the words of somebody who knows no scenarios."""
    made = [each for each in attempts if each.delivery == failure.delivery and each.trigger == "schedule"]
    if failure.check != "outcome" or not made:
        return failure.message
    kind = f"{made[0].type}: " if len({each.type for each in attempts}) > 1 else ""
    return f"{kind}expected an acceptance, got {', then '.join(map(_came, made))}"


def _came(attempt: AttemptRecord) -> str:
    if attempt.error is not None:
        return attempt.error.kind.value
    return "no answer" if attempt.response is None else str(attempt.response.status)


class Grade(StrEnum):
    """What an endpoint is worth."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    F = "F"


GRADES = {
    Grade.A: "nothing failed",
    Grade.B: "only notes",
    Grade.C: "warnings, and no error",
    Grade.D: "errors",
    Grade.F: "forged webhooks are accepted, or genuine ones are not",
}
"""What each grade says."""

_FORGED = ("signature-", "tampered", "forged-")


def grade(findings: Iterable[Finding]) -> Grade:
    """A: nothing failed. B: notes alone. C: warnings. D: errors. F: it takes forged webhooks, or no genuine ones."""
    failed = [each.probe for each in findings if each.status is Status.FAILED]
    if any(
        probe.id == "valid" or (probe.id.startswith(_FORGED) and probe.severity is Severity.ERROR)
        for probe in failed
    ):
        return Grade.F
    severities = {probe.severity for probe in failed}
    if Severity.ERROR in severities:
        return Grade.D
    if Severity.WARNING in severities:
        return Grade.C
    return Grade.B if severities else Grade.A
