"""What both sides send: bodies of about 600 bytes that differ from one webhook to the next, signed with one secret."""

from __future__ import annotations

import json
from typing import Any

SECRET = "bench-secret"
SIGNATURE = "Compliancely-Signature"
CONNECTIONS = 64

_NOTE = "Every webhook of a benchmark has a body like this one: a flat object, a number that tells it from the next. "
_RECORD = {
    "tin": "900000006",
    "company_name": "Harbour Lifts Ltd",
    "email": "owner@harbour-lifts.example.test",
    "result": {"tin_type": "EIN", "code": 0, "match": True, "sources": ["irs", "sos", "ofac"]},
    "note": _NOTE * 3,
}


def event(number: int) -> dict[str, Any]:
    """What a webhook tells."""
    return {"index": number, "reference": f"order-{number}", **_RECORD}


def body(number: int) -> bytes:
    """The body of a webhook, as the emulated provider would write it."""
    return json.dumps(event(number)).encode()


def index_of(body: bytes) -> int:
    """The number that a body was made for."""
    return int(body[len(b'{"index": ') : body.index(b",")])


def scenario(
    target: str,
    *,
    times: int,
    speed: str = "instant",
    at: str = "0s",
    every: str = "0s",
    attempts: int = 1,
) -> str:
    """A scenario file (YAML; JSON is a part of it) that sends these bodies."""
    waits = [f"{10 * number}s" for number in range(1, attempts)]
    event = {
        "name": "load",
        "at": at,
        "repeat": {"times": times, "every": every},
        "payload": {"index": "{{ index }}", "reference": "order-{{ index }}", **_RECORD},
        "expect": {"attempts": attempts},
    }
    return json.dumps(
        {
            "version": 1,
            "name": "bench",
            "provider": "compliancely",
            "profile": {"retry": {"waits": waits}} if waits else {},
            "target": target,
            "secret": SECRET,
            "speed": speed,
            "seed": 7,
            "events": [event],
        }
    )
