"""The attempts that faults add: what is expected of the endpoint, and the records that they leave.

They belong to no schedule: they share the number of a planned attempt, are followed by nothing, and count nowhere.
"""

from __future__ import annotations

from dataclasses import replace

from emulator.delivery.attempt import Outcome, attempt_record, without_accepted_redirect
from emulator.delivery.explain import extra_line
from emulator.delivery.judge import Miss, answered, expected_text
from emulator.delivery.life import Life, Prepared
from emulator.delivery.retry import result_of
from emulator.fault import Expects, Extra
from emulator.record import AttemptRecord, ErrorKind, Result

TRIGGER = "fault"
"""The trigger of attempts that faults add."""

_OURS = (ErrorKind.BLOCKED, ErrorKind.CANCELLED)


def extra_record(
    life: Life, start: int, prepared: Prepared, outcome: Outcome, *, number: int, due_us: int
) -> AttemptRecord:
    """The record of an attempt that a fault added to attempt `number`. `start` is the run's."""
    profile = life.occurrence.event.profile
    extra, outcome = prepared.extra, without_accepted_redirect(outcome, profile)
    assert extra is not None  # noqa: S101 - only extra ones come here
    result = result_of(profile.accept, outcome.response, outcome.error)
    offset_us = due_us - life.first_due_us
    line = extra_line(
        outcome,
        number=number,
        offset_us=offset_us,
        told=extra.planned.fault.told,
        copy=extra.copy if extra.again else None,
    )
    record = attempt_record(life, start, prepared, outcome, result=result, next_us=None, explanation=line)
    return replace(
        record,
        id=f"att_{life.id[4:]}_{number}_{extra.copy}",
        number=number,
        copy=extra.copy,
        trigger=TRIGGER,
        remade=False,
        due_at=start + due_us,
        offset_us=offset_us,
        final=False,
    )


def missed(life: Life, extra: Extra, outcome: Outcome, *, number: int) -> Miss | None:
    """What the endpoint was expected to do with it and did not. That of a copy shows once its attempt has ended.

    A copy of an attempt that was not accepted may be accepted or not.
    """
    profile = life.occurrence.event.profile
    wanted = extra.planned.expects(profile)
    outcome = without_accepted_redirect(outcome, profile)
    if wanted is None or (outcome.error and outcome.error.kind in _OURS):
        return None
    accepted = result_of(profile.accept, outcome.response, outcome.error) is Result.ACCEPTED
    status = None if outcome.response is None else outcome.response.status
    free = wanted is Expects.ACCEPTED and extra.again is not None and not life.accepted(number)
    if free or answered(wanted, status, accepted=accepted):
        return None
    came = status if status is not None else outcome.error.kind.value if outcome.error else "no answer"
    what = f"copy {extra.copy} of attempt {number}" if extra.again else f"attempt {number}"
    message = f"{what} ({extra.planned.fault.told}): expected {expected_text(wanted)}, got {came}"
    return Miss(wanted.value, wanted.value, came, message)
