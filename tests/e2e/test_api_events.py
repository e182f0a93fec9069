"""One event by the API, without a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.scenario.load import load_document
from emulator.server.settings import Settings
from tests.helpers.serving import SECRET, receiving, serving

EVENT = {"provider": "entuitive", "type": "user.created"}
NOWHERE = (
    "expected a URL that begins with http:// or https://, found 'nowhere'; did you mean 'http://nowhere'?"
)
UNKNOWN = (
    "unknown event type 'user.craeted' of entuitive; did you mean 'user.created'? "
    "(any type may be sent with payload, payload_file or body)"
)
SAMPLE = b'{"event_type":"user.created","data":'


async def test_an_event_is_sent_signed_and_answered_with_its_run():
    async with receiving() as receiver, serving() as api:
        answer = await api.post("/api/v1/events?wait=30s", {**EVENT, "target": receiver.url})
        run = answer.json
        assert answer.status == 201
        assert answer.headers["Location"] == f"/api/v1/runs/{run['id']}"
        assert (run["scenario"], run["state"], run["verdict"]) == ("event", "settled", "passed")
        (received,) = receiver.received
        assert received.check is not None
        assert received.check.valid
        assert received.body is not None
        assert received.body.startswith(SAMPLE)
        (attempt,) = await api.items(f"/api/v1/attempts?run={run['id']}")
        assert attempt["event_name"] == "event"
        assert (await api.get(answer.headers["Location"])).json == run


async def test_without_wait_the_answer_comes_at_once():
    async with receiving("503") as receiver, serving() as api:
        answer = await api.post("/api/v1/events", {**EVENT, "target": receiver.url, "speed": "real"})
        assert (answer.status, answer.json["state"]) == (201, "running")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"payload": {"ü": [1, None]}}, b'{"\\u00fc":[1,null]}'),
        ({"body": "exact  text"}, b"exact  text"),
        ({"payload": {"seed": "{{ seed }}"}, "seed": 7}, b'{"seed":7}'),
        ({"payload": {"label": "{{ run.labels.a }}"}, "labels": {"a": "b"}}, b'{"label":"b"}'),
    ],
)
async def test_the_body_is_what_was_given(given: dict[str, Any], sent: bytes):
    async with receiving() as receiver, serving() as api:
        answer = await api.post("/api/v1/events?wait=30s", {**EVENT, **given, "target": receiver.url})
        assert answer.json["verdict"] == "passed"
        assert [each.body for each in receiver.received] == [sent]


async def test_data_are_merged_over_the_sample_and_headers_over_those_of_the_profile():
    given = {**EVENT, "data": {"company_name": "Harbour Lifts"}, "headers": {"X-Trace": "1"}}
    async with receiving() as receiver, serving() as api:
        await api.post(
            "/api/v1/events?wait=30s", {**given, "target": [f"{receiver.url}/a", f"{receiver.url}/b"]}
        )
        assert sorted(each.path for each in receiver.received) == ["/a", "/b"]
        for received in receiver.received:
            assert received.body is not None
            assert b"Harbour Lifts" in received.body
            assert ("X-Trace", "1") in received.headers


async def test_the_secret_of_the_call_signs_and_null_does_not():
    async with receiving(invalid=None) as receiver, serving(environment={}) as api:
        for secret in (SECRET, {"entuitive": SECRET}, None):
            await api.post("/api/v1/events?wait=30s", {**EVENT, "secret": secret, "target": receiver.url})
        assert [bool(each.check and each.check.valid) for each in receiver.received] == [True, True, False]


async def test_providers_of_the_folder_count_and_the_server_s_target_too(tmp_path: Path):
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "acme.yaml").write_text(
        "version: 1\nprovider: acme\naccept: 2xx\ntimeout: 1s\nevents: {a.b: {data: {id: 1}}}\n",
        encoding="utf-8",
    )
    async with receiving(invalid=None) as receiver:
        settings = Settings(target=receiver.url, speed="60x")
        async with serving(folder=tmp_path, settings=settings) as api:
            answer = await api.post("/api/v1/events?wait=30s", {"provider": "acme", "type": "a.b"})
            assert (answer.json["verdict"], answer.json["speed"]) == ("passed", "60x")
            assert [each.body for each in receiver.received] == [b'{"id":1}']


@pytest.mark.parametrize(
    ("given", "details"),
    [
        ({}, ["the key 'provider' is missing: a provider such as entuitive"]),
        ({"provider": "entuitve", "type": "x"},
         ["provider: unknown provider 'entuitve'; did you mean 'entuitive'?"]),
        ({**EVENT, "type": "user.craeted"},
         [f"type: {UNKNOWN}"]),
        ({**EVENT, "typ": 1}, ["typ: unknown key 'typ'; did you mean 'type'?"]),
        ({**EVENT, "body": "a", "payload": 1}, ["body: expected one body, found payload and body"]),
        ({**EVENT, "headers": {"a b": "c"}},
         ["headers.'a b': expected a header name (letters, digits and !#$%&'*+-.^_`|~), found 'a b'"]),
        ({**EVENT, "target": "nowhere"}, [f"target: {NOWHERE}"]),
        ({**EVENT, "speed": 5}, ["speed: expected real, instant, manual, or a factor such as 60x, found number 5"]),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_told_by_the_keys_that_were_given(given: dict[str, Any], details: list[str]):
    async with serving() as api:
        answer = await api.post("/api/v1/events", {"target": "http://127.0.0.1:9/", **given})
        assert (answer.status, answer.error["details"]) == (422, details)


async def test_no_target_at_all_is_told():
    async with serving() as api:
        answer = await api.post("/api/v1/events", EVENT)
        assert answer.status == 422
        assert "no target" in answer.error["message"]


async def test_a_lasting_journal_can_load_the_event_again(tmp_path: Path):
    given = {**EVENT, "data": {"company_name": "Harbour Lifts", "tags": [1, None]}, "speed": "real"}
    async with receiving("503") as receiver, serving(database=tmp_path / "journal.db") as api:
        run = (await api.post("/api/v1/events", {**given, "target": receiver.url})).json
        (plan,) = await api.emulator.journal.plans()
        assert plan.run == run["id"]
        assert [event.name for event in load_document(plan.document).events] == ["event"]
