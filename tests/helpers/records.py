"""Plain records to put into journals, changed by keyword."""

from __future__ import annotations

from typing import Any

from emulator.record import (
    AttemptRecord,
    DeliveryRecord,
    DeliveryState,
    NotificationRecord,
    Request,
    RequestRecord,
    Response,
    Result,
    RunRecord,
    RunState,
    SignatureRecord,
    Verdict,
)

SENT = 1_767_603_600_000_000


def run(id: str = "run_1", **changes: Any) -> RunRecord:
    """A run that goes on."""
    plain: dict[str, Any] = {
        "id": id,
        "scenario": "entuitive/accepted",
        "state": RunState.RUNNING,
        "speed": "instant",
        "seed": 7,
        "start": SENT,
        "now": SENT,
        "started_wall": SENT,
    }
    return RunRecord(**{**plain, **changes})


def settled(id: str = "run_1", **changes: Any) -> RunRecord:
    """A run that has ended well."""
    ended = {"state": RunState.SETTLED, "verdict": Verdict.PASSED, "clock_state": "ready"}
    return run(id, **{**ended, "settled_wall": SENT + 5, **changes})


def delivery(which: int = 1, /, run: str = "run_1", **changes: Any) -> DeliveryRecord:
    """A delivery that waits for its first attempt."""
    plain: dict[str, Any] = {
        "id": f"dlv_{run[4:]}_{which}",
        "run": run,
        "event": f"evt_{run[4:]}_{which}",
        "event_name": "created",
        "index": 0,
        "provider": "entuitive",
        "type": "user.created",
        "url": "http://127.0.0.1:3000/hook",
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "next_due_at": SENT,
    }
    return DeliveryRecord(**{**plain, **changes})


def attempt(
    which: int = 1, /, run: str = "run_1", *, url: str = "http://127.0.0.1:3000/hook", **changes: Any
) -> AttemptRecord:
    """An accepted attempt, the first of the delivery of the same number. `status` and `body` are taken, too."""
    status, body = changes.pop("status", 200), changes.pop("body", b'{"event_type":"user.created"}')
    plain: dict[str, Any] = {
        "id": f"att_{run[4:]}_{which}_1",
        "run": run,
        "delivery": f"dlv_{run[4:]}_{which}",
        "event": f"evt_{run[4:]}_{which}",
        "event_name": "created",
        "index": 0,
        "provider": "entuitive",
        "type": "user.created",
        "number": 1,
        "due_at": SENT,
        "offset_us": 0,
        "planned_wall": SENT,
        "sent_wall": SENT + which,
        "lateness_us": 800,
        "duration_us": 3_100,
        "request": Request(url=url, headers=(("Content-Type", "application/json"),), body=body),
        "signature": SignatureRecord(header="X-Entuitive-Signature", value="ab" * 32, message="body"),
        "response": None
        if status is None
        else Response(status=status, headers=(("Server", "test"),), body=b"ok"),
        "error": None,
        "result": Result.ACCEPTED,
        "final": True,
        "next_due_at": None,
        "explanation": f"attempt {which}",
    }
    return AttemptRecord(**{**plain, **changes})


def notification(which: int = 1, /, run: str = "run_1", **changes: Any) -> NotificationRecord:
    """An e-mail that was not sent."""
    plain: dict[str, Any] = {
        "id": f"ntf_{run[4:]}_{which}",
        "run": run,
        "delivery": f"dlv_{run[4:]}_{which}",
        "to": "manager@example.test",
        "subject": "Webhook failed",
        "text": "It failed.\nFor good.",
        "at": SENT,
    }
    return NotificationRecord(**{**plain, **changes})


def request(which: int = 1, /, run: str = "run_1", **changes: Any) -> RequestRecord:
    """A call that nothing answered yet."""
    plain: dict[str, Any] = {
        "id": f"req_{run[4:]}_{which}",
        "run": run,
        "provider": "compliancely",
        "method": "POST",
        "path": "/api/v1/submissions/",
        "at": SENT,
        "received_wall": SENT,
        "route": "POST /api/v1/submissions/",
        "response": None,
    }
    return RequestRecord(**{**plain, **changes})
