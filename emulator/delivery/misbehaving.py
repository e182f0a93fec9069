"""Faults in their places: what an attempt sends on which they are, and what the attempts send that they add."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, reduce

from emulator.delivery.life import Life, Prepared
from emulator.fault import PLAIN, Extra, Fault, Manner, Sending, Signing, changing, extras, on_attempt
from emulator.provider.signing import Signed, sign, signs_id
from emulator.record import Request
from emulator.scenario.render import Content, RunFacts, content_of, drawn, wire_id
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What an attempt is made with: the run's facts and start, how a request is completed, and the real time."""

    facts: RunFacts
    start: int
    wire: Callable[[Request], tuple[Request, Request]]
    wall: int


def planned_extras(life: Life, number: int) -> list[Extra]:
    """The attempts that faults add to attempt `number` of a delivery."""
    event = life.occurrence.event
    if not event.faults:
        return []
    return list(extras(on_attempt(event.faults, number, event.profile.attempts), event.profile))


def misbehaving(
    life: Life, number: int, content: Content, signed: Signed | None, workshop: Workshop
) -> Prepared:
    """Attempt `number` with its faults: `content` and `signed` are what it would send without them."""
    event = life.occurrence.event
    faults = changing(on_attempt(event.faults, number, event.profile.attempts), event.profile)
    make = partial(_shot, life, number, content, signed, workshop)
    added = planned_extras(life, number)
    planned = make(faults)
    before = [
        replace(make([each.planned.fault]), extra=each)
        for each in added
        if each.again is None and (number, each.copy) not in life.extra_made
    ]
    beside = [
        copy_of(planned, each)
        for each in added
        if each.again is not None
        and each.again.after_us is None
        and (number, each.copy) not in life.extra_made
    ]
    return replace(planned, before=tuple(before), beside=tuple(beside))


def copy_of(planned: Prepared, extra: Extra) -> Prepared:
    """A further sending of what an attempt sent."""
    return replace(
        planned, faults=(*planned.faults, extra.planned.fault.told), extra=extra, before=(), beside=()
    )


def _shot(
    life: Life,
    number: int,
    content: Content,
    signed: Signed | None,
    workshop: Workshop,
    faults: Sequence[Fault],
) -> Prepared:
    event, occurrence = life.occurrence.event, life.occurrence
    type = reduce(lambda found, fault: fault.typed(found), faults, event.type)
    changed = content
    if type != event.type:
        changed = content_of(
            replace(event, type=type),
            workshop.facts,
            index=occurrence.index,
            due_at=workshop.start + occurrence.due_us,
            data=occurrence.data,
        )
    body = reduce(lambda found, fault: fault.encoded(found), faults, changed.body)
    headers = reduce(lambda found, fault: fault.described(found), faults, changed.headers)
    signing = _signing(life, number, workshop)
    if body != content.body and signing is not None:
        signed = signing.sign(body, signing.secret)
    sending = Sending(headers=headers, body=body, signed=signed)
    sending = reduce(lambda found, fault: fault.sent(found, signing), faults, sending)
    manner: Manner = reduce(lambda found, fault: fault.manner(found), faults, PLAIN)
    told = tuple(fault.told for fault in faults)
    return _completed(life.url, sending, manner, told, workshop)


def _completed(
    url: str, sending: Sending, manner: Manner, told: tuple[str, ...], workshop: Workshop
) -> Prepared:
    signed = sending.signed
    headers = sending.headers + (signed.headers if signed else ())
    request = Request(method=sending.method, url=url, headers=headers, body=sending.body)
    sent, shown = workshop.wire(request)
    if sending.length is not None:
        sent, shown = _of_length(sent, sending.length), _of_length(shown, sending.length)
    record = signed.record if signed else None
    return Prepared(request=sent, shown=shown, signature=record, manner=manner, faults=told)


def _of_length(request: Request, length: int) -> Request:
    headers = [
        (name, str(length) if name.lower() == "content-length" else text) for name, text in request.headers
    ]
    return replace(request, headers=tuple(headers))


def _signing(life: Life, number: int, workshop: Workshop) -> Signing | None:
    """How the provider would sign anything here; None where it signs nothing."""
    event, index = life.occurrence.event, life.occurrence.index
    scheme = event.profile.signature
    if scheme is None:
        return None
    moment = workshop.wall if scheme.stamp == "wall" else workshop.start + life.due_us
    id = wire_id(event, workshop.facts, index) if signs_id(scheme) else ""
    secret, old = event.secrets(life.endpoint, workshop.wall)
    return Signing(
        sign=lambda body, secret: sign(scheme, secret, body, wire_id=id, timestamp=moment // 1_000_000),
        secret=secret,
        old_secret=old,
        draw=lambda what: drawn(event, workshop.facts, index, f"{what} of attempt {number}"),
    )
