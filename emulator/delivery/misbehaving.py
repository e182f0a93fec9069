"""Faults in their places: what an attempt sends on which they are, and what the attempts send that they add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from emulator.delivery.life import Life, Prepared
from emulator.delivery.workshop import Workshop
from emulator.fault import PLAIN, Extra, Fault, Manner, Sending, Signing, changing, extras, on_attempt
from emulator.fault.replay import Replay, signs_real_moment
from emulator.provider.signing import Signed, sign, signing_key, signs_id
from emulator.record import Request
from emulator.scenario.render import Content, content_of, drawn, wire_id
from emulator.value import value


def planned_extras(life: Life, number: int) -> list[Extra]:
    """The attempts that faults add to attempt `number` of a delivery: none about a signature where there is none."""
    event = life.occurrence.event
    if not event.faults:
        return []
    added = extras(on_attempt(event.faults, number, event.profile.attempts), event.profile)
    scheme = event.profile.signature
    signed = scheme is not None and signing_key(scheme, event.secrets(life.endpoint, 0)[0]) is not None
    return [each for each in added if each.planned.fault.unfit(event.profile, signed=signed) is None]


def misbehaving(
    workshop: Workshop, life: Life, number: int, wall: int, content: Content, signed: Signed | None
) -> Prepared:
    """Attempt `number` with its faults: `content` and `signed` are what it would send without them."""
    profile, faults = life.occurrence.event.profile, life.occurrence.event.faults
    genuine = _Genuine(workshop, life, content, signed, _signing(workshop, life, number, wall))
    planned = genuine.changed(changing(on_attempt(faults, number, profile.attempts), profile))
    missing = [each for each in planned_extras(life, number) if (number, each.copy) not in life.extra_made]
    return replace(
        planned,
        before=tuple(
            replace(genuine.changed([each.planned.fault]), extra=each)
            for each in missing
            if each.again is None
        ),
        beside=tuple(
            copy_of(planned, each)
            for each in missing
            if each.again is not None and each.again.after_us is None
        ),
    )


def copy_of(planned: Prepared, extra: Extra) -> Prepared:
    """A further sending of what an attempt sent."""
    return replace(
        planned, faults=(*planned.faults, extra.planned.fault.told), extra=extra, before=(), beside=()
    )


def echo_of(workshop: Workshop, life: Life, sent: Prepared, extra: Extra, number: int, wall: int) -> Prepared:
    """A copy of what attempt `number` sent at a real moment, to be sent later.

    Where the signature carries a real moment, that of a replay lies as long before as the replay is late: the emulated
    days of waiting do not make it any older.
    """
    copy, fault = copy_of(sent, extra), extra.planned.fault
    profile = life.occurrence.event.profile
    if not isinstance(fault, Replay) or not signs_real_moment(profile):
        return copy
    signing = _signing(workshop, life, number, wall, before_us=fault.after_us)
    if signing is None or sent.signature is None or not sent.signature.valid:
        return copy
    signed = signing.sign(sent.request.body, signing.secret)
    if signed is None:
        return copy
    return replace(
        copy,
        request=_signed_anew(copy.request, signed),
        shown=_signed_anew(copy.shown, signed),
        signature=signed.record,
    )


def _signed_anew(request: Request, signed: Signed) -> Request:
    texts = {name.lower(): text for name, text in signed.headers}
    headers = tuple((name, texts.get(name.lower(), text)) for name, text in request.headers)
    return replace(request, headers=headers)


@value(frozen=True, slots=True)
class _Genuine:
    """What an attempt would send without faults, and how the provider would sign something else."""

    workshop: Workshop
    life: Life
    content: Content
    signed: Signed | None
    signing: Signing | None

    def changed(self, faults: Sequence[Fault]) -> Prepared:
        """The attempt with some faults: first of the content, then of what is signed, then of how it is written."""
        content, signed, signing = self._content(faults), self.signed, self.signing
        body = reduce(lambda found, fault: fault.encoded(found), faults, content.body)
        headers = reduce(lambda found, fault: fault.described(found), faults, content.headers)
        if body != self.content.body and signing is not None:
            signed = signing.sign(body, signing.secret)
        sending = Sending(headers=headers, body=body, signed=signed)
        sending = reduce(lambda found, fault: fault.sent(found, signing), faults, sending)
        manner = reduce(lambda found, fault: fault.manner(found), faults, PLAIN)
        return self._completed(sending, manner, tuple(fault.told for fault in faults))

    def _content(self, faults: Sequence[Fault]) -> Content:
        event, occurrence, workshop = self.life.occurrence.event, self.life.occurrence, self.workshop
        type = reduce(lambda found, fault: fault.typed(found), faults, event.type)
        if type == event.type:
            return self.content
        return content_of(
            replace(event, type=type),
            workshop.facts,
            index=occurrence.index,
            due_at=workshop.start + occurrence.due_us,
            data=occurrence.data,
        )

    def _completed(self, sending: Sending, manner: Manner, told: tuple[str, ...]) -> Prepared:
        signed, headers = sending.signed, sending.headers
        headers += signed.headers if signed else ()
        request = Request(method=sending.method, url=self.life.url, headers=headers, body=sending.body)
        sent, shown = self.workshop.wire(request)
        if sending.length is not None:
            sent, shown = _of_length(sent, sending.length), _of_length(shown, sending.length)
        record = signed.record if signed else None
        return Prepared(request=sent, shown=shown, signature=record, manner=manner, faults=told)


def _of_length(request: Request, length: int) -> Request:
    headers = [
        (name, str(length) if name.lower() == "content-length" else text) for name, text in request.headers
    ]
    return replace(request, headers=tuple(headers))


def _no_longer_good(life: Life, rotated: str | None) -> str | None:
    """The endpoint's secret of before a rotation whose time is over."""
    return None if life.endpoint is None or rotated is not None else life.endpoint.old_secret


def _signing(workshop: Workshop, life: Life, number: int, wall: int, *, before_us: int = 0) -> Signing | None:
    """How the provider would sign anything here, or did so long before; None where it signs nothing."""
    event, index = life.occurrence.event, life.occurrence.index
    scheme = event.profile.signature
    if scheme is None:
        return None
    moment = wall if scheme.stamp == "wall" else workshop.start + life.due_us
    id = wire_id(event, workshop.facts, index) if signs_id(scheme) else ""
    good, rotated = event.secrets(life.endpoint, wall)
    return Signing(
        scheme=scheme,
        sign=lambda body, secret: sign(
            scheme,
            secret,
            body,
            wire_id=id,
            timestamp=(moment - before_us) // 1_000_000,
            old_secret=rotated if secret == good else None,
        ),
        secret=good,
        old_secret=_no_longer_good(life, rotated),
        draw=lambda what: drawn(event, workshop.facts, index, f"{what} of attempt {number}"),
    )
