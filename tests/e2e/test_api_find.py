"""Finding and counting attempts and requests: filters, headers, bodies, JSONPath."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from emulator.journal import Limits
from emulator.record import AttemptError, ErrorKind, Request, Response
from emulator.sender import MemorySender
from tests.helpers.playing import Endpoint
from tests.helpers.serving import Api, body, serving

TARGET = "http://127.0.0.1:9/hook"
RUNAWAY = {"matches": "(a|aa)+$"}


def echo(request: Request) -> Response:
    """It refuses what asks for that, and sends back what it got."""
    status = 422 if b"refuse" in request.body else 200
    return Response(status=status, headers=(("X-Seen", "yes"), ("X-Seen", "twice")), body=request.body)


EVENTS = (
    {"name": "first", "payload": {"id": 1, "tags": ["a", "b"], "name": "Harbour Lifts"}},
    {"name": "second", "payload": {"id": 2, "tags": ["b"], "name": "refuse"}},
    {"name": "third", "body": "plain " + "a" * 60 + "!"},
)


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with serving(sender=MemorySender(echo)) as api:
        await api.run(body(TARGET, *EVENTS, labels={"test": "a", "team": "x"}))
        await api.run(body(TARGET, EVENTS[0], labels={"test": "b"}))
        yield api


async def names(api: Api, match: dict[str, Any], query: str = "") -> list[str]:
    answer = await api.post(f"/api/v1/attempts/find{query}", {"match": match})
    assert answer.status == 200, answer.body
    counted = await api.post("/api/v1/attempts/count", {"match": match})
    found = [it["event_name"] for it in answer.json["items"]]
    if not query:
        assert counted.json == {"count": len(found), "lost": 0}
    return found


REFUSED = ["second"] * 5


@pytest.mark.parametrize(("match", "found"), [
    ({"labels": {"test": "b"}}, ["first"]),
    ({"labels": {"test": "a", "team": "x"}, "status": 200}, ["first", "third"]),
    ({"labels": {"test": "a", "team": "y"}}, []),
    ({"result": "rejected", "number": 5}, ["second"]),
    ({"event_name": "second", "since": "2020-01-01T00:00:00Z"}, REFUSED),
    ({"event_name": "second", "until": "2020-01-01T00:00:00Z"}, []),
    ({"url": TARGET, "labels": {"test": "b"}}, ["first"]),
    ({"labels": {"test": "a"}, "request": {"json": {"$.id": 1}}}, ["first"]),
    ({"labels": {"test": "a"}, "request": {"json": {"$.id": 1.0, "$.tags[*]": "b"}}}, ["first"]),
    ({"labels": {"test": "a"}, "request": {"json": {"$.name": {"contains": "Lifts"}}}}, ["first"]),
    ({"request": {"json": {"$.name": {"matches": "^ref"}}}}, REFUSED),
    ({"request": {"json": {"$[?@.id > 1]": 1}}}, []),
    ({"request": {"json": {"$.tags": ["b"]}}}, REFUSED),
    ({"request": {"json": {"$[?@ >= 2 && @ < 3]": 2}}}, REFUSED),
    ({"labels": {"test": "a"}, "request": {"json": {"$.tags[?@ == 'a' || @ == 'c']": "a"}}}, ["first"]),
    ({"labels": {"test": "a"}, "request": {"json": {"$[?count(@.*) == 2]": ["a", "b"]}}}, ["first"]),
    ({"labels": {"test": "a"}, "request": {"json": {"$[?search(@, '^Harbour')]": {"matches": "Lifts$"}}}}, ["first"]),
    ({"request": {"json": {"$[?length(@) == 6]": {"contains": "fus"}}}}, REFUSED),
    ({"request": {"json": {"$.id": "2"}}}, []),
    ({"request": {"body": {"contains": "plain"}}}, ["third"]),
    ({"request": {"body": {"matches": "^plain a+!$"}}}, ["third"]),
    ({"request": {"headers": {"CONTENT-type": {"contains": "json"}, "X-None": "x"}}}, []),
    ({"labels": {"test": "b"}, "response": {"headers": {"x-seen": "twice"}, "json": {"$.id": 1}}}, ["first"]),
    ({"response": {"json": {"$.id": 2}}, "request": {"headers": {"host": "127.0.0.1:9"}}}, REFUSED),
])  # fmt: skip
async def test_all_that_is_given_must_fit(api: Api, match: dict[str, Any], found: list[str]) -> None:
    assert await names(api, match) == found


@pytest.mark.parametrize(("matcher", "fits"), [
    ({"headers": {"X-SEEN": {"matches": "^tw"}}, "body": {"contains": "Lifts"}, "json": {"$.tags[?@ > 'a']": "b"}},
     True),
    ({"json": {"$.tags[?@ > 'b']": "b"}}, False),
    ({"headers": {"x-seen": {"contains": "no"}}}, False),
])  # fmt: skip
async def test_a_matcher_means_the_same_in_a_scenario_and_in_a_question(
    matcher: dict[str, Any], *, fits: bool
) -> None:
    async with serving(sender=MemorySender(echo)) as api:
        run = await api.run(body(TARGET, {**EVENTS[0], "expect": {"response": matcher}}))
        assert run["verdict"] == ("passed" if fits else "failed")
        match = {"run": run["id"], "response": matcher}
        assert await names(api, match) == (["first"] if fits else [])
        asked = (await api.post("/api/v1/verify", {"match": match, "count": 1})).json
        assert asked["verdict"] == run["verdict"]


async def test_pages_go_on_where_the_last_one_ended(api: Api) -> None:
    match = {"request": {"json": {"$.name": "refuse"}}}
    first = (await api.post("/api/v1/attempts/find?limit=2", {"match": match})).json
    second = (await api.post(f"/api/v1/attempts/find?limit=3&after={first['next']}", {"match": match})).json
    assert [it["number"] for it in (*first["items"], *second["items"])] == [1, 2, 3, 4, 5]
    assert second["next"] is None
    last = (await api.post("/api/v1/attempts/find?limit=1&order=desc", {"match": match})).json
    assert [it["number"] for it in last["items"]] == [5]
    behind = (await api.post(f"/api/v1/attempts/find?after={last['items'][0]['id']}", {"match": match})).json
    assert behind == {"items": [], "next": None}
    assert (await api.post("/api/v1/attempts/find?after=x", {"match": {}})).status == 422


async def test_what_is_found_is_what_the_list_shows(api: Api) -> None:
    found = (await api.post("/api/v1/attempts/find", {"match": {}})).json
    assert found == (await api.get("/api/v1/attempts")).json


@pytest.mark.parametrize(("given", "message"), [
    ({}, 'the key \'match\' is missing: a mapping such as {"event_name": "created", "status": 503}'),
    ({"match": {"statsu": 200}}, "match.statsu: unknown key 'statsu'; did you mean 'status'?"),
    ({"match": {"request": {"header": {}}}},
     "match.request.header: unknown key 'header'; did you mean 'headers'?"),
    ({"match": {"status": "200"}}, "match.status: expected a whole number from 100 to 999, found text '200';"),
    ({"match": {"labels": {"a": 1}}}, "match.labels.a: expected a text, found 1; quote it: '1'"),
    ({"match": {"request": {"body": {"contians": "x"}}}},
     "match.request.body.contians: unknown key 'contians'; did you mean 'contains'?"),
    ({"match": {"request": {"body": {"matches": "("}}}},
     "match.request.body.matches: expected a regular expression: missing ) at position 1"),
    ({"match": {"request": {"json": {"$.a[": 1}}}},
     "match.request.json.'$.a[': expected a JSONPath such as $.ok: unbalanced brackets"),
    ({"match": {"since": "yesterday"}}, "match.since: expected a moment in UTC such as 2026-01-05T09:00:00Z,"),
    ({"match": {}, "limit": 3}, "limit: unknown key 'limit'; known: match"),
])  # fmt: skip
async def test_a_wrong_match_is_told(api: Api, given: dict[str, Any], message: str) -> None:
    answer = await api.post("/api/v1/attempts/find", given)
    assert answer.status == 422
    assert answer.error["message"].startswith(message)


@pytest.mark.parametrize("path", ["attempts/find", "attempts/count", "verify"])
async def test_a_pattern_that_runs_away_is_an_error_that_names_it(api: Api, path: str) -> None:
    answer = await api.post(f"/api/v1/{path}", {"match": {"request": {"body": RUNAWAY}}})
    told = "match: the regular expression '(a|aa)+$' takes more than 0.25 s on one text; make it simpler"
    assert answer.told == (422, told)
    assert (await api.get("/api/v1/attempts?limit=1")).status == 200


async def test_a_run_whose_records_had_to_go_is_gone_for_find_and_lost_for_count() -> None:
    async with serving(sender=MemorySender(echo), limits=Limits(attempts=2)) as api:
        gone = await api.run(body(TARGET, *EVENTS[:1], labels={"test": "a"}))
        await api.run(body(TARGET, {}, {}, labels={"test": "b"}))
        match = {"match": {"run": gone["id"], "request": {"json": {"$.id": 1}}}}
        assert (await api.post("/api/v1/attempts/find", match)).status == 410
        assert (await api.post("/api/v1/attempts/count", match)).json == {"count": 0, "lost": 1}
        for kind, lost in (("requests", 0), ("notifications", 1)):
            counted = await api.post(f"/api/v1/{kind}/count", {"match": {"run": gone["id"]}})
            assert counted.json == {"count": 0, "lost": lost}
        of_labels = {"match": {"labels": {"test": "b"}}}
        assert (await api.post("/api/v1/attempts/count", of_labels)).json == {"count": 2, "lost": 0}
        assert (await api.post("/api/v1/attempts/count", {"match": {}})).json == {"count": 2, "lost": 1}


def routed() -> dict[str, Any]:
    return {
        "version": 1,
        "name": "things",
        "provider": "entuitive",
        "target": TARGET,
        "routes": [
            {
                "name": "made",
                "request": {"method": "POST", "path": "/v1/things"},
                "response": {"status": 201, "json": {"ok": True}},
            },
            {
                "name": "dropped",
                "request": {"method": "POST", "path": "/v1/dropped"},
                "response": {"drop": True},
            },
        ],
    }


@pytest.mark.parametrize(("match", "found"), [
    ({}, ["/v1/things", "/v1/things", "/v1/none"]),
    ({"method": "POST", "status": 201}, ["/v1/things", "/v1/things"]),
    ({"route": "made", "json": {"$.tin": {"matches": "^9"}}}, ["/v1/things"]),
    ({"query": {"dry": "1"}}, ["/v1/things"]),
    ({"headers": {"content-type": "application/json"}, "body": {"contains": "123"}}, ["/v1/things"]),
    ({"path": "/v1/none"}, ["/v1/none"]),
    ({"route": None}, ["/v1/none"]),
    ({"route": None, "status": None}, []),
    ({"response": {"json": {"$.ok": True}}}, ["/v1/things", "/v1/things"]),
    ({"response": {"headers": {"content-TYPE": {"contains": "json"}}}, "json": {"$.tin": "123"}}, ["/v1/things"]),
    ({"response": {}, "path": "/v1/dropped"}, []),
    ({"labels": {"test": "r"}, "route": "made"}, ["/v1/things", "/v1/things"]),
    ({"labels": {"test": "s"}}, []),
    ({"provider": "compliancely"}, []),
])  # fmt: skip
async def test_requests_are_found_in_the_same_way(match: dict[str, Any], found: list[str]) -> None:
    async with serving(sender=MemorySender(echo)) as api:
        run = await api.run({"scenario": routed(), "labels": {"test": "r"}})
        await api.post("/entuitive/v1/things?dry=1", {"tin": "900000001"})
        await api.post("/entuitive/v1/things", {"tin": "123"})
        await api.get("/entuitive/v1/none")
        answer = (await api.post("/api/v1/requests/find", {"match": match})).json
        assert [it["path"] for it in answer["items"]] == found
        counted = (await api.post("/api/v1/requests/count", {"match": match})).json
        assert counted == {"count": len(found), "lost": 0}
        assert {it["run"] for it in answer["items"]} <= {run["id"]}
        assert len(await api.items("/api/v1/requests?label.test=r&route=made")) == 2


async def test_a_request_whose_connection_was_dropped_has_no_status_and_no_answer() -> None:
    async with serving(sender=MemorySender(echo)) as api:
        run = (await api.run({"scenario": routed()}))["id"]
        with pytest.raises(aiohttp.ClientError):
            await api.post("/entuitive/v1/dropped", {})
        await api.post("/entuitive/v1/things", {})
        await api.post(f"/api/v1/runs/{run}/finish")
        found = (await api.post("/api/v1/requests/find", {"match": {"status": None}})).json["items"]
        assert [(it["route"], it["response"]) for it in found] == [("dropped", None)]
        asked = {
            "match": {"run": run, "path": "/v1/dropped", "response": {"json": {"$.ok": True}}},
            "of": "requests",
        }
        verdict = (await api.post("/api/v1/verify", asked)).json
        assert verdict["nearest"][0]["id"] != found[0]["id"]
        assert [it["part"] for it in verdict["nearest"][1]["reasons"]] == ["response"]


async def test_null_finds_attempts_that_have_nothing_there() -> None:
    cut = Endpoint(AttemptError(ErrorKind.RESET, "the connection was cut"), 200)
    async with serving(sender=MemorySender(cut)) as api:
        given = body(TARGET, {"name": "typed"}, {"name": "bare", "at": "1h", "payload": {}})
        del given["scenario"]["events"][1]["type"]
        await api.run(given)
        assert await names(api, {"status": None}) == ["typed"]
        assert await names(api, {"status": None, "number": 2}) == []
        assert await names(api, {"type": None}) == ["bare"]
        assert await names(api, {"response": {}}) == ["typed", "bare"]
        asked = {"match": {"status": None, "event_name": "bare"}}
        (first, *_) = (await api.post("/api/v1/verify", asked)).json["nearest"]
        assert [(it["part"], it["wanted"], it["found"]) for it in first["reasons"]] == [("status", None, 200)]
        wrong = await api.post("/api/v1/attempts/find", {"match": {"result": None}})
        assert wrong.told == (422, "match.result: expected accepted, rejected or failed, found null")


async def test_e_mails_are_listed_found_and_counted_by_run_delivery_labels_and_texts() -> None:
    async with serving(sender=MemorySender(echo)) as api:
        refused = {"payload": {"name": "refuse"}}
        first = await api.run(body(TARGET, refused, refused, labels={"test": "m"}))
        await api.run(body(TARGET, refused, labels={"test": "n"}))
        one, two, other = await api.items("/api/v1/notifications?limit=1")
        assert await api.items(f"/api/v1/notifications?run={first['id']}&limit=1") == [one, two]
        assert await api.items(f"/api/v1/notifications?delivery={two['delivery']}") == [two]
        assert await api.items("/api/v1/notifications?label.test=n") == [other]
        assert await api.items(f"/api/v1/notifications?after={one['id']}&label.test=m") == [two]
        for match, found in (
            ({}, [one, two, other]),
            ({"labels": {"test": "m"}}, [one, two]),
            ({"delivery": other["delivery"], "subject": {"contains": "was not delivered"}}, [other]),
            ({"text": {"matches": "^nothing like it"}}, []),
            ({"run": first["id"], "delivery": other["delivery"]}, []),
        ):
            answer = await api.post("/api/v1/notifications/find", {"match": match})
            assert answer.json == {"items": found, "next": None}
            counted = await api.post("/api/v1/notifications/count", {"match": match})
            assert counted.json == {"count": len(found), "lost": 0}
        page = (await api.post("/api/v1/notifications/find?limit=2&order=desc", {"match": {}})).json
        assert page["items"] == [other, two]
        rest = await api.post(f"/api/v1/notifications/find?order=desc&after={page['next']}", {"match": {}})
        assert rest.json == {"items": [one], "next": None}
        wrong = await api.post("/api/v1/notifications/find", {"match": {"subjekt": "x"}})
        assert wrong.told == (422, "match.subjekt: unknown key 'subjekt'; did you mean 'subject'?")


async def test_what_is_about_a_delivery_whose_records_had_to_go_is_gone() -> None:
    async with serving(sender=MemorySender(echo), limits=Limits(attempts=5)) as api:
        gone = await api.run(body(TARGET, {"payload": {"name": "refuse"}}))
        (mail,) = await api.items(f"/api/v1/notifications?run={gone['id']}")
        await api.run(body(TARGET, {}))
        for path in ("attempts", "notifications"):
            assert (await api.get(f"/api/v1/{path}?delivery={mail['delivery']}")).status == 410
            match = {"match": {"delivery": mail["delivery"]}}
            assert (await api.post(f"/api/v1/{path}/find", match)).status == 410


async def test_a_moment_before_1970_is_one_like_any_other():
    async with serving() as api:
        for match in ({"until": "0029-02-12T07:48:48.366Z"}, {"since": "0029-02-12T07:48:48Z"}):
            answer = await api.post("/api/v1/attempts/count", {"match": match})
            assert (answer.status, answer.json) == (200, {"count": 0, "lost": 0})
