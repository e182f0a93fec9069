"""Every form of the journal: pages, and cursors that stay good while the journal grows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.errors import InvalidInput
from emulator.journal import AttemptFilter, NotificationFilter, PageOf, SqliteJournal
from emulator.record import (
    AttemptRecord,
    Result,
)
from tests.helpers.journals import ALL, ids, opened, put, walk, walk_attempts
from tests.helpers.records import SENT, attempt, delivery, notification, run


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("descending", [False, True], ids=["asc", "desc"])
async def test_pages_join_up_to_the_whole_list(journal: SqliteJournal, limit: int, descending: bool) -> None:
    for number in range(1, 8):
        put(journal, run(f"run_{number}"), delivery(number), attempt(number), notification(number))
    page = PageOf(limit=limit, descending=descending)
    order = [*range(7, 0, -1)] if descending else [*range(1, 8)]
    assert await walk(journal.runs, page) == [f"run_{n}" for n in order]
    assert await walk(lambda p: journal.deliveries("run_1", p), page) == [f"dlv_1_{n}" for n in order]
    assert await walk(lambda p: journal.attempts(ALL, p), page) == [f"att_1_{n}_1" for n in order]
    assert await walk(lambda p: journal.notifications(NotificationFilter(), p), page) == [
        f"ntf_1_{n}" for n in order
    ]


async def test_a_full_last_page_says_that_nothing_follows(journal: SqliteJournal) -> None:
    put(journal, attempt(1), attempt(2))
    assert (await journal.attempts(ALL, PageOf(limit=2))).next is None
    assert (await journal.attempts(ALL, PageOf(limit=1))).next is not None


async def test_a_reader_at_the_end_goes_on_later_from_the_last_record_it_saw(journal: SqliteJournal) -> None:
    put(journal, attempt(1), attempt(2), run("run_1"), delivery(1), notification(1))
    seen = await journal.attempts(ALL, PageOf())
    assert seen.next is None
    put(journal, attempt(3), run("run_2"), delivery(2), notification(2))
    assert ids(await journal.attempts(ALL, PageOf(after=seen.items[-1].id))) == ["att_1_3_1"]
    assert ids(await journal.runs(PageOf(after="run_1"))) == ["run_2"]
    assert ids(await journal.deliveries("run_1", PageOf(after="dlv_1_1"))) == ["dlv_1_2"]
    assert ids(await journal.notifications(NotificationFilter(), PageOf(after="ntf_1_1"))) == ["ntf_1_2"]
    assert ids(await journal.attempts(ALL, PageOf(after="att_1_2_1", descending=True))) == ["att_1_1_1"]


BAD_CURSORS = ["", "0", "attempts-", "attempts-xyz", "attempts--1", "attempts-1 ", "runs-1", "dlv_1_1", "\0", "\ud800",
               "attempts-" + "f" * 16, "１", "att_1_1_1'"]  # fmt: skip


@pytest.mark.parametrize("after", BAD_CURSORS, ids=ascii)
async def test_a_malformed_cursor_is_refused(journal: SqliteJournal, after: str) -> None:
    put(journal, attempt(), delivery())
    with pytest.raises(InvalidInput, match="after: expected a cursor as `next` gives it"):
        await journal.attempts(ALL, PageOf(after=after))
    with pytest.raises(InvalidInput, match="after: expected a cursor"):
        await journal.attempts(AttemptFilter(labels=(("no", "run"),)), PageOf(after=after))


async def test_a_page_of_nothing_is_refused(journal: SqliteJournal) -> None:
    with pytest.raises(InvalidInput, match="limit: expected at least 1, found 0"):
        await journal.runs(PageOf(limit=0))


async def test_a_page_of_huge_bodies_is_shorter_and_goes_on(journal: SqliteJournal) -> None:
    put(journal, *(attempt(number, body=b"x" * (6 << 20)) for number in range(1, 8)))
    page = await journal.attempts(ALL, PageOf(limit=7))
    assert ids(page) == ["att_1_1_1", "att_1_2_1", "att_1_3_1"]
    assert await walk_attempts(journal, limit=7) == [f"att_1_{n}_1" for n in range(1, 8)]


class ListOfAttempts:
    """The model: a plain list, and positions in it."""

    def __init__(self) -> None:
        self.records: list[AttemptRecord] = []

    def page(self, wanted: AttemptFilter, page: PageOf) -> tuple[list[str], str | None]:
        matching = [record for record in self.records if self._matches(record, wanted)]
        if page.descending:
            matching.reverse()
        if page.after is not None:
            position = self._position(page.after)
            matching = [
                record
                for record in matching
                if (self._position(record.id) - position) * (-1 if page.descending else 1) > 0
            ]
        found = [record.id for record in matching[: page.limit]]
        return found, found[-1] if len(matching) > page.limit else None

    def _position(self, id: str) -> int:
        return next(at for at, record in enumerate(self.records) if record.id == id)

    @staticmethod
    def _matches(record: AttemptRecord, wanted: AttemptFilter) -> bool:
        names = (
            "run",
            "delivery",
            "event",
            "event_name",
            "provider",
            "type",
            "status",
            "result",
            "trigger",
            "number",
        )
        return (
            all(getattr(wanted, name) in (None, getattr(record, name)) for name in names)
            and wanted.url in (None, record.request.url)
            and (wanted.since is None or record.sent_wall >= wanted.since)
            and (wanted.until is None or record.sent_wall <= wanted.until)
        )


def _one_of(*values: object) -> st.SearchStrategy:
    return st.none() | st.sampled_from(values)


SOME_FILTER = st.builds(
    AttemptFilter,
    run=_one_of("run_1", "run_2"),
    delivery=_one_of("dlv_1", "dlv_2"),
    event=_one_of("evt_1", "evt_2"),
    event_name=_one_of("created", "changed"),
    provider=_one_of("entuitive", "compliancely"),
    type=_one_of("a", "b"),
    url=_one_of("http://a/", "http://b/"),
    status=_one_of(200, 503),
    result=_one_of("accepted", "rejected"),
    trigger=_one_of("schedule", "fault"),
    number=_one_of(1, 2),
    since=_one_of(SENT + 1, SENT + 2),
    until=_one_of(SENT + 1, SENT + 2),
)
SOME_ATTEMPT = st.fixed_dictionaries(
    {
        "run": st.sampled_from(["run_1", "run_2"]),
        "delivery": st.sampled_from(["dlv_1", "dlv_2"]),
        "event": st.sampled_from(["evt_1", "evt_2"]),
        "event_name": st.sampled_from(["created", "changed"]),
        "provider": st.sampled_from(["entuitive", "compliancely"]),
        "type": st.sampled_from(["a", "b"]),
        "url": st.sampled_from(["http://a/", "http://b/"]),
        "status": st.sampled_from([200, 503]),
        "result": st.sampled_from([Result.ACCEPTED, Result.REJECTED]),
        "trigger": st.sampled_from(["schedule", "fault", "redeliver"]),
        "number": st.sampled_from([1, 2]),
        "sent_wall": st.integers(SENT, SENT + 3),
    }
)
STEP = st.one_of(
    st.lists(SOME_ATTEMPT, min_size=1, max_size=4),
    st.tuples(st.just("begin"), SOME_FILTER | st.just(ALL), st.integers(1, 3), st.booleans()),
    st.tuples(st.just("go on"), st.integers(0, 5)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=25))
def test_pages_agree_with_a_plain_list_while_it_grows(form: str, tmp_path: Path, steps: list[Any]) -> None:
    """Several readers at once, each with a filter and an order, read on while attempts are put."""
    model = ListOfAttempts()
    readers: list[tuple[AttemptFilter, PageOf, PageOf]] = []

    async def read(journal: SqliteJournal, wanted: AttemptFilter, page: PageOf, expected: PageOf) -> None:
        got, (found, follows) = await journal.attempts(wanted, page), model.page(wanted, expected)
        assert ids(got) == found
        assert (got.next is None) == (follows is None)
        assert await journal.count(wanted) == len(model.page(wanted, PageOf(limit=10**6))[0])
        last = found[-1] if found else expected.after
        readers.append((wanted, replace(page, after=got.next or last), replace(expected, after=last)))

    async def play() -> None:
        async with opened(form, tmp_path) as journal:
            for step in steps:
                if isinstance(step, list):
                    for fields in step:
                        model.records.append(attempt(**fields, id=f"att_{len(model.records)}"))
                        journal.put(model.records[-1])
                elif step[0] == "begin":
                    page = PageOf(limit=step[2], descending=step[3])
                    await read(journal, step[1], page, page)
                elif readers:
                    await read(journal, *readers.pop(step[1] % len(readers)))
            for name in ("run_1", "run_2"):
                await journal.remove(name)

    asyncio.run(play())
