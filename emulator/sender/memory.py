"""A receiver simulated in the process: the sender for tests, and for measuring everything but the network."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from time import monotonic_ns

from emulator.duration import format_duration
from emulator.fault import PLAIN, Manner
from emulator.record import AttemptError, ErrorKind, Request, Response
from emulator.sender.deadline import Deadlines
from emulator.sender.redirect import STATUSES, Outcome, redirected
from emulator.sender.seam import Exchange

Answer = Response | AttemptError
"""What a simulated receiver does with a request: it answers, or fails in one of the ways of the contract."""


class MemorySender:
    """Asks a function for each answer. The function may be a coroutine; then it is held to the attempt's time-out.

    What the function raises is a mistake of its writer and is raised here, too. `keep_body` is in bytes.
    """

    def __init__(
        self, answer: Callable[[Request], Answer | Awaitable[Answer]], *, keep_body: int = 65_536
    ) -> None:
        self._answer = answer
        self._deadlines = Deadlines()
        self._keep_body = keep_body

    async def send(
        self, request: Request, *, timeout_us: int, follow: bool, manner: Manner = PLAIN
    ) -> Exchange:
        sent_ns = monotonic_ns()
        if manner.reset:
            dropped = AttemptError(
                ErrorKind.RESET, f"the connection was dropped on purpose, {manner.reset} the body"
            )
            return Exchange(response=None, error=dropped, sent_ns=sent_ns, ended_ns=monotonic_ns())
        response, error = await self._attempt(request, timeout_us, follow=follow)
        return Exchange(response=response, error=error, sent_ns=sent_ns, ended_ns=monotonic_ns())

    async def close(self) -> None:
        self._deadlines.close()

    async def _attempt(self, request: Request, timeout_us: int, *, follow: bool) -> Outcome:
        answer = self._answer(request)
        if isinstance(answer, Response) and answer.status not in STATUSES:
            return self._kept(answer), None  # nothing was waited for, so no limit is needed
        limit = self._deadlines.within(timeout_us)
        try:
            with limit:
                response = await self._taken(answer)
                return await redirected(request, response, self._exchange, follow=follow)
        except _Failed as failure:
            return None, failure.error
        except TimeoutError:
            if not limit.expired:
                raise
            told = f"connected, but no answer within {format_duration(timeout_us)}"
            return None, AttemptError(ErrorKind.TIMEOUT, told)

    async def _exchange(self, request: Request) -> Response:
        return await self._taken(self._answer(request))

    async def _taken(self, answer: Answer | Awaitable[Answer]) -> Response:
        if not isinstance(answer, Response | AttemptError):
            answer = await answer
        if isinstance(answer, AttemptError):
            raise _Failed(answer)
        return self._kept(answer)

    def _kept(self, answer: Response) -> Response:
        if len(answer.body) > self._keep_body:
            return replace(answer, body=answer.body[: self._keep_body], truncated=True)
        return answer


class _Failed(Exception):
    """Carries a simulated failure past the redirects."""

    def __init__(self, error: AttemptError) -> None:
        super().__init__(error.message)
        self.error = error
