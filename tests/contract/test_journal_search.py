"""Looking through records with matchers, in every form of the journal."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from emulator.errors import InvalidInput
from emulator.journal import (
    AttemptFilter,
    Limits,
    Match,
    NotificationFilter,
    PageOf,
    RequestFilter,
    SqliteJournal,
    Standing,
)
from emulator.matcher import Matcher, MessageMatcher
from emulator.record import Response, RunState
from tests.helpers.journals import opened, put
from tests.helpers.records import attempt, delivery, notification, run, settled

ANY = AttemptFilter()


def of_json(path: str, wanted: Any, **where: Any) -> Match:
    matcher = MessageMatcher(json={path: Matcher("equals", wanted)})
    return Match(where=AttemptFilter(**where), request=matcher)


async def numbers(journal: SqliteJournal, match: Match, behind: int = 0) -> list[int]:
    return [no async for found in journal.looks(match, behind) for no, _ in found.records]


async def test_a_long_look_is_cut_and_goes_on(journal: SqliteJournal) -> None:
    journal.put(settled())
    for number in range(6_000):
        journal.put(attempt(number, body=b'{"id": %d}' % (number % 3)))
    looks = [found async for found in journal.looks(of_json("$.id", 1))]
    assert len(looks) > 1
    assert sum(len(found.records) for found in looks) == 2_000
    assert [found.done for found in looks] == [False] * (len(looks) - 1) + [True]
    assert looks[-1].last == 6_000


async def test_looks_go_on_behind_the_last_one(journal: SqliteJournal) -> None:
    put(journal, run(), *(attempt(number, body=b'{"id": 1}') for number in range(3)))
    assert await numbers(journal, of_json("$.id", 1)) == [1, 2, 3]
    journal.put(attempt(9, body=b'{"id": 1}'))
    assert await numbers(journal, of_json("$.id", 1), behind=3) == [4]
    assert await numbers(journal, of_json("$.id", 1, run="run_2"), behind=3) == []


async def test_bodies_that_are_no_text_and_texts_that_are_no_unicode_are_looked_at(
    journal: SqliteJournal,
) -> None:
    odd = Response(status=200, headers=(("X-Odd", "\udcff"),), body=b"\xff\xfe")
    put(journal, run(), attempt(1, body=b'\xff{"id": 1}'), attempt(2, response=odd), attempt(3, status=None))
    assert await numbers(journal, of_json("$.id", 1)) == []
    headers = MessageMatcher(headers={"x-odd": Matcher("equals", "\udcff")})
    assert await numbers(journal, Match(where=ANY, response=headers)) == [2]
    text = MessageMatcher(body=Matcher("contains", "\N{REPLACEMENT CHARACTER}"))
    assert await numbers(journal, Match(where=ANY, response=text)) == [2]
    assert await numbers(journal, Match(where=ANY, response=MessageMatcher())) == [1, 2]


async def test_a_pattern_that_runs_away_stops_its_question_alone(journal: SqliteJournal) -> None:
    put(journal, run(), *(attempt(number, body=b"a" * 60 + b"!") for number in range(20)))
    runaway = Match(where=ANY, request=MessageMatcher(body=Matcher("matches", "(a|aa)+$")))
    with pytest.raises(InvalidInput, match="takes more than"):
        await numbers(journal, runaway)
    assert await journal.count(ANY) == 20


async def test_questions_of_others_come_in_between(journal: SqliteJournal) -> None:
    journal.put(settled())
    for number in range(6_000):
        journal.put(attempt(number, body=b'{"ids": [%d, 2]}' % number))
    ended: list[str] = []

    async def ask(name: str, question: Any) -> None:
        await question
        ended.append(name)

    await journal.flush()
    long = asyncio.create_task(ask("long", numbers(journal, of_json("$.ids", [1, 2]))))
    await asyncio.sleep(0)
    await ask("short", journal.attempt("att_1_1_1"))
    await long
    assert ended == ["short", "long"]


async def test_what_asks_for_little_does_not_stand_behind_many_searches(journal: SqliteJournal) -> None:
    put(journal, settled(), *(attempt(number, body=b'{"id": 1}') for number in range(300)))
    await journal.flush()
    ended: list[str] = []

    async def ask(name: str, question: Any) -> None:
        await question
        ended.append(name)

    wanted = of_json("$.id", 2, status=503)
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(ask("near", journal.nearest(wanted)))
            group.create_task(ask("found", journal.find(wanted, PageOf())))
        await asyncio.sleep(0)
        group.create_task(ask("one", journal.attempt("att_1_1_1")))
    assert ended.index("one") < 10


async def test_the_nearest_are_the_latest_that_miss_by_the_fewest_parts(journal: SqliteJournal) -> None:
    put(
        journal,
        run(),
        attempt(1, body=b'{"id": 1}'),
        attempt(2, body=b'{"id": 2}'),
        attempt(3, body=b'{"id": 1}', status=503),
        attempt(4, "run_2", body=b'{"id": 1}'),
    )
    near = await journal.nearest(of_json("$.id", 1, run="run_1", status=503, number=2))
    assert [(each.id, [miss.part for miss in each.misses]) for each in near] == [
        ("att_1_3_1", ["number"]),
        ("att_1_1_1", ["status", "number"]),
        ("att_1_2_1", ["status", "number", "request $.id"]),
    ]


async def test_notifications_are_found_by_their_texts(journal: SqliteJournal) -> None:
    put(journal, run(), notification(1), notification(2, subject="Other"))
    match = Match(where=NotificationFilter(run="run_1"), texts=(("subject", Matcher("contains", "failed")),))
    page = await journal.find(match, PageOf())
    assert len(page.items) == 1
    assert '"id":"ntf_1_1"' in page.items[0]
    of_delivery = Match(where=NotificationFilter(delivery="dlv_1_2"))
    assert '"id":"ntf_1_2"' in (await journal.find(of_delivery, PageOf())).items[0]


async def test_how_runs_stand(form: str, tmp_path: Path) -> None:
    async with opened(form, tmp_path, Limits(attempts=2)) as journal:
        assert await journal.standing(None, ()) == Standing(known=0, running=0, cut=0, lost=0, gone=0)
        gone = settled("run_1", labels={"t": "a"})
        put(journal, gone, attempt(1), attempt(2))
        put(
            journal,
            run("run_2", labels={"t": "a"}),
            attempt(1, "run_2"),
            attempt(2, "run_2"),
            attempt(3, "run_2"),
        )
        put(journal, settled("run_3", state=RunState.CANCELLED), settled("run_4", labels={"t": "b"}))
        await journal.flush()
        lost = Standing(known=1, running=1, cut=0, lost=1, gone=0, one="run_2")
        assert await journal.standing("run_2", ()) == lost
        assert await journal.standing("run_3", ()) == Standing(known=1, running=0, cut=1, lost=0, gone=0)
        assert await journal.standing(None, (("t", "b"),)) == Standing(
            known=1, running=0, cut=0, lost=0, gone=0
        )
        assert (await journal.standing(None, (("t", "a"),))).known == 2
        assert await journal.standing("run_4", (("t", "a"),)) == Standing(
            known=0, running=0, cut=0, lost=0, gone=0
        )


async def test_what_no_delivery_of_the_runs_in_question_bears_is_absent(journal: SqliteJournal) -> None:
    put(journal, run("run_1", labels={"t": "a"}), delivery(1), run("run_2"), delivery(1, "run_2"))
    known: dict[str, Any] = {
        "delivery": "dlv_1_1",
        "event": "evt_1_1",
        "event_name": "created",
        "type": "user.created",
    }
    for where in (
        AttemptFilter(**known, provider="entuitive", url=delivery(1).url, status=999),
        AttemptFilter(**known, run="run_1", labels=(("t", "a"),)),
        NotificationFilter(delivery="dlv_2_1"),
        NotificationFilter(run="run_x"),
        RequestFilter(run="run_1", path="/nowhere"),
    ):
        assert await journal.absent(where) == ()
    for where in (
        AttemptFilter(**known, run="run_2"),
        AttemptFilter(delivery="dlv_9_9", event="evt_9_9", run="run_2"),
        AttemptFilter(delivery="\udcff", event="\udcff"),
    ):
        assert await journal.absent(where) == ("delivery", "event")
    elsewhere = AttemptFilter(event_name="x", provider="x", type="x", url="x", labels=(("t", "a"),))
    assert await journal.absent(elsewhere) == ("event_name", "provider", "type", "url")
    assert await journal.absent(NotificationFilter(delivery="dlv_2_1", labels=(("t", "a"),))) == ("delivery",)
