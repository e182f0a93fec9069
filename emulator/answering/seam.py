"""What every provider's API is made of: a call, its answer, and the events that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from emulator.record import Headers


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of a provider's routes answers a call, counted from 0; None: none of them.

    `slow` is why it could not be told whether that route fits: then it answers with an error.
    """

    route: int | None = None
    slow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request of the application to the provider's API.

    `path` stands below `/{provider}`, decoded, and begins with a slash. `at` is the run's emulated moment, `wall` the
    real one, both in microseconds since 1970. `choice` is set where the call was answered before.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = ()
    body: bytes = b""
    at: int
    wall: int
    choice: Choice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the provider answers. `delay_us` is emulated time before it does; `drop` drops the connection instead."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    delay_us: int = 0
    drop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Emission:
    """An event that follows from a call.

    `event` is its name: of the scenario's event, or the type where the provider's own API emits. `delay_us` counts
    from the call. `targets` is where to (None: as the event says), `data` what (None: as the event says).
    """

    event: str
    type: str | None
    delay_us: int
    targets: tuple[str, ...] | None
    data: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """`route` names what answered, for the record: `POST /api/v1/submissions/`.

    `changes` are microseconds after the call: moments at which the API will tell something else than before. A clock
    that jumps goes there, so that an application that polls sees it. `failure` is why the emulator could not answer as
    it should have; it holds no secret. `choice` is None where the emulator is at fault.
    """

    route: str
    reply: Reply
    emissions: tuple[Emission, ...] = ()
    changes: tuple[int, ...] = ()
    failure: str | None = None
    choice: Choice | None = None


class Api(Protocol):
    """A provider's API, with the state that its calls have left."""

    def answer(self, call: Call) -> Answered | None:
        """None: a path that it does not know.

        The same calls in the same order with the same seed give the same answers: a restarted emulator plays the
        recorded calls again.
        """
