"""One more attempt of a delivery that has ended, because somebody asked for it: the same bytes, and no retries."""

from __future__ import annotations

from dataclasses import replace

from emulator.delivery.attempt import Outcome, without_accepted_redirect
from emulator.delivery.explain import redelivery_line
from emulator.delivery.resumed import signed_before
from emulator.delivery.retry import result_of
from emulator.delivery.workshop import Wire
from emulator.endpoint import Endpoint
from emulator.errors import RedeliveryError
from emulator.provider.signing import Signed, sign, signs_id
from emulator.record import AttemptRecord, DeliveryRecord, Request, SignatureRecord
from emulator.scenario.model import Event
from emulator.scenario.render import RunFacts, headers_of, targets_of, wire_id
from emulator.scenario.target import without_credentials
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Redelivery:
    """What goes on the wire, what of it is recorded, and its signature."""

    event: Event
    before: AttemptRecord
    request: Request
    shown: Request
    signature: SignatureRecord | None

    def record(self, outcome: Outcome, *, due_at: int) -> AttemptRecord:
        """The record of the attempt. `due_at` is emulated, in microseconds since 1970."""
        before, profile = self.before, self.event.profile
        outcome = without_accepted_redirect(outcome, profile)
        number, offset_us = before.number + 1, max(0, due_at - before.due_at + before.offset_us)
        return replace(
            before,
            id=f"{before.id.rpartition('_')[0]}_{number}",
            number=number,
            trigger="redeliver",
            remade=False,
            due_at=due_at,
            offset_us=offset_us,
            planned_wall=outcome.planned_wall,
            sent_wall=outcome.sent_wall,
            lateness_us=outcome.lateness_us,
            duration_us=outcome.duration_us,
            request=self.shown,
            signature=self.signature,
            response=outcome.response,
            error=outcome.error,
            result=result_of(profile.accept, outcome.response, outcome.error),
            final=True,
            next_due_at=None,
            explanation=redelivery_line(
                profile,
                outcome,
                number=number,
                offset_us=offset_us,
                signed=self.signature is not None,
            ),
        )


def redelivery(
    delivery: DeliveryRecord,
    before: AttemptRecord,
    event: Event,
    facts: RunFacts,
    wire: Wire,
    *,
    wall: int,
    endpoint: Endpoint | None = None,
) -> Redelivery:
    """The request of one more attempt after `before`, the last one of an ended delivery to a target, or to `endpoint`.

    It is signed anew where the provider signs each attempt; `wall` is the real time in microseconds since 1970.
    """
    scheme, body = event.profile.signature, before.request.body
    occurred_at = before.due_at - before.offset_us
    signed: Signed | None = None
    if scheme is not None and before.signature is not None and scheme.sign == "once":
        signed = signed_before(scheme, before.request.headers, before.signature)
    elif scheme is not None:
        id = wire_id(event, facts, delivery.index) if signs_id(scheme) else ""
        moment = wall if scheme.stamp == "wall" else before.due_at
        secret, old = event.secrets(endpoint, wall)
        signed = sign(scheme, secret, body, wire_id=id, timestamp=moment // 1_000_000, old_secret=old)
    headers = headers_of(event, facts, index=delivery.index, due_at=occurred_at)
    request, shown = wire(
        Request(
            url=_url(delivery, before, event, facts, occurred_at) if endpoint is None else endpoint.url,
            headers=headers + (signed.headers if signed else ()),
            body=body,
        )
    )
    record = signed.record if signed else None
    return Redelivery(event=event, before=before, request=request, shown=shown, signature=record)


def _url(
    delivery: DeliveryRecord, before: AttemptRecord, event: Event, facts: RunFacts, occurred_at: int
) -> str:
    """The target with its credentials, which no record holds; what a request gave is known from its attempt."""
    for url in targets_of(event, facts, index=delivery.index, due_at=occurred_at):
        if without_credentials(url) == delivery.url:
            return url
    if delivery.cause is not None and not _hides_credentials(before):
        return delivery.url
    raise RedeliveryError("its target is no longer known in full: the credentials in it are not kept")


def _hides_credentials(before: AttemptRecord) -> bool:
    return any(name.lower() == "authorization" for name, _ in before.request.headers)
