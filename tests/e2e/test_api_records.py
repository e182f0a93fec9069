"""Deliveries, attempts, exact bodies and notifications by the API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from emulator.journal import Limits
from tests.helpers.serving import SECRET, Answer, Api, body, receiving, scenario, serving, until
from tests.support.raw_receiver import Line, raw_receiver


async def test_deliveries_stand_in_order_with_their_explanations():
    async with receiving("503", "200") as receiver, serving() as api:
        run = await api.run(body(receiver.url, {"name": "a"}, {"name": "b", "at": "1h"}))
        found = await api.items(f"/api/v1/runs/{run['id']}/deliveries?limit=1")
        assert [each["event_name"] for each in found] == ["a", "b"]
        assert [len(each["explanation"]) for each in found] == [2, 1]
        lines = [each["explanation"] for each in await api.items("/api/v1/attempts")]
        assert [line for each in found for line in each["explanation"]] == lines
        backwards = await api.items(f"/api/v1/runs/{run['id']}/deliveries?order=desc")
        assert backwards == found[::-1]
        assert (await api.get(f"/api/v1/deliveries/{found[0]['id']}")).json == found[0]


async def test_a_delivery_on_its_way_shows_when_it_goes_on():
    async with receiving("503") as receiver, serving() as api:
        run = await api.run(body(receiver.url, speed="manual", start="2026-01-05T09:00:00Z"))
        (found,) = await api.items(f"/api/v1/runs/{run['id']}/deliveries")
        assert (found["state"], found["attempts"]) == ("waiting", 1)
        assert found["next_due_at"] == "2026-01-05T09:00:10Z"


FILTERED: list[tuple[str, list[str]]] = [
    ("", ["a1", "b1", "a2", "c1"]),
    ("run={run}", ["a1", "b1", "a2", "c1"]),
    ("run=run_unknown", []),
    ("delivery={delivery}", ["a1", "a2"]),
    ("event={event}", ["a1", "a2"]),
    ("event_name=b", ["b1"]),
    ("provider=entuitive", ["a1", "b1", "a2"]),
    ("type=tin_match", ["c1"]),
    ("url={url}/other", ["b1"]),
    ("status=503", ["a1"]),
    ("status=404", []),
    ("result=accepted", ["b1", "a2", "c1"]),
    ("number=2", ["a2"]),
    ("label.suite=billing", ["a1", "b1", "a2", "c1"]),
    ("label.suite=other", []),
    ("label.suite=billing&label.x=y%20z", ["a1", "b1", "a2", "c1"]),
    ("since={second}", ["b1", "a2", "c1"]),
    ("until={second}", ["a1", "b1"]),
    ("provider=entuitive&result=accepted&number=1", ["b1"]),
]


async def test_every_filter_of_attempts_holds_alone_and_together():
    async with receiving("503", "200", invalid=None) as receiver, serving() as api:
        given = scenario(
            receiver.url,
            {"name": "a"},
            {"name": "b", "at": "1s", "target": f"{receiver.url}/other"},
            {"name": "c", "at": "1h", "provider": "compliancely", "type": "tin_match"},
        )
        run = await api.run({"scenario": given, "labels": {"suite": "billing", "x": "y z"}})
        attempts = await api.items("/api/v1/attempts")
        known = {
            "run": run["id"],
            "delivery": attempts[0]["delivery"],
            "event": attempts[0]["event"],
            "url": receiver.url,
            "second": attempts[1]["sent_wall"],
        }
        for query, names in FILTERED:
            found = await api.items(f"/api/v1/attempts?{query.format(**known)}&limit=3".replace("?&", "?"))
            assert [f"{each['event_name']}{each['number']}" for each in found] == names, query
        assert await api.items("/api/v1/attempts?order=desc&limit=2") == attempts[::-1]
        assert (await api.get(f"/api/v1/attempts/{attempts[2]['id']}")).json == attempts[2]


async def test_a_cursor_holds_while_records_are_added():
    async with receiving() as receiver, serving() as api:
        seen: list[str] = []
        for count in (3, 2, 4):
            await api.run(body(receiver.url, {"repeat": {"times": count}}))
            after = f"&after={seen[-1]}" if seen else ""
            while True:
                page = (await api.get(f"/api/v1/attempts?limit=2{after}")).json
                seen += [each["id"] for each in page["items"]]
                if page["next"] is None:
                    break
                after = f"&after={page['next']}"
                await api.run(body(receiver.url, {"name": "meanwhile"}))
                if len(seen) > 30:
                    break
        everything = [each["id"] for each in await api.items("/api/v1/attempts")]
        assert seen == everything[: len(seen)]
        assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("limit=0", ["limit: expected a whole number from 1 to 1000, found text '0'"]),
        ("limit=1001", ["limit: expected a whole number from 1 to 1000, found text '1001'"]),
        ("limit=ten", ["limit: expected a whole number from 1 to 1000, found text 'ten'"]),
        ("order=up", ["order: expected asc or desc, found text 'up'"]),
        ("after=nowhere", ["after: expected a cursor as `next` gives it, or the id of a record in this list"]),
        ("after=runs-1", ["after: expected a cursor as `next` gives it, or the id of a record in this list"]),
        ("limt=1", ["limt: unknown parameter; did you mean 'limit'?"]),
        ("limit=1&limit=2", ["limit: this parameter is given twice"]),
        ("label.a=1&label.a=2", ["'label.a': this parameter is given twice"]),
        ("status=abc&result=good", ["status: expected a whole number from 100 to 999, found text 'abc'",
                                    "result: expected accepted, rejected or failed, found text 'good'"]),
        ("since=yesterday", ["since: expected a moment in UTC such as 2026-01-05T09:00:00Z, found text 'yesterday'"]),
        ("type=", ["type: expected an event type, found empty text"]),
    ],
)  # fmt: skip
async def test_a_wrong_parameter_is_told(query: str, details: list[str]):
    async with serving() as api:
        answer = await api.get(f"/api/v1/attempts?{query}")
        assert (answer.status, answer.error["details"]) == (422, details)


NASTY = b"<script>alert(1)</script>\xff\x00"


async def test_bodies_are_exact_bytes_that_no_browser_shows():
    async def script(line: Line) -> None:
        await line.request()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(NASTY)}\r\n\r\n"
        await line.send(head.encode() + NASTY)

    async with raw_receiver(script) as receiver, serving() as api:
        await api.run(body(receiver.url(), {"body": "ÄÖ <b>&amp;"}))
        (attempt,) = await api.items("/api/v1/attempts")
        for part, expected in (("request", "ÄÖ <b>&amp;".encode()), ("response", NASTY)):
            path = f"/api/v1/attempts/{attempt['id']}/{part}/body"
            answer = await api.get(path)
            assert (answer.status, answer.body) == (200, expected)
            assert answer.headers["Content-Type"] == "application/octet-stream"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            head = await api.call("HEAD", path)
            assert (head.status, head.body) == (200, b"")
            assert head.headers["Content-Length"] == str(len(expected))


async def test_an_attempt_without_a_whole_answer_has_no_body_of_one():
    async with receiving("reset") as receiver, serving() as api:
        await api.run(body(receiver.url))
        attempt = (await api.items("/api/v1/attempts"))[0]
        answer = await api.get(f"/api/v1/attempts/{attempt['id']}/response/body")
        status, message = answer.told
        assert (status, message.partition(": ")[0]) == (
            404,
            f"the attempt {attempt['id']} has no whole answer",
        )


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/api/v1/deliveries/{}", "delivery"),
        ("POST", "/api/v1/deliveries/{}/redeliver", "delivery"),
        ("GET", "/api/v1/attempts/{}", "attempt"),
        ("GET", "/api/v1/attempts/{}/request/body", "attempt"),
        ("GET", "/api/v1/attempts/{}/response/body", "attempt"),
    ],
)
async def test_an_unknown_id_is_told_and_one_of_something_else_says_so(method: str, path: str, kind: str):
    async with serving() as api:
        answer = await api.call(method, path.format(f"{kind[:2]}_nothing"))
        assert answer.told == (404, f"there is no {kind} '{kind[:2]}_nothing'")
        answer = await api.call(method, path.format("run_nothing"))
        article = "an" if kind == "attempt" else "a"
        prefix = "att_" if kind == "attempt" else "dlv_"
        assert answer.told == (
            404,
            f"expected the id of {article} {kind}, which begins with {prefix}, found 'run_nothing', that of a run",
        )


async def test_redeliver_makes_one_more_attempt_of_the_same_bytes():
    async with receiving("503", "503", "503", "503", "503", "200") as receiver, serving() as api:
        run = await api.run(body(receiver.url, {"expect": {"outcome": "exhausted"}}))
        (delivery,) = await api.items(f"/api/v1/runs/{run['id']}/deliveries")
        answer = await api.post(f"/api/v1/deliveries/{delivery['id']}/redeliver")
        attempt = answer.json
        assert answer.status == 201
        assert answer.headers["Location"] == f"/api/v1/attempts/{attempt['id']}"
        assert (attempt["trigger"], attempt["number"], attempt["result"]) == ("redeliver", 6, "accepted")
        assert len({each.body for each in receiver.received}) == 1
        assert (await api.get(answer.headers["Location"])).json == attempt
        after = (await api.get(f"/api/v1/deliveries/{delivery['id']}")).json
        assert (after["state"], after["attempts"]) == ("exhausted", 6)
        assert (await api.get(f"/api/v1/runs/{run['id']}")).json["verdict"] == "passed"


async def test_a_delivery_that_has_not_ended_cannot_be_redelivered():
    async with receiving("503") as receiver, serving() as api:
        run = await api.run(body(receiver.url, speed="manual"))
        (delivery,) = await api.items(f"/api/v1/runs/{run['id']}/deliveries")
        answer = await api.post(f"/api/v1/deliveries/{delivery['id']}/redeliver")
        assert answer.told == (409, "this delivery is waiting; it has attempts of its own to come")


async def test_a_client_that_goes_away_does_not_cut_its_redelivery():
    async with receiving("200", "timeout") as receiver, serving() as api:
        run = await api.run(body(receiver.url))
        (delivery,) = await api.items(f"/api/v1/runs/{run['id']}/deliveries")
        asking = asyncio.create_task(api.post(f"/api/v1/deliveries/{delivery['id']}/redeliver"))
        async with asyncio.timeout(20):
            while len(receiver.received) < 2:
                await api.get("/livez")
        asking.cancel()
        found = await until(
            lambda: api.items(f"/api/v1/attempts?delivery={delivery['id']}"), lambda found: len(found) == 2
        )
        assert (found[1]["trigger"], found[1]["error"]["kind"]) == ("redeliver", "timeout")


async def test_notifications_are_listed_for_all_runs_and_for_one():
    async with receiving("503") as receiver, serving() as api:
        runs = [await api.run(body(receiver.url, {"name": "a"}, {"name": "b"})) for _ in range(2)]
        every = await api.items("/api/v1/notifications?limit=1")
        assert [each["run"] for each in every] == [runs[0]["id"]] * 2 + [runs[1]["id"]] * 2
        assert await api.items(f"/api/v1/notifications?run={runs[1]['id']}") == every[2:]
        assert await api.items("/api/v1/notifications?order=desc&limit=3") == every[::-1]
        assert (await api.get("/api/v1/notifications?runs=x")).status == 422


async def evict(api: Api, target: str) -> tuple[dict[str, Any], str, str]:
    """A run whose records had to go, the id of its delivery, and that of its attempt."""
    run = await api.run(body(target))
    (attempt,) = await api.items(f"/api/v1/attempts?run={run['id']}")
    await api.run(body(target, {"repeat": {"times": 12}}))

    async def asked() -> Answer:
        return await api.get(f"/api/v1/attempts/{attempt['id']}")

    await until(asked, lambda answer: answer.status != 200)
    return run, attempt["delivery"], attempt["id"]


async def test_what_had_to_make_room_is_told_as_gone_and_its_verdict_stays():
    async with receiving() as receiver, serving(limits=Limits(attempts=10)) as api:
        run, delivery, attempt = await evict(api, receiver.url)
        for method, path in [
            ("GET", f"/api/v1/runs/{run['id']}/deliveries"),
            ("GET", f"/api/v1/deliveries/{delivery}"),
            ("POST", f"/api/v1/deliveries/{delivery}/redeliver"),
            ("GET", f"/api/v1/attempts/{attempt}"),
            ("GET", f"/api/v1/attempts/{attempt}/request/body"),
            ("GET", f"/api/v1/attempts/{attempt}/response/body"),
            ("GET", f"/api/v1/attempts?run={run['id']}"),
            ("GET", f"/api/v1/notifications?run={run['id']}"),
        ]:
            answer = await api.call(method, path)
            verdict = f"GET /api/v1/runs/{run['id']} has its verdict"
            told = f"the records of {run['id']} had to make room for newer ones; {verdict}"
            assert answer.told == (410, told), path
            assert answer.error["code"] == "evicted"
        found = await api.get(f"/api/v1/runs/{run['id']}")
        assert (found.status, found.json["verdict"]) == (200, "passed")
        assert (await api.delete(f"/api/v1/runs/{run['id']}")).status == 204
        assert (await api.get(f"/api/v1/attempts/{attempt}")).status == 404


async def test_no_answer_shows_a_secret():
    given = scenario("http://user:marker-secret-8f1d@127.0.0.1:9/", {"type": "user.created"}, secret=SECRET)
    async with (
        receiving("503") as receiver,
        serving(environment={"WEBHOOK_EMULATOR_SECRET_ENTUITIVE": SECRET}) as api,
    ):
        run = await api.run({"scenario": given, "secret": SECRET})
        await api.run({"scenario": given, "secret": {"entuitive": SECRET}, "target": receiver.url})
        await api.post("/api/v1/runs", {"scenario": {**given, "spede": 1}, "secret": SECRET})
        await api.post("/api/v1/runs", {"scenario": given, "secret": {SECRET: None}})
        await api.post("/api/v1/runs", {"scenario": given, "secret": [SECRET]})
        await api.post("/api/v1/runs", {"scenario": given, "secrte": SECRET})
        await api.post("/api/v1/runs", {"scenario": {"yaml": f"version: 1\nsecret: [{SECRET}]\n"}})
        event = {"provider": "entuitive", "type": "user.created", "target": receiver.url}
        await api.post("/api/v1/events?wait=5s", {**event, "secret": SECRET})
        await api.post("/api/v1/events?wait=5s", {**event, "secret": {SECRET: SECRET}})
        for path in ("/api/v1/info", "/api/v1/scenarios?limit=1000", "/api/v1/runs", "/api/v1/attempts"):
            await api.items(path) if path != "/api/v1/info" else await api.get(path)
        await api.items(f"/api/v1/runs/{run['id']}/deliveries")
        await api.items("/api/v1/notifications")
        assert len(api.answers) > 12
        for answer in api.answers:
            assert SECRET.encode() not in answer.body
            assert SECRET not in str(answer.headers)
