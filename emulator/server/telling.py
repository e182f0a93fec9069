"""What the log tells of runs: start and end, deliveries that ended exhausted or blocked, redeliveries, e-mails.

And requests that the emulator could not answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.record import (
    AttemptRecord,
    ErrorKind,
    NotificationRecord,
    Record,
    RequestRecord,
    Result,
    RunRecord,
    RunState,
)
from emulator.scenario.target import without_credentials
from emulator.server.log import Log


class Telling:
    """Watches records as they are made."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._resuming = False
        self._running: dict[str, RunRecord] = {}

    @contextmanager
    def resuming(self) -> Iterator[None]:
        """While this is open, runs that begin are such as go on."""
        self._resuming = True
        try:
            yield
        finally:
            self._resuming = False

    def __call__(self, record: Record) -> None:
        """Look at a record. Nearly all are of attempts, and nearly none of those has a line."""
        if isinstance(record, AttemptRecord):
            if record.trigger == "redeliver":
                self._tell_redelivery(record)
            elif record.final and record.result is not Result.ACCEPTED:
                self._tell_end(record)
        elif isinstance(record, RunRecord):
            self._tell_run(record)
        elif isinstance(record, NotificationRecord):
            self._tell_mail(record)
        elif isinstance(record, RequestRecord) and record.error is not None:
            self._tell_unanswered(record, record.error)

    def _tell_run(self, run: RunRecord) -> None:
        about = {"run": run.id, "scenario": run.scenario}
        if run.state is RunState.SETTLED and not run.ended:
            return
        if run.state is not RunState.RUNNING:
            began = self._running.pop(run.id, None) is not None
            if not began and not self._resuming:
                return  # it ended before, and a redelivery counts in it
            tell = self._log.error if run.state is RunState.ERROR else self._log.info
            tell(
                f"run {run.state.value}",
                **about,
                verdict=run.verdict and run.verdict.value,
                attempts=run.counts.attempts,
                lost=run.counts.lost or None,
                error=run.error,
                labels=dict(run.labels),
            )
        elif run.id not in self._running:
            self._running[run.id] = run
            event = "run resumed" if self._resuming else "run started"
            self._log.info(event, **about, speed=run.speed, seed=run.seed, labels=dict(run.labels))

    def _tell_redelivery(self, attempt: AttemptRecord) -> None:
        self._log.info(
            "redelivered",
            run=attempt.run,
            delivery=attempt.delivery,
            event_name=attempt.event_name,
            target=_shown(attempt.request.url),
            status=attempt.status,
            error=attempt.error and attempt.error.kind.value,
        )

    def _tell_end(self, attempt: AttemptRecord) -> None:
        error = attempt.error
        if error and error.kind is ErrorKind.CANCELLED:
            return
        blocked = error is not None and error.kind is ErrorKind.BLOCKED
        tell = self._log.warning if blocked else self._log.info
        run = self._running.get(attempt.run)
        tell(
            "delivery blocked" if blocked else "delivery exhausted",
            run=attempt.run,
            scenario=run and run.scenario,
            delivery=attempt.delivery,
            event_name=attempt.event_name,
            target=_shown(attempt.request.url),
            attempts=attempt.number,
            status=attempt.status,
            error=error and error.kind.value,
            reason=_shown(error.message) if error and blocked else None,
            labels=dict(run.labels) if run else None,
        )

    def _tell_unanswered(self, request: RequestRecord, reason: str) -> None:
        run = self._running.get(request.run)
        self._log.warning(
            "request not answered",
            run=request.run,
            scenario=run and run.scenario,
            request=request.id,
            provider=request.provider,
            route=request.route,
            reason=reason,
            labels=dict(run.labels) if run else None,
        )

    def _tell_mail(self, mail: NotificationRecord) -> None:
        if not mail.sent and mail.error is None:
            return
        run = self._running.get(mail.run)
        tell = self._log.info if mail.sent else self._log.warning
        tell(
            "e-mail sent" if mail.sent else "e-mail not sent",
            run=mail.run,
            scenario=run and run.scenario,
            delivery=mail.delivery,
            error=mail.error,
            labels=run and run.labels,
        )


def _shown(text: str) -> str:
    """A URL, or a message that may hold one, without what may be secret in it."""
    return without_credentials(text).partition("?")[0]
