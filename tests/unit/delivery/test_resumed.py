"""A playing that was cut off anywhere goes on to the same end as one that was not."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.delivery.attempt import Outcome
from emulator.delivery.life import Echo, Life, Prepared
from emulator.delivery.past import Past
from emulator.delivery.playing import Playing
from emulator.delivery.resumed import Resumed
from emulator.errors import TemplateError
from emulator.record import (
    AttemptError,
    AttemptRecord,
    DeliveryRecord,
    DeliveryState,
    ErrorKind,
    NotificationRecord,
    Record,
    Response,
    Verdict,
)
from emulator.scenario.model import Scenario
from tests.helpers.playing import scenario

START = 1_767_603_600_000_000
ANSWERS: tuple[int | ErrorKind, ...] = (200, 200, 503, 404, ErrorKind.TIMEOUT, ErrorKind.CONNECT)
REMADE = ", made again after a restart"
STAMPED = {
    "signature": {
        "header": "X-Signature",
        "headers": {"X-Time": "{timestamp}"},
        "message": "{timestamp}.{body}",
        "value": "t={timestamp},v1={signature}",
    }
}


@dataclass
class Drive:
    """Plays without a player: what is due together ends in any order, and every answer follows from its place."""

    salt: int
    measures: bool
    puts: list[tuple[Record, ...]] = field(default_factory=list)
    wall: int = START

    def play(self, playing: Playing) -> Playing:
        chance = random.Random(self.salt)
        while (due_us := playing.next_due()) is not None:
            lives: list[Life] = []
            for entry in playing.take(due_us):
                if isinstance(entry, Life):
                    lives.append(entry)
                elif isinstance(entry, Echo):
                    self.add(playing, entry.life, entry.prepared, entry.number, entry.due_us)
                else:
                    self.puts.append((entry,))
            chance.shuffle(lives)
            self.attempt(playing, lives)
        return playing

    def attempt(self, playing: Playing, lives: list[Life]) -> None:
        going = []
        for life in lives:
            self.wall += 1_500_000
            try:
                going.append((life, playing.prepare(life, wall=self.wall)))
            except TemplateError as error:
                self.puts.append(tuple(playing.give_up(life, error)))
            else:
                self.puts.append((playing.depart(life),))
        for life, prepared in going:
            number, due_us = life.number, life.due_us
            for each in prepared.before:
                self.add(playing, life, each, number, due_us)
            self.puts.append(tuple(playing.conclude(life, prepared, self.outcome(life, number))))
            for each in prepared.beside:
                self.add(playing, life, each, number, due_us)

    def add(self, playing: Playing, life: Life, prepared: Prepared, number: int, due_us: int) -> None:
        assert prepared.extra
        outcome = self.outcome(life, number, prepared.extra.copy)
        self.puts.append((playing.conclude_extra(life, prepared, outcome, number=number, due_us=due_us),))

    def outcome(self, life: Life, number: int, copy: int = 0) -> Outcome:
        event, index = life.occurrence.event, life.occurrence.index
        place = f"{self.salt} {event.name} {index} {life.target} {number}{f' {copy}' if copy else ''}"
        drawn = hashlib.sha256(place.encode()).digest()
        came = ANSWERS[drawn[0] % len(ANSWERS)]
        return Outcome(
            response=Response(status=came, headers=(), body=b"no") if isinstance(came, int) else None,
            error=None if isinstance(came, int) else AttemptError(came, came.value),
            planned_wall=self.wall,
            sent_wall=self.wall,
            lateness_us=drawn[1] * 1_000 if self.measures else 0,
            duration_us=drawn[2] * 10_000,
        )


def played(kind: type[Playing], of: Scenario, measures: bool) -> Any:
    return kind(of, run="run_x", seed=7, start=START, labels={}, measures=measures)


def records(puts: Iterable[tuple[Record, ...]]) -> Iterator[Record]:
    for together in puts:
        yield from together


def past_of(puts: list[tuple[Record, ...]]) -> Past:
    deliveries = {it.id: it for it in records(puts) if isinstance(it, DeliveryRecord)}
    past = Past(deliveries.values())
    for record in records(puts):
        if isinstance(record, AttemptRecord):
            past.add(record)
    return past


def attempts(puts: list[tuple[Record, ...]]) -> dict[tuple[str, int, str, int, int], Any]:
    made = [it for it in records(puts) if isinstance(it, AttemptRecord)]
    told = {
        (it.event_name, it.index, it.request.url, it.number, it.copy): (
            it.due_at,
            it.status,
            it.result,
            it.next_due_at,
            it.request.body,
            it.faults,
            it.explanation.replace(REMADE, ""),
        )
        for it in made
    }
    assert len(told) == len(made), "an attempt that was on record was made again"
    return told


def ends(puts: list[tuple[Record, ...]]) -> dict[tuple[str, int, str], Any]:
    last = {it.id: it for it in records(puts) if isinstance(it, DeliveryRecord)}
    told = {(it.event_name, it.index, it.url): (it.state, it.attempts, it.ending) for it in last.values()}
    assert len(told) == len(last), "a delivery was made twice"
    return told


def mails(puts: list[tuple[Record, ...]]) -> set[tuple[str, int]]:
    return {(it.id, it.at) for it in records(puts) if isinstance(it, NotificationRecord)}


def came_to(playing: Playing) -> Any:
    verdict, failures = playing.tally.verdict()
    told = sorted(f"{it.event} {it.index} {it.check} {it.message}" for it in failures)
    return verdict, told, playing.tally.counts


FAULTS = st.sampled_from(
    [
        {"signature": "wrong"},
        {"tamper": True, "on": [1, 3]},
        {"duplicate": {"times": 2, "after": "7s"}},
        {"duplicate": 1, "on": 2},
        {"concurrent": 2},
        {"replay": "1m"},
        {"delay": "3s", "on": [1, 2]},
        {"reorder": "together"},
        {"unknown_type": True, "on": "last"},
        {"encoding": "bom", "on": 2},
    ]
)
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "when": st.integers(0, 3),
            "times": st.integers(1, 4),
            "every": st.sampled_from(["0s", "5s", "10s"]),
            "targets": st.integers(1, 3),
            "fails": st.sampled_from([None, None, "target", "body"]),
            "after": st.booleans(),
            "stamped": st.booleans(),
            "faults": st.lists(FAULTS, max_size=3),
            "expect": st.sampled_from(
                [{}, {"outcome": "exhausted"}, {"statuses": [503, 200]}, {"attempts": {"min": 1, "max": 3}}]
            ),
        }
    ),
    min_size=1,
    max_size=4,
)


def scenario_of(drawn: list[dict[str, Any]]) -> Scenario:
    events: list[dict[str, Any]] = []
    for number, it in enumerate(drawn):
        path = "{{ 10 // (index - 1) }}" if it["fails"] == "target" and it["times"] > 2 else "x"
        body = "{{ 10 // (index - 1) }}" if it["fails"] == "body" and it["times"] > 2 else "{{ fake.name() }}"
        event = {
            "name": f"e{number}",
            "data": {"company_name": body},
            "repeat": {"times": it["times"], "every": it["every"]},
            "target": [f"http://127.0.0.1:9/{target}/{path}" for target in range(it["targets"])],
            "expect": it["expect"],
        }
        if it["after"] and number:
            event["after"] = {"event": f"e{number - 1}", "delay": "1s"}
        else:
            event["at"] = f"{5 * it['when']}s"
        if it["stamped"]:
            event["profile"] = STAMPED
        late = "after" in event
        event["faults"] = [fault for fault in it["faults"] if not (late and "reorder" in fault)]
        if not event["faults"]:
            del event["faults"]
        events.append(event)
    return scenario(*events)


@given(
    drawn=EVENTS,
    salt=st.integers(0, 1 << 20),
    measures=st.booleans(),
    cuts=st.lists(st.floats(0, 1), min_size=1, max_size=3),
)
def test_the_end_is_the_same_wherever_it_was_cut_off(
    drawn: list[dict[str, Any]], salt: int, measures: bool, cuts: list[float]
) -> None:
    of = scenario_of(drawn)
    whole = Drive(salt, measures)
    expected = came_to(whole.play(played(Playing, of, measures)))
    puts = list(whole.puts)
    for cut in cuts:
        kept = puts[: round(cut * len(puts))]
        again = Drive(salt, measures, kept)
        resumed = played(Resumed, of, measures)
        kept.append(tuple(resumed.recall(past_of(kept))))
        assert came_to(again.play(resumed)) == expected
        puts = again.puts
    assert attempts(puts) == attempts(whole.puts)
    assert ends(puts) == ends(whole.puts)
    assert mails(puts) == mails(whole.puts)


def cut_off(of: Scenario, keep: Any, salt: int = 3) -> tuple[Drive, list[Record]]:
    """Play until `keep` says of a record that it is the last one stored; what a playing that goes on then makes."""
    first = Drive(salt, measures=False)
    first.play(played(Playing, of, False))
    end = next(at for at, put in enumerate(first.puts, 1) if any(map(keep, put)))
    kept = first.puts[:end]
    resumed = played(Resumed, of, False)
    missing = list(resumed.recall(past_of(kept)))
    again = Drive(salt, measures=False, wall=START + 60_000_000)
    again.play(resumed)
    return again, missing


def test_what_was_on_the_wire_is_made_again_with_its_number_and_says_so() -> None:
    of = scenario({"expect": {"outcome": "exhausted"}})
    salt = next(n for n in range(999) if len(attempts(driven(of, n))) == 5)
    again, _ = cut_off(of, lambda it: isinstance(it, DeliveryRecord) and it.going == 3, salt)
    made = [it for it in records(again.puts) if isinstance(it, AttemptRecord)]
    assert [(it.number, it.remade) for it in made] == [(3, True), (4, False), (5, False)]
    assert [f"{REMADE}: " in it.explanation for it in made] == [True, False, False]


def test_what_had_not_left_yet_is_not_called_remade() -> None:
    again, _ = cut_off(scenario({}), lambda it: isinstance(it, DeliveryRecord))
    made = [it for it in records(again.puts) if isinstance(it, AttemptRecord)]
    assert [it.remade for it in made] == [False] * len(made)


def driven(of: Scenario, salt: int) -> list[tuple[Record, ...]]:
    drive = Drive(salt, measures=False)
    drive.play(played(Playing, of, False))
    return drive.puts


def test_a_signature_made_once_keeps_its_moment_beyond_a_restart() -> None:
    of = scenario({"profile": STAMPED, "expect": {"outcome": "exhausted"}})
    salt = next(n for n in range(999) if len(attempts(driven(of, n))) == 5)
    first = driven(of, salt)
    before = next(it for it in records(first) if isinstance(it, AttemptRecord))
    again, _ = cut_off(of, lambda it: isinstance(it, AttemptRecord) and it.number == 2, salt)
    made = [it for it in records(again.puts) if isinstance(it, AttemptRecord)]
    assert [it.number for it in made] == [3, 4, 5]
    assert {it.signature for it in made} == {before.signature}
    assert {it.request.headers for it in made} == {before.request.headers}


def test_a_run_that_was_being_cancelled_ends_cancelled() -> None:
    of = scenario({}, {"name": "later", "at": "1h"})
    playing = played(Playing, of, False)
    life = next(entry for entry in playing.take(0) if isinstance(entry, Life))
    cut = Outcome(
        response=None,
        error=AttemptError(ErrorKind.CANCELLED, "cut"),
        planned_wall=START,
        sent_wall=START,
        lateness_us=0,
        duration_us=0,
    )
    puts = [tuple(playing.conclude(life, playing.prepare(life, wall=START), cut))]
    resumed = played(Resumed, of, False)
    list(resumed.recall(past_of(puts)))
    assert resumed.cancelled
    assert resumed.next_due() is None
    assert resumed.tally.verdict()[0] is Verdict.INCOMPLETE


@pytest.mark.parametrize("lost", [1, 2])
def test_records_that_had_to_make_room_fail_nothing(lost: int) -> None:
    of = scenario({"expect": {"outcome": "exhausted", "attempts": 5}}, {"name": "later", "at": "1h"})
    salt = next(
        n
        for n in range(9_999)
        if ends(driven(of, n)).get(("event-1", 0, "http://127.0.0.1:9/hook"), (0, 0))[:2]
        == (DeliveryState.EXHAUSTED, 5)
    )
    kept = [put for put in driven(of, salt) if not any(_of_later(it) for it in put)]
    gone = [it for it in records(kept) if isinstance(it, AttemptRecord)][:lost]
    kept = [tuple(it for it in put if it not in gone) for put in kept]
    resumed = played(Resumed, of, False)
    list(resumed.recall(past_of(kept)))
    resumed.tally.lost(lost)
    counts = resumed.tally.counts
    assert (counts.attempts, counts.exhausted, counts.lost) == (5, 1, lost)
    assert not [it for it in resumed.tally.verdict()[1] if it.event == "event-1"]


def _of_later(record: Record) -> bool:
    return isinstance(record, DeliveryRecord | AttemptRecord) and record.event_name == "later"


def test_a_redelivery_is_no_attempt_of_the_schedule() -> None:
    of = scenario({"expect": {"attempts": 1, "statuses": [200]}})
    salt = next(n for n in range(999) if len(attempts(driven(of, n))) == 1)
    puts = driven(of, salt)
    made = next(it for it in records(puts) if isinstance(it, AttemptRecord))
    delivery = [it for it in records(puts) if isinstance(it, DeliveryRecord)][-1]
    again = replace(made, id="att_x_1_2", number=2, trigger="redeliver")
    resumed = played(Resumed, of, False)
    list(resumed.recall(past_of([*puts, (again, replace(delivery, attempts=2))])))
    assert resumed.tally.verdict() == (Verdict.PASSED, ())
    assert resumed.tally.counts.attempts == 2
