"""Records to put into journals: plain ones by keyword, and any at all for properties."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from emulator.record import (
    AttemptError,
    AttemptRecord,
    Counts,
    DeliveryRecord,
    DeliveryState,
    ErrorKind,
    Failure,
    NotificationRecord,
    Request,
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


texts = st.text(st.characters(exclude_categories=()), max_size=12)
"""Any text, with NULs, line breaks, and halves of surrogate pairs."""

integers = st.integers(-(2**62), 2**62)
small = st.integers(0, 1_000)
headers = st.lists(st.tuples(texts, texts), max_size=4).map(tuple)
maybe_texts = st.none() | texts
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)

attempts = st.builds(
    AttemptRecord,
    id=texts,
    run=texts,
    delivery=texts,
    event=texts,
    event_name=texts,
    index=small,
    provider=texts,
    type=maybe_texts,
    number=small,
    copy=small,
    trigger=texts,
    remade=st.booleans(),
    due_at=integers,
    offset_us=integers,
    planned_wall=integers,
    sent_wall=integers,
    lateness_us=integers,
    duration_us=integers,
    request=st.builds(Request, method=texts, url=texts, headers=headers, body=st.binary(max_size=40)),
    signature=st.none()
    | st.builds(SignatureRecord, header=texts, value=texts, message=texts, valid=st.booleans()),
    response=st.none()
    | st.builds(
        Response, status=small, headers=headers, body=st.binary(max_size=40), truncated=st.booleans()
    ),
    error=st.none() | st.builds(AttemptError, st.sampled_from(ErrorKind), texts),
    result=st.sampled_from(Result),
    faults=st.lists(texts, max_size=2).map(tuple),
    final=st.booleans(),
    next_due_at=st.none() | integers,
    explanation=texts,
)
deliveries = st.builds(
    DeliveryRecord,
    id=texts,
    run=texts,
    event=texts,
    event_name=texts,
    index=small,
    provider=texts,
    type=maybe_texts,
    url=texts,
    state=st.sampled_from(DeliveryState),
    attempts=small,
    next_due_at=st.none() | integers,
    cause=maybe_texts,
    ending=maybe_texts,
)
runs = st.builds(
    RunRecord,
    id=texts,
    scenario=texts,
    state=st.sampled_from(RunState),
    open=st.booleans(),
    verdict=st.none() | st.sampled_from(Verdict),
    failures=st.lists(
        st.builds(
            Failure,
            event=maybe_texts,
            check=texts,
            expected=json_values,
            actual=json_values,
            message=texts,
            index=st.none() | small,
            delivery=maybe_texts,
        ),
        max_size=2,
    ).map(tuple),
    speed=texts,
    seed=st.integers(),
    start=integers,
    now=integers,
    clock_state=texts,
    counts=st.builds(Counts, events=small, deliveries=small, attempts=small, lost=small),
    started_wall=integers,
    settled_wall=st.none() | integers,
    labels=st.dictionaries(texts, texts, max_size=3),
    error=maybe_texts,
)
notifications = st.builds(
    NotificationRecord,
    id=texts,
    run=texts,
    delivery=texts,
    to=texts,
    subject=texts,
    text=texts,
    at=integers,
    sent=st.booleans(),
    error=maybe_texts,
)
