"""Any records at all, for properties: every text, every number, every combination."""

from __future__ import annotations

from hypothesis import strategies as st

from emulator.record import (
    AttemptError,
    AttemptRecord,
    Counts,
    DeliveryRecord,
    DeliveryState,
    ErrorKind,
    Expected,
    Failure,
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

texts = st.text(st.characters(exclude_categories=()), max_size=12)
"""Any text, with NULs, line breaks, and halves of surrogate pairs."""

integers = st.integers(-(2**62), 2**62)
moments = st.integers(-62_135_596_800_000_000, 2**62)
"""From the first one that a calendar has."""

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
    trigger=st.sampled_from(["schedule", "redeliver"]),
    remade=st.booleans(),
    due_at=moments,
    offset_us=integers,
    planned_wall=moments,
    sent_wall=moments,
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
    next_due_at=st.none() | moments,
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
    next_due_at=st.none() | moments,
    cause=maybe_texts,
    ending=maybe_texts,
    going=st.none() | small,
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
    start=moments,
    now=moments,
    clock_state=st.sampled_from(["advancing", "ready"]),
    counts=st.builds(Counts, events=small, deliveries=small, attempts=small, lost=small),
    started_wall=moments,
    settled_wall=st.none() | moments,
    expects=st.lists(
        st.builds(Expected, event=maybe_texts, check=texts, text=texts, times=small, needed=st.booleans()),
        max_size=2,
    ).map(tuple),
    labels=st.dictionaries(texts, texts, max_size=3),
    warnings=st.lists(texts, max_size=2).map(tuple),
    error=maybe_texts,
    horizon=st.none() | integers,
)
notifications = st.builds(
    NotificationRecord,
    id=texts,
    run=texts,
    delivery=texts,
    to=texts,
    subject=texts,
    text=texts,
    at=moments,
    sent=st.booleans(),
    error=maybe_texts,
)
requests = st.builds(
    RequestRecord,
    id=texts,
    run=texts,
    provider=texts,
    method=texts,
    path=texts,
    query=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    headers=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    body=st.binary(max_size=40),
    at=moments,
    received_wall=moments,
    route=maybe_texts,
    error=maybe_texts,
    response=st.none()
    | st.builds(
        Response,
        status=small,
        headers=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
        body=st.binary(max_size=40),
        truncated=st.booleans(),
    ),
)
