"""The desk of an open run: it takes the calls of the application, answers them, and lets events follow."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath
from traceback import extract_tb

from emulator.answering.apis import Apis, no_such_path
from emulator.answering.masked import masked_call
from emulator.answering.seam import Answered, Call, Choice, Reply
from emulator.delivery.playing import Cause, Coming, Playing
from emulator.endpoint import Endpoint, from_document
from emulator.record import Failure, Plan, Record, RequestRecord, Response
from emulator.record.run import MOST_BYTES, MOST_CALLS
from emulator.scenario.model import Event, Scenario

Registered = Callable[[], Iterable[Endpoint]]

MOST_KEPT = 65_536
"""Bytes of an answer's body that its record keeps."""

_SLICE = 3 << 18
"""Bytes that are written at a time, so that other threads get their turn; a multiple of three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A call that was answered and is not yet taken: also as it may be shown, and as text for a restarted emulator.

    `error` is why it was not answered as it could have been.
    """

    provider: str
    call: Call
    answered: Answered | None
    reply: Reply
    shown: Call
    response: Response | None
    document: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Following:
    """What follows from a call, and when, in microseconds since the run's start.

    `coming` are occurrences, `pauses` moments at which the API tells something else.
    """

    coming: tuple[tuple[int, Coming], ...]
    pauses: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.coming or self.pauses)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a call came to: the reply, what is to be recorded, and what is to `follow` once the call is answered."""

    reply: Reply
    records: tuple[Record, ...]
    following: Following


class Desk:
    """A call is answered, then taken, before the next one is; they are numbered as they are taken.

    `registered` gives the endpoints as they are when an event is emitted. Where the journal is `lasting`, calls are
    kept for a restarted emulator.
    """

    def __init__(self, playing: Playing, registered: Registered, *, lasting: bool) -> None:
        self._playing = playing
        self._registered = registered
        self._lasting = lasting
        self._apis = Apis(playing.scenario, playing.facts, below=f"/runs/{playing.run}")
        self._events = {event.name: event for event in _events(playing.scenario)}
        self._count = 0
        self._bytes = 0

    def prepare(self, provider: str, call: Call) -> Prepared:
        """Answer a call, and do all that may take long. Changes nothing but what the provider's API remembers."""
        answered = self._answer(provider, call)
        reply = no_such_path(provider, call) if answered is None else answered.reply
        return Prepared(
            provider=provider,
            call=call,
            answered=answered,
            reply=reply,
            shown=masked_call(call),
            response=None if reply.drop else shown_response(reply),
            document=call_document(provider, call, answered) if self._lasting else None,
            error=self._apis.nearest(provider, call) if answered is None else answered.failure,
        )

    def _answer(self, provider: str, call: Call) -> Answered | None:
        """What the provider answers; None: it has no such path. A mistake of ours is an answer, too."""
        try:
            return self._apis.answer(provider, call)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must not pass over it
            return _mistaken(call, error)

    def take(self, prepared: Prepared) -> Taken:
        """Count a call that was answered. What comes of it is not planned before `follow`."""
        call, answered = prepared.call, prepared.answered
        found: dict[str, Endpoint] = {}
        id, following = self._counted(call, answered, self._registered(), found)
        records: list[Record] = [self._record(id, prepared)]
        if prepared.document is not None:
            records.append(self._plan(with_endpoints(prepared.document, found.values())))
        return Taken(prepared.reply, tuple(records), following)

    def follow(self, following: Following) -> None:
        """Plan what follows from a call."""
        for due_us, coming in following.coming:
            self._playing.plan(due_us, coming)
        for due_us in following.pauses:
            self._playing.pause(due_us)

    def _plan(self, document: str) -> Plan:
        """What a restarted emulator goes by: this call and those before it, or none where there are too many."""
        self._bytes += len(document)
        if self._count > MOST_CALLS or self._bytes > MOST_BYTES:
            self._lasting = False
            return Plan(self._playing.run, "")
        return Plan(self._playing.run, document, self._count)

    def again(self, documents: Iterable[str]) -> None:
        """Take calls that were answered before: what they left and what they emitted is there again."""
        for document in documents:
            self._bytes += len(document)
            provider, call, endpoints = call_of(document)
            _, following = self._counted(call, self._answer(provider, call), endpoints, {})
            self.follow(following)

    def _counted(
        self,
        call: Call,
        answered: Answered | None,
        registered: Iterable[Endpoint],
        found: dict[str, Endpoint],
    ) -> tuple[str, Following]:
        """The id of the call, and what follows. `found` takes up the registered endpoints that events go to.

        No event is due before the call is answered.
        """
        self._count += 1
        id = f"req_{self._playing.run.partition('_')[2]}_{self._count}"
        if answered is None:
            return id, Following((), ())
        came_us = call.at - self._playing.start
        comings: list[tuple[int, Coming]] = []
        for emission in answered.emissions:
            event = self._events[emission.event]
            endpoints: tuple[Endpoint, ...] = ()
            if emission.targets is None and event.seeks:
                wanting = event.sought(registered)
                found.update((each.id, each) for each in wanting)
                endpoints = (*event.sought(self._playing.scenario.endpoints), *wanting)
            cause = Cause(id, emission.targets, emission.data, endpoints)
            due_us = came_us + max(emission.delay_us, answered.reply.delay_us)
            comings.append((due_us, self._playing.emitted(event, cause)))
        if answered.failure is not None:
            self._playing.tally.fail(_unanswered(id, answered.route, answered.failure))
        return id, Following(tuple(comings), tuple(came_us + after_us for after_us in answered.changes))

    def _record(self, id: str, prepared: Prepared) -> RequestRecord:
        shown, answered = prepared.shown, prepared.answered
        return RequestRecord(
            id=id,
            run=self._playing.run,
            provider=prepared.provider,
            method=shown.method,
            path=shown.path,
            query=shown.query,
            headers=shown.headers,
            body=shown.body,
            at=shown.at,
            received_wall=shown.wall,
            route=None if answered is None else answered.route,
            response=prepared.response,
            error=prepared.error,
        )


def _events(scenario: Scenario) -> tuple[Event, ...]:
    return (*scenario.events, *scenario.api_events)


def _mistaken(call: Call, error: Exception) -> Answered:
    """The answer where the emulator is at fault. What the error says may hold a secret: its place tells enough."""
    place = extract_tb(error.__traceback__)[-1]
    failure = (
        f"a mistake of the emulator: {type(error).__name__} in {PurePath(place.filename).name}:{place.lineno}"
    )
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    text = f"The emulator cannot answer this request:\n{failure}\n"
    reply = Reply(status=500, headers=headers, body=text.encode())
    return Answered(route=f"{call.method} {masked_call(call).path}", reply=reply, failure=failure)


def _unanswered(id: str, route: str, reason: str) -> Failure:
    told = f"the route {route} could not answer the request {id}: {reason}"
    return Failure(event=None, check="route", expected="an answer", actual=None, message=told)


def shown_response(reply: Reply) -> Response:
    """The answer as it may be recorded: what it tells is masked as what comes in."""
    told = Call(method="", path="", headers=reply.headers, body=reply.body, at=0, wall=0)
    shown = masked_call(told)
    return Response(
        status=reply.status,
        headers=shown.headers,
        body=shown.body[:MOST_KEPT],
        truncated=len(shown.body) > MOST_KEPT,
    )


def call_document(provider: str, call: Call, answered: Answered | None) -> str:
    """A call as a restarted emulator reads it, but for the endpoints that follow. Credentials stand in it.

    Which route answered is kept: a pattern that was too slow then need not be now.
    """
    choice = Choice() if answered is None else answered.choice
    members = {
        "provider": provider,
        "method": call.method,
        "path": call.path,
        "query": call.query,
        "headers": call.headers,
        "at": call.at,
        "wall": call.wall,
        "choice": None if choice is None else [choice.route, choice.slow],
    }
    body = "".join(
        base64.b64encode(call.body[at : at + _SLICE]).decode() for at in range(0, len(call.body), _SLICE)
    )
    return f'{json.dumps(members)[:-1]}, "body": "{body}", "endpoints": '


def with_endpoints(document: str, endpoints: Iterable[Endpoint]) -> str:
    """The whole document of a call, with the registered endpoints that its events go to."""
    return f"{document}{json.dumps([each.to_document() for each in endpoints])}}}"


def call_of(document: str) -> tuple[str, Call, list[Endpoint]]:
    """The provider, the call, and the endpoints of a document."""
    members = json.loads(document)
    call = Call(
        method=members["method"],
        path=members["path"],
        query=tuple((name, value) for name, value in members["query"]),
        headers=tuple((name, value) for name, value in members["headers"]),
        body=base64.b64decode(members["body"]),
        at=members["at"],
        wall=members["wall"],
        choice=None if members["choice"] is None else Choice(*members["choice"]),
    )
    return members["provider"], call, [from_document(each) for each in members["endpoints"]]
