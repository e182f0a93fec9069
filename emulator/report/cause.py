"""Which call of the application a delivery follows from."""

from __future__ import annotations

from emulator.journal.seam import Journal
from emulator.record import DeliveryRecord


async def cause_line(journal: Journal, delivery: DeliveryRecord) -> str:
    """Such as `follows from the request req_7h2k9m4q1x_1: POST /api/v1/submissions/`; empty where no call caused it."""
    if delivery.cause is None:
        return ""
    request = await journal.request(delivery.cause)
    call = f": {request.method} {request.path}" if request else ""
    return f"follows from the request {delivery.cause}{call}"
