"""Every page and every look-up goes by an index or by number, and none is ever sorted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest

from emulator.journal import AttemptFilter, Limits, NotificationFilter, PageOf, RequestFilter, reading
from emulator.journal.codec import decode_attempt
from emulator.journal.group import Group
from emulator.journal.ledger import Ledger
from emulator.journal.place import MemoryPlace
from tests.helpers.records import attempt, delivery, notification, run

Question = Callable[[sqlite3.Connection], object]


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = MemoryPlace().open()
    records = [
        run(labels={"team": "a"}),
        run("run_2", labels={"team": "b"}),
        run("run_3", labels={"team": "b"}),
    ]
    for name in ("run_1", "run_2", "run_3"):
        for number in range(60):
            records += [delivery(number, name), attempt(number, name), notification(number, name)]  # type: ignore[list-item]
    items = ((record,) for record in records)
    ledger = Ledger(connection, Limits(), shared=False)
    while (group := Group.gather(items)).count:
        ledger.store(group)
    yield connection
    connection.close()


def plan(connection: sqlite3.Connection, question: Question) -> list[str]:
    """The steps of the last statement that a question leads to."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    question(connection)
    connection.set_trace_callback(None)
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statements[-1]}")]


def attempts(page: PageOf | None = None, **wanted: object) -> Question:
    where = AttemptFilter(**wanted)  # type: ignore[arg-type]
    return lambda connection: reading.attempts(connection, where, page or PageOf(), decode_attempt)


CONTENTS = "SEARCH contents USING INTEGER PRIMARY KEY (rowid=?)"
BY_NUMBER = "SEARCH attempts USING INTEGER PRIMARY KEY (rowid>?)"
PLANS: dict[str, tuple[Question, list[str]]] = {
    "all": (attempts(), [BY_NUMBER, CONTENTS]),
    "all, last first": (attempts(PageOf(descending=True)), [BY_NUMBER.replace(">", "<"), CONTENTS]),
    "a later page": (attempts(PageOf(after="attempts-5")), [BY_NUMBER, CONTENTS]),
    "run": (
        attempts(run="run_1", status=200),
        ["SEARCH attempts USING INDEX attempts_run (run=? AND rowid>?)", CONTENTS],
    ),
    "run, last first": (
        attempts(PageOf(descending=True), run="run_1"),
        ["SEARCH attempts USING INDEX attempts_run (run=? AND rowid<?)", CONTENTS],
    ),
    "delivery": (
        attempts(run="run_1", event="evt_1_1", delivery="dlv_1_1"),
        ["SEARCH attempts USING INDEX attempts_delivery (delivery=? AND rowid>?)", CONTENTS],
    ),
    "event": (
        attempts(run="run_1", event="evt_1_1"),
        ["SEARCH attempts USING INDEX attempts_event (event=? AND rowid>?)", CONTENTS],
    ),
    "what has no index": (attempts(status=503, url="http://a/", since=5), [BY_NUMBER, CONTENTS]),
    "a label of one run": (
        attempts(labels=(("team", "a"),)),
        ["SEARCH attempts USING INDEX attempts_run (run=? AND rowid>?)", CONTENTS],
    ),
    "one attempt": (
        lambda connection: reading.attempt(connection, "att_1_1_1", decode_attempt),
        ["SEARCH attempts USING INDEX attempts_id (id=?)", CONTENTS],
    ),
    "count of a run": (
        lambda connection: reading.count(connection, AttemptFilter(run="run_1")),
        ["SEARCH attempts USING COVERING INDEX attempts_run (run=?)"],
    ),
    "explanations": (
        lambda connection: reading.explanations(connection, ["dlv_1_1", "dlv_1_2"]),
        ["SEARCH attempts USING COVERING INDEX attempts_delivery (delivery=?)", CONTENTS],
    ),
    "deliveries": (
        lambda connection: reading.deliveries(connection, "run_1", PageOf()),
        ["SEARCH deliveries USING INDEX deliveries_run (run=? AND rowid>?)"],
    ),
    "runs": (
        lambda connection: reading.runs(connection, PageOf(), ()),
        ["SEARCH runs USING INTEGER PRIMARY KEY (rowid>?)"],
    ),
    "notifications": (
        lambda connection: reading.notifications(connection, NotificationFilter(), PageOf()),
        ["SEARCH notifications USING INTEGER PRIMARY KEY (rowid>?)"],
    ),
    "requests of a run": (
        lambda connection: reading.requests(connection, RequestFilter(run="run_1", route="a"), PageOf()),
        ["SEARCH requests USING INDEX requests_run (run=? AND rowid>?)"],
    ),
    "how a run stands": (
        lambda connection: reading.standing(connection, "run_1", ()),
        ["SEARCH runs USING INDEX sqlite_autoindex_runs_1 (id=?)"],
    ),
    "notifications of a run": (
        lambda connection: reading.notifications(connection, NotificationFilter(run="run_1"), PageOf()),
        ["SEARCH notifications USING INDEX notifications_run (run=? AND rowid>?)"],
    ),
}


@pytest.mark.parametrize(("question", "steps"), PLANS.values(), ids=PLANS)
def test_the_plan(connection: sqlite3.Connection, question: Question, steps: list[str]) -> None:
    assert plan(connection, question) == steps


@pytest.mark.parametrize(
    "question",
    [
        attempts(labels=(("team", "b"),)),
        attempts(labels=(("team", "b"),), run="run_2"),
        lambda connection: reading.runs(connection, PageOf(), (("team", "b"), ("team", "b"))),
        lambda connection: reading.delivery(connection, "dlv_1_1"),
        lambda connection: reading.run(connection, "run_1"),
        lambda connection: reading.evicted(connection, "run_1"),
    ],
)
def test_nothing_is_sorted_or_looked_for_everywhere(
    connection: sqlite3.Connection, question: Question
) -> None:
    steps = plan(connection, question)
    assert steps
    assert not [step for step in steps if "TEMP B-TREE" in step or step.startswith("SCAN")]
