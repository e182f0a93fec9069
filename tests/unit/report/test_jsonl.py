"""JSON lines: every record of a run, each with its kind."""

from __future__ import annotations

import asyncio
import json

import hypothesis
from hypothesis import strategies as st

from tests.helpers import any_record
from tests.helpers.recorded import Recorded, hostile, written
from tests.helpers.records import attempt, delivery, notification, request, settled


async def test_every_record_is_a_line():
    journal = Recorded(
        deliveries=[delivery(1)],
        attempts=[attempt(1)],
        requests=[request(1)],
        notifications=[notification(1)],
    )
    lines = [json.loads(line) for line in (await written("jsonl", journal, settled())).splitlines()]
    assert lines == [
        {"kind": "run", **settled().to_json()},
        {"kind": "delivery", **delivery(1).to_json(["attempt 1"])},
        {"kind": "attempt", **attempt(1).to_json()},
        {"kind": "request", **request(1).to_json()},
        {"kind": "notification", **notification(1).to_json()},
    ]


@hypothesis.given(any_record.texts, st.binary(max_size=20))
@hypothesis.settings(max_examples=50)
def test_whatever_stands_in_a_record_a_line_is_a_line(text, body):
    run, journal = hostile(text, body)
    lines = asyncio.run(written("jsonl", journal, run))
    assert lines.endswith("\n")
    found = [json.loads(line) for line in lines[:-1].split("\n")]
    kinds = ["run", "delivery", "attempt", "attempt", "request", "notification"]
    assert [line["kind"] for line in found] == kinds
    assert found[0] == {"kind": "run", **run.to_json()}
