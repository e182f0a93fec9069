"""What a run plays: schedules, order, chains, verdicts, notifications; all without a network."""

from __future__ import annotations

import asyncio
import json
import random

import pytest

from emulator.errors import JournalError
from emulator.record import AttemptError, DeliveryState, ErrorKind, Result, RunState, Verdict
from tests.helpers.journal import ListJournal
from tests.helpers.playing import Endpoint, answer, emulating, offsets, play, scenario, silence

EXHAUSTED = {"expect": {"outcome": "exhausted"}}


async def test_entuitive_makes_five_attempts_at_the_documented_offsets() -> None:
    run, journal = await play(scenario(EXHAUSTED), Endpoint(503))
    assert offsets(journal) == [0, 10, 20, 30, 130]
    assert [made.final for made in journal.made] == [False, False, False, False, True]
    assert run.record().verdict is Verdict.PASSED


async def test_compliancely_makes_three_attempts_at_the_documented_offsets() -> None:
    _, journal = await play(
        scenario(EXHAUSTED | {"type": "tin_match"}, provider="compliancely"), Endpoint(503)
    )
    assert offsets(journal) == [0, 180, 540]


async def test_a_silent_endpoint_costs_its_time_out_in_emulated_time() -> None:
    _, journal = await play(scenario(EXHAUSTED), Endpoint(silence()))
    assert offsets(journal) == [0, 13, 26, 39, 142]
    assert {made.result for made in journal.made} == {Result.FAILED}


async def test_every_attempt_has_the_same_bytes_and_signature() -> None:
    endpoint = Endpoint(503, 503, 200)
    await play(
        scenario({"data": {"company_name": "{{ fake.company() }}", "created_on": "{{ now }}"}}), endpoint
    )
    assert len(endpoint.came) == 3
    assert len({(request.body, request.headers) for request in endpoint.came}) == 1


async def test_a_profile_that_builds_each_attempt_renders_it_again() -> None:
    endpoint = Endpoint(503, 200)
    event = {"data": {"created_on": "{{ now }}"}, "profile": {"body": {"build": "each-attempt"}}}
    await play(scenario(event), endpoint)
    moments = [json.loads(request.body)["data"]["created_on"] for request in endpoint.came]
    assert moments == ["2026-01-05T09:00:00Z", "2026-01-05T09:00:10Z"]
    assert len({dict(request.headers)["X-Entuitive-Signature"] for request in endpoint.came}) == 2


async def test_what_is_due_between_an_attempt_and_its_successor_goes_first() -> None:
    given = scenario({"name": "first"}, {"name": "between", "at": "5s", "target": "http://127.0.0.1:9/other"})
    _, journal = await play(given, Endpoint(503, 200, other=(200,)))
    assert [(made.event_name, made.number) for made in journal.made] == [
        ("first", 1),
        ("between", 1),
        ("first", 2),
    ]


async def test_an_event_after_another_waits_for_all_its_deliveries_whatever_their_outcome() -> None:
    targets = ["http://127.0.0.1:9/good", "http://127.0.0.1:9/bad"]
    given = scenario(
        {"name": "one", "target": targets, "expect": {"outcome": "exhausted"}},
        {"name": "two", "after": {"event": "one", "delay": "5s"}, "target": "http://127.0.0.1:9/good"},
    )
    run, journal = await play(given, Endpoint(good=(200,), bad=(503,)))
    two = next(made for made in journal.made if made.event_name == "two")
    assert two.due_at - run.record().start == 135_000_000
    assert [failure.check for failure in run.record().failures] == ["outcome"]


async def test_a_chain_counts_the_time_out_of_the_last_attempt() -> None:
    given = scenario(
        {"name": "one", **EXHAUSTED, "profile": {"retry": {"waits": []}, "timeout": "3s"}},
        {"name": "two", "after": {"event": "one"}, "target": "http://127.0.0.1:9/good"},
    )
    run, journal = await play(given, Endpoint(silence(), good=(200,)))
    assert journal.made[-1].due_at - run.record().start == 3_000_000


async def test_a_repeated_event_occurs_at_its_interval_with_its_index() -> None:
    given = scenario({"payload": {"n": "{{ index }}"}, "at": "1s", "repeat": {"times": 4, "every": "2s"}})
    endpoint = Endpoint()
    run, journal = await play(given, endpoint)
    assert [(made.index, made.due_at - run.record().start) for made in journal.made] == [
        (0, 1_000_000),
        (1, 3_000_000),
        (2, 5_000_000),
        (3, 7_000_000),
    ]
    assert [request.body for request in endpoint.came] == [b'{"n":0}', b'{"n":1}', b'{"n":2}', b'{"n":3}']
    assert run.record().counts.events == 4


async def test_a_chain_begins_after_the_last_occurrence() -> None:
    given = scenario(
        {"name": "many", "repeat": {"times": 3, "every": "10s"}},
        {"name": "then", "after": {"event": "many", "delay": "1s"}},
    )
    run, journal = await play(given, Endpoint())
    assert journal.made[-1].event_name == "then"
    assert journal.made[-1].due_at - run.record().start == 21_000_000


async def test_an_exhausted_entuitive_delivery_is_told_by_e_mail_on_record() -> None:
    run, journal = await play(scenario(EXHAUSTED, expect={"notifications": 1}), Endpoint(503))
    (mail,) = journal.notified
    assert run.record().verdict is Verdict.PASSED
    assert mail.at - run.record().start == 130_000_000
    assert "user.created" in mail.subject
    assert "http://127.0.0.1:9/hook" in mail.text
    assert not mail.sent


async def test_the_e_mail_is_without_our_advice() -> None:
    refused = AttemptError(
        ErrorKind.CONNECT, "localhost refused the connection; inside a container name the host"
    )
    _, journal = await play(scenario(EXHAUSTED, expect={"notifications": 1}), Endpoint(refused))
    (mail,) = journal.notified
    assert "localhost refused the connection" in mail.text
    assert "inside a container" not in mail.text


async def test_compliancely_tells_nobody() -> None:
    given = scenario(EXHAUSTED | {"type": "tin_match"}, provider="compliancely", expect={"notifications": 0})
    run, journal = await play(given, Endpoint(503))
    assert journal.notified == []
    assert run.record().verdict is Verdict.PASSED


async def test_a_blocked_target_is_tried_once_and_nobody_is_told() -> None:
    _, journal = await play(scenario(EXHAUSTED), Endpoint(AttemptError(ErrorKind.BLOCKED, "forbidden")))
    assert len(journal.made) == 1
    assert journal.notified == []
    assert "never retried" in journal.made[0].explanation


async def test_the_run_fails_where_notifications_are_missing() -> None:
    run, _ = await play(scenario({}, expect={"notifications": {"min": 1}}), Endpoint(200))
    (failure,) = run.record().failures
    assert (failure.check, failure.expected, failure.actual) == ("notifications", {"min": 1, "max": None}, 0)


async def test_a_kind_that_is_not_retried_ends_the_delivery() -> None:
    given = scenario(EXHAUSTED | {"profile": {"retry": {"on": ["status"]}}})
    _, journal = await play(given, Endpoint(silence()))
    assert len(journal.made) == 1
    assert "does not retry after timeout" in journal.made[0].explanation


async def test_202_is_not_what_entuitive_wants_and_the_explanation_says_so() -> None:
    run, journal = await play(scenario({}), Endpoint(202))
    assert "202 Accepted" in journal.made[0].explanation
    assert "a 2xx, but not an accepted one" in journal.made[0].explanation
    assert run.record().verdict is Verdict.FAILED


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("test-secret-1", "(over the signature? compare the secrets with `webhook-emulator sign`)"),
        (None, "(it went out unsigned, for want of a secret)"),
    ],
)
async def test_a_refusal_that_may_be_over_the_signature_is_explained_so(
    status: int, secret: str | None, told: str
) -> None:
    _, journal = await play(scenario(EXHAUSTED, secret=secret), Endpoint(status))
    assert [told in each.explanation for each in journal.made] == [True, False, False, False, False]


async def test_a_provider_that_never_signs_is_told_nothing_of_signatures() -> None:
    given = scenario(EXHAUSTED, profile={"signature": None})
    _, journal = await play(given, Endpoint(401))
    assert "sign" not in journal.made[0].explanation


async def test_equal_runs_are_equal_whatever_the_order_of_answers() -> None:
    given = scenario(
        {
            "name": "a",
            "repeat": {"times": 5, "every": "3s"},
            "data": {"company_name": "{{ fake.company() }}"},
        },
        {"name": "b", "at": "6s", "data": {"email": "{{ uuid() }}@example.test"}},
    )

    class Shuffled(Endpoint):
        async def __call__(self, request):
            for _ in range(random.randrange(5)):
                await asyncio.sleep(0)
            return answer(503 if b"example.test" in request.body[:200] else 200)

    traces = set()
    for _ in range(10):
        _, journal = await play(given, Shuffled())
        made = sorted(journal.made, key=lambda each: (each.due_at, each.event_name, each.index, each.number))
        traces.add(
            tuple((each.due_at, each.number, each.request.body, each.signature, each.result) for each in made)
        )
    assert len(traces) == 1


async def test_another_seed_gives_another_body() -> None:
    bodies = set()
    for seed in (1, 2):
        endpoint = Endpoint()
        await play(scenario({"payload": "{{ uuid() }}"}, seed=seed), endpoint)
        bodies.add(endpoint.came[0].body)
    assert len(bodies) == 2


async def test_a_template_that_fails_while_playing_fails_the_run_and_sends_nothing() -> None:
    given = scenario({"payload": "{{ [1, 2][index % 3] }}", "repeat": {"times": 4}})
    endpoint = Endpoint()
    run, journal = await play(given, endpoint)
    assert len(endpoint.came) == 3
    (failure,) = run.record().failures
    assert (failure.check, failure.index) == ("template", 2)
    assert [delivery.state for delivery in journal.delivered].count(DeliveryState.CANCELLED) == 1


async def test_a_run_that_lost_records_is_incomplete() -> None:
    journal, endpoint = ListJournal(), Endpoint()
    endpoint.hold("hook")
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(scenario({}))
        await endpoint.arrived["hook"].wait()
        journal.tell_lost(run.id, 3)
        endpoint.release("hook")
        record = await run.settled()
    assert record.verdict is Verdict.INCOMPLETE
    assert record.counts.lost == 3


async def test_a_journal_that_fails_ends_the_run_with_an_error() -> None:
    journal, endpoint = ListJournal(), Endpoint()
    endpoint.hold("hook")
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(scenario({}))
        await endpoint.arrived["hook"].wait()
        journal.fails = JournalError("the disk is full")
        endpoint.release("hook")
        with pytest.raises(JournalError, match="the disk is full"):
            await run.settled()
        assert run.record().state is RunState.ERROR
        assert run.record().verdict is Verdict.INCOMPLETE
        assert run.record().error == "the disk is full"


async def test_a_run_whose_records_cannot_be_stored_at_its_end_has_not_passed() -> None:
    class Full(ListJournal):
        async def flush(self) -> None:
            raise JournalError("the disk is full")

    journal = Full()
    async with emulating(Endpoint(), journal) as emulator:
        run = emulator.start(scenario({}))
        with pytest.raises(JournalError):
            await run.settled()
    assert (run.record().state, run.record().verdict) == (RunState.ERROR, Verdict.INCOMPLETE)


async def test_a_journal_that_fails_while_a_run_is_cancelled_ends_it_with_an_error() -> None:
    journal, endpoint = ListJournal(), Endpoint()
    endpoint.hold("hook")
    async with emulating(endpoint, journal) as emulator:
        run = emulator.start(scenario({}))
        await endpoint.arrived["hook"].wait()
        journal.fails = JournalError("the disk is full")
        assert (await run.cancel()).state is RunState.ERROR


async def test_in_a_lasting_journal_an_outcome_is_stored_before_its_successor_goes() -> None:
    stored_at_arrival = []

    class Looking(Endpoint):
        async def __call__(self, request):
            stored_at_arrival.append((len(journal.made), journal.flushes))
            return await super().__call__(request)

    journal = ListJournal(lasting=True)
    async with emulating(Looking(503, 503, 200), journal) as emulator:
        await emulator.start(scenario({})).settled()
    flushes = [flushed for _, flushed in stored_at_arrival]
    assert [made for made, _ in stored_at_arrival] == [0, 1, 2]
    assert flushes == sorted(set(flushes))


async def test_nothing_sent_is_no_exhausted_schedule_unless_the_scenario_names_it() -> None:
    blocked = AttemptError(ErrorKind.BLOCKED, "forbidden")
    run, _ = await play(scenario(EXHAUSTED), Endpoint(blocked))
    assert [failure.message for failure in run.record().failures] == [
        "expected exhausted, but nothing was sent: the target is blocked"
    ]
    run, _ = await play(
        scenario({"expect": {"outcome": "exhausted", "statuses": ["blocked"]}}), Endpoint(blocked)
    )
    assert run.record().verdict is Verdict.PASSED


async def test_a_redirect_that_the_profile_accepts_is_accepted() -> None:
    def redirecting(_):
        return answer(302)

    given = scenario({"profile": {"accept": [200, 302]}, "expect": {"attempts": 1, "statuses": [302]}})
    run, journal = await play(given, redirecting)
    assert run.record().verdict is Verdict.PASSED
    assert journal.made[0].error is None
