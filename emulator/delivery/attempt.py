"""One attempt of a delivery: what it sends, what came of it, and the records that both leave."""

from __future__ import annotations

from dataclasses import replace

from emulator.delivery.judge import Made
from emulator.delivery.life import Life, Prepared
from emulator.duration import format_moment
from emulator.errors import TemplateError
from emulator.provider.placeholder import parse_placeholders
from emulator.provider.profile import Email, Profile
from emulator.record import (
    AttemptError,
    AttemptRecord,
    ErrorKind,
    Failure,
    NotificationRecord,
    Response,
    Result,
)
from emulator.scenario.model import Event
from emulator.scenario.target import without_credentials
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt. Moments are microseconds since 1970, lateness and duration microseconds."""

    response: Response | None
    error: AttemptError | None
    planned_wall: int
    sent_wall: int
    lateness_us: int
    duration_us: int


def without_accepted_redirect(outcome: Outcome, profile: Profile) -> Outcome:
    """A redirect that is not followed and whose status the profile accepts is an answer like any other."""
    if outcome.error is None or outcome.error.kind is not ErrorKind.REDIRECT or profile.follow_redirects:
        return outcome
    accepted = outcome.response is not None and profile.accept.accepts(outcome.response.status)
    return replace(outcome, error=None) if accepted else outcome


def made(outcome: Outcome, offset_us: int) -> Made:
    """What is kept of it for judging the delivery."""
    status = None if outcome.response is None else outcome.response.status
    kind = None if outcome.error is None else outcome.error.kind
    return Made(status, kind, offset_us, outcome.duration_us, outcome.lateness_us)


def attempt_record(
    life: Life,
    start: int,
    prepared: Prepared,
    outcome: Outcome,
    *,
    result: Result,
    next_us: int | None,
    explanation: str,
) -> AttemptRecord:
    """The record of the attempt that `life` stands at. `start` is the run's, `next_us` when the successor is due."""
    occurrence, event = life.occurrence, life.occurrence.event
    return AttemptRecord(
        id=f"att_{life.id[4:]}_{life.number}",
        run=life.run,
        delivery=life.id,
        event=occurrence.id,
        event_name=event.name,
        index=occurrence.index,
        provider=event.profile.provider,
        type=event.type,
        number=life.number,
        remade=life.remade,
        due_at=start + life.due_us,
        offset_us=life.offset_us,
        planned_wall=outcome.planned_wall,
        sent_wall=outcome.sent_wall,
        lateness_us=outcome.lateness_us,
        duration_us=outcome.duration_us,
        request=prepared.shown,
        signature=prepared.signature,
        response=outcome.response,
        error=outcome.error,
        result=result,
        faults=prepared.faults,
        final=next_us is None,
        next_due_at=None if next_us is None else start + next_us,
        explanation=explanation,
    )


def notification_record(life: Life, email: Email, outcome: Outcome, *, at: int) -> NotificationRecord:
    """The mail about a delivery that this attempt exhausted. `at` is emulated, in microseconds since 1970."""
    values = {
        "type": life.occurrence.event.type or "",
        "event": life.occurrence.event.name,
        "url": without_credentials(life.url),
        "attempts": str(len(life.made)),
        "error": outcome.error.fact if outcome.error else f"status {life.made[-1].status}",
        "at": format_moment(at),
    }
    return NotificationRecord(
        id=f"ntf_{life.id[4:]}",
        run=life.run,
        delivery=life.id,
        to=email.to,
        subject=parse_placeholders(email.subject).fill(values),
        text=parse_placeholders(email.text).fill(values),
        at=at,
    )


def unrendered(event: Event, index: int, error: TemplateError) -> Failure:
    """The failure of an occurrence that cannot be rendered."""
    return Failure(
        event=event.name, index=index, check="template", expected="a value", actual=None, message=str(error)
    )
