"""The desk of an open run: it takes the calls of the application, answers them, and lets events follow."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from emulator.answering.apis import Apis, no_such_path
from emulator.answering.masked import masked_call
from emulator.answering.seam import Answered, Call, Reply
from emulator.delivery.playing import Cause, Playing
from emulator.endpoint import Endpoint, from_document
from emulator.record import Plan, Record, RequestRecord, Response
from emulator.scenario.model import Event, Scenario

Registered = Callable[[], Iterable[Endpoint]]

MOST_KEPT = 65_536
"""Bytes of an answer's body that its record keeps."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a call came to: the reply, what is to be recorded, and whether anything follows."""

    reply: Reply
    records: tuple[Record, ...]
    followed: bool


class Desk:
    """A call is answered, then taken, before the next one is; they are numbered as they are taken.

    `registered` gives the endpoints as they are when an event is emitted.
    """

    def __init__(self, playing: Playing, registered: Registered) -> None:
        self._playing = playing
        self._registered = registered
        self._apis = Apis(playing.scenario, playing.facts, below=f"/runs/{playing.run}")
        self._events = {event.name: event for event in _events(playing.scenario)}
        self._count = 0

    def answer(self, provider: str, call: Call) -> Answered | None:
        """What the provider answers; None: it has no such path. Changes nothing but what its API remembers."""
        return self._apis.answer(provider, call)

    def take(self, provider: str, call: Call, answered: Answered | None, shown: Call) -> Taken:
        """Let follow what follows from a call that was answered; `shown` is the call without its credentials."""
        found: dict[str, Endpoint] = {}
        id = self._follow(call, answered, self._registered(), found)
        reply = no_such_path(provider, call) if answered is None else answered.reply
        record = self._record(id, provider, shown, answered, reply)
        plan = Plan(self._playing.run, _document(provider, call, found.values()), self._count)
        followed = answered is not None and bool(answered.emissions or answered.changes)
        return Taken(reply, (record, plan), followed)

    def again(self, documents: Iterable[str]) -> None:
        """Take calls that were answered before: what they left and what they emitted is there again."""
        for document in documents:
            provider, call, endpoints = _call(document)
            self._follow(call, self.answer(provider, call), endpoints, {})

    def _follow(
        self,
        call: Call,
        answered: Answered | None,
        registered: Iterable[Endpoint],
        found: dict[str, Endpoint],
    ) -> str:
        """Plan what follows; the id of the call. `found` takes up the registered endpoints that events go to."""
        self._count += 1
        id = f"req_{self._playing.run.partition('_')[2]}_{self._count}"
        for emission in answered.emissions if answered else ():
            due_us = call.at - self._playing.start + emission.delay_us
            event = self._events[emission.event]
            endpoints: tuple[Endpoint, ...] = ()
            if emission.targets is None and event.seeks:
                wanting = event.sought(registered)
                found.update((each.id, each) for each in wanting)
                endpoints = (*event.sought(self._playing.scenario.endpoints), *wanting)
            self._playing.emit(event, due_us, Cause(id, emission.targets, emission.data, endpoints))
        for after_us in answered.changes if answered else ():
            self._playing.pause(call.at - self._playing.start + after_us)
        return id

    def _record(
        self, id: str, provider: str, shown: Call, answered: Answered | None, reply: Reply
    ) -> RequestRecord:
        response = Response(
            status=reply.status,
            headers=reply.headers,
            body=reply.body[:MOST_KEPT],
            truncated=len(reply.body) > MOST_KEPT,
        )
        return RequestRecord(
            id=id,
            run=self._playing.run,
            provider=provider,
            method=shown.method,
            path=shown.path,
            query=shown.query,
            headers=shown.headers,
            body=shown.body,
            at=shown.at,
            received_wall=shown.wall,
            route=None if answered is None else answered.route,
            response=None if reply.drop else masked_response(response, shown),
        )


def _events(scenario: Scenario) -> tuple[Event, ...]:
    return (*scenario.events, *scenario.api_events)


def masked_response(response: Response, call: Call) -> Response:
    """The answer as it may be recorded: tokens that it hands out are masked as those that come in."""
    shown = masked_call(replace(call, query=(), headers=response.headers, body=response.body))
    return replace(response, headers=shown.headers, body=shown.body)


def _document(provider: str, call: Call, endpoints: Iterable[Endpoint]) -> str:
    members: dict[str, Any] = {
        "provider": provider,
        "method": call.method,
        "path": call.path,
        "query": call.query,
        "headers": call.headers,
        "body": base64.b64encode(call.body).decode(),
        "at": call.at,
        "wall": call.wall,
        "endpoints": [each.to_document() for each in endpoints],
    }
    return json.dumps(members)


def _call(document: str) -> tuple[str, Call, list[Endpoint]]:
    members = json.loads(document)
    call = Call(
        method=members["method"],
        path=members["path"],
        query=tuple((name, value) for name, value in members["query"]),
        headers=tuple((name, value) for name, value in members["headers"]),
        body=base64.b64decode(members["body"]),
        at=members["at"],
        wall=members["wall"],
    )
    return members["provider"], call, [from_document(each) for each in members["endpoints"]]
