"""Preparing an attempt: its body, its signature, and what faults make of them."""

from __future__ import annotations

from emulator.delivery.life import Life, Prepared
from emulator.delivery.misbehaving import misbehaving
from emulator.delivery.workshop import Workshop
from emulator.provider.signing import sign, signs_id
from emulator.record import Request
from emulator.scenario.render import content_of, wire_id


def prepared(workshop: Workshop, life: Life, number: int, wall: int) -> Prepared:
    """Attempt `number` of a delivery. Content and signature are made once and kept, unless the profile wants them anew.

    `wall` is the real time in microseconds since 1970. Raises TemplateError when the body cannot be rendered.
    """
    occurrence, event = life.occurrence, life.occurrence.event
    scheme, keeper = event.profile.signature, life.signing
    if occurrence.content is None or event.profile.rebuild:
        due_us = life.due_us if event.profile.rebuild else occurrence.due_us
        occurrence.content = content_of(
            event,
            workshop.facts,
            index=occurrence.index,
            due_at=workshop.start + due_us,
            data=occurrence.data,
        )
        keeper.signed = None
    if scheme is not None and (keeper.signed is None or scheme.sign == "each-attempt"):
        moment = wall if scheme.stamp == "wall" else workshop.start + life.due_us
        id = wire_id(event, workshop.facts, occurrence.index) if signs_id(scheme) else ""
        body, timestamp = occurrence.content.body, moment // 1_000_000
        secret, old = event.secrets(life.endpoint, wall)
        keeper.signed = sign(scheme, secret, body, wire_id=id, timestamp=timestamp, old_secret=old)
    signed = keeper.signed
    if event.faults:
        return misbehaving(workshop, life, number, wall, occurrence.content, signed)
    headers = occurrence.content.headers + (signed.headers if signed else ())
    request, shown = workshop.wire(Request(url=life.url, headers=headers, body=occurrence.content.body))
    return Prepared(request=request, shown=shown, signature=signed.record if signed else None)
