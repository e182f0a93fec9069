"""Every form of the journal: filters, alone and together."""

from __future__ import annotations

import pytest

from emulator.journal import AttemptFilter, Page, PageOf, SqliteJournal
from emulator.record import (
    Result,
)
from tests.helpers.journals import ids, put
from tests.helpers.records import SENT, attempt, run

DIFFERENT = [
    attempt(1, "run_1"),
    attempt(2, "run_1", delivery="dlv_1_1", number=2, event_name="changed"),
    attempt(3, "run_2", provider="compliancely", type="tin_match", status=503, result=Result.REJECTED),
    attempt(4, "run_2", url="http://127.0.0.1:4000/other", status=None, result=Result.FAILED),
    attempt(5, "run_3", event="evt_1_1", type=None),
    attempt(6, "run_3", url="http://127.0.0.1:4000/other", provider="compliancely", number=2, status=503),
]
RUNS = [
    run("run_1", labels={"team": "a", "job": "1"}),
    run("run_2", labels={"team": "b", "job": "1"}),
    run("run_3", labels={"team": "b", "job": "2"}),
]
FILTERS = [
    (AttemptFilter(), [1, 2, 3, 4, 5, 6]),
    (AttemptFilter(run="run_2"), [3, 4]),
    (AttemptFilter(delivery="dlv_1_1"), [1, 2]),
    (AttemptFilter(event="evt_1_1"), [1, 5]),
    (AttemptFilter(event_name="changed"), [2]),
    (AttemptFilter(provider="compliancely"), [3, 6]),
    (AttemptFilter(type="tin_match"), [3]),
    (AttemptFilter(url="http://127.0.0.1:4000/other"), [4, 6]),
    (AttemptFilter(status=503), [3, 6]),
    (AttemptFilter(result="failed"), [4]),
    (AttemptFilter(number=2), [2, 6]),
    (AttemptFilter(since=SENT + 5), [5, 6]),
    (AttemptFilter(until=SENT + 2), [1, 2]),
    (AttemptFilter(since=SENT + 3, until=SENT + 3), [3]),
    (AttemptFilter(labels=(("team", "b"),)), [3, 4, 5, 6]),
    (AttemptFilter(labels=(("team", "a"),)), [1, 2]),
    (AttemptFilter(labels=(("team", "b"), ("job", "1"))), [3, 4]),
    (AttemptFilter(labels=(("team", "a"), ("job", "2"))), []),
    (AttemptFilter(labels=(("team", "c"),)), []),
    (AttemptFilter(labels=(("nobody", "a"),)), []),
    (AttemptFilter(labels=(("team", "a"),), run="run_2"), []),
    (AttemptFilter(labels=(("team", "b"),), run="run_2"), [3, 4]),
    (AttemptFilter(labels=(("team", "b"), ("job", "1")), run="run_2", status=503), [3]),
    (AttemptFilter(run="run_1", delivery="dlv_1_1", event="evt_1_2"), [2]),
    (AttemptFilter(run="run_2", delivery="dlv_1_1"), []),
    (AttemptFilter(run=""), []),
    (AttemptFilter(url="' OR 1 --"), []),
    (AttemptFilter(url="\ud800"), []),
    (AttemptFilter(status=10**30), []),
    (AttemptFilter(since=-(10**30), until=10**30), [1, 2, 3, 4, 5, 6]),
    (AttemptFilter(until=-(10**30)), []),
]


@pytest.mark.parametrize(("wanted", "numbers"), FILTERS, ids=range(len(FILTERS)))
@pytest.mark.parametrize("descending", [False, True], ids=["asc", "desc"])
async def test_a_filter_selects_what_it_says(
    journal: SqliteJournal, wanted: AttemptFilter, numbers: list[int], descending: bool
) -> None:
    put(journal, *RUNS, *DIFFERENT)
    selected = [DIFFERENT[number - 1] for number in numbers]
    page = await journal.attempts(wanted, PageOf(descending=descending))
    assert page == Page(selected[::-1] if descending else selected, None)
    assert await journal.count(wanted) == len(selected)


async def test_attempts_are_found_by_labels_that_came_after_them(journal: SqliteJournal) -> None:
    put(journal, attempt(), run(labels={"team": "a"}))
    assert await journal.count(AttemptFilter(labels=(("team", "a"),))) == 1


async def test_runs_are_found_by_labels(journal: SqliteJournal) -> None:
    put(journal, *RUNS)
    assert ids(await journal.runs(PageOf(), (("team", "b"),))) == ["run_2", "run_3"]
    assert ids(await journal.runs(PageOf(descending=True), (("team", "b"),))) == ["run_3", "run_2"]
    assert ids(await journal.runs(PageOf(), (("team", "b"), ("job", "2")))) == ["run_3"]
    assert ids(await journal.runs(PageOf(), (("team", "x"),))) == []


async def test_a_run_that_only_its_records_tell_of_is_no_run_yet(journal: SqliteJournal) -> None:
    put(journal, attempt(1, "run_9"), run("run_1"))
    assert await journal.run("run_9") is None
    assert ids(await journal.runs(PageOf())) == ["run_1"]
    assert await journal.count(AttemptFilter(run="run_9")) == 1
