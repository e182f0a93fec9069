"""Ten thousand events in one instant run: all recorded, in bounded memory."""

from __future__ import annotations

import json
from pathlib import Path

from emulator.journal import AttemptFilter, Limits, PageOf, open_journal
from emulator.record import Verdict
from tests.helpers.command import measured
from tests.helpers.playing import Endpoint, emulating, scenario
from tests.helpers.raw import always

EVENTS = 10_000
MOST_KIB = 128 * 1024


async def test_ten_thousand_events_over_http_are_all_recorded_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "burst.yaml"
    event = {
        "name": "burst",
        "payload": {"n": "{{ index }}"},
        "repeat": {"times": EVENTS},
        "expect": {"attempts": 1},
    }
    path.write_text(json.dumps({"version": 1, "provider": "entuitive", "secret": "x", "events": [event]}))
    async with always(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as url:
        done, peak_kib = await measured("play", path, "--target", url, "--quiet", "--json")
    assert done.code == 0
    assert peak_kib < MOST_KIB
    (run,) = done.runs
    assert run["run"]["counts"]["attempts"] == EVENTS
    assert {json.loads(attempt["request"]["body"])["n"] for attempt in run["attempts"]} == set(range(EVENTS))


async def test_ten_thousand_refused_events_make_fifty_thousand_records_in_the_journal() -> None:
    journal = await open_journal(None, Limits(attempts=None))
    given = scenario(
        {"payload": {"n": "{{ index }}"}, "repeat": {"times": EVENTS}, "expect": {"outcome": "exhausted"}}
    )
    async with emulating(Endpoint(503), journal) as emulator:
        record = await emulator.start(given).settled()
        assert record.verdict is Verdict.PASSED
        assert await journal.count(AttemptFilter(run=record.id)) == 5 * EVENTS
        last = await journal.attempts(AttemptFilter(run=record.id), PageOf(limit=1, descending=True))
    assert last.items[0].offset_us == 130_000_000
