"""The provider's own API, as the application calls it: answers, webhooks that follow, and what is on record."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp

from emulator.sender import MemorySender
from tests.helpers.playing import Endpoint
from tests.helpers.serving import SECRET, Api, receiving, serving

TARGET = "http://127.0.0.1:9/hook"


def routed(**more: Any) -> dict[str, Any]:
    """A provider that takes things, tells of them by webhook, and shows them afterwards."""
    return {
        "version": 1,
        "name": "things",
        "provider": "entuitive",
        "secret": SECRET,
        "target": TARGET,
        "events": [{"name": "made", "type": "user.created"}],
        "routes": [
            {
                "request": {"method": "POST", "path": "/v1/things"},
                "response": {"status": 201, "json": {"id": "{{ sequence('thing') }}", "status": "pending"}},
                "emits": [
                    {
                        "event": "made",
                        "delay": "5s",
                        "data": {
                            "company_name": "{{ request.json.name }}",
                            "company_id": "{{ sequence('thing') }}",
                        },
                    }
                ],
                "set": {"thing-{{ sequence('thing') }}": "{{ request.json.name }}"},
            },
            {
                "request": {"method": "GET", "path": "/v1/things/{id}"},
                "response": {
                    "json": {
                        "id": "{{ request.params.id }}",
                        "name": "{{ state['thing-' ~ request.params.id] }}",
                    }
                },
            },
            {"request": {"method": "POST", "path": "/v1/gone"}, "response": {"drop": True}},
        ],
        **more,
    }


async def begun(api: Api, scenario: dict[str, Any], **more: Any) -> str:
    run = await api.run({"scenario": scenario, **more})
    assert (run["state"], run["open"], run["verdict"]) == ("settled", True, None)
    id: str = run["id"]
    return id


async def test_a_call_is_answered_and_its_webhook_follows() -> None:
    endpoint = Endpoint(503, 200)
    async with serving(sender=MemorySender(endpoint)) as api:
        run = await begun(api, routed())
        answer = await api.post("/entuitive/v1/things", {"name": "Harbour"})
        assert (answer.status, answer.json) == (201, {"id": 1, "status": "pending"})
        settled = (await api.get(f"/api/v1/runs/{run}?wait=30s")).json
        assert (settled["state"], settled["open"], settled["verdict"]) == ("settled", True, None)
        assert settled["counts"]["attempts"] == 2
        (request,) = await api.items(f"/api/v1/requests?run={run}")
        assert (request["method"], request["path"], request["provider"]) == (
            "POST",
            "/v1/things",
            "entuitive",
        )
        assert (request["route"], request["response"]["status"]) == ("POST /v1/things", 201)
        assert (await api.get(f"/api/v1/requests/{request['id']}")).json == request
        (delivery,) = await api.items(f"/api/v1/runs/{run}/deliveries")
        assert (delivery["cause"], delivery["state"]) == (request["id"], "delivered")
        assert delivery["explanation"][0] == f"follows from the request {request['id']}"
        first, second = await api.items(f"/api/v1/attempts?run={run}")
        assert (first["offset_s"], second["offset_s"]) == (0, 10)
        body = endpoint.came[0].body
        assert b'"company_name":"Harbour"' in body
        assert b'"company_id":1' in body
        shown = await api.get("/entuitive/v1/things/1")
        assert shown.json == {"id": "1", "name": "Harbour"}
        finished = (await api.post(f"/api/v1/runs/{run}/finish")).json
        assert (finished["state"], finished["open"], finished["verdict"]) == ("settled", False, "passed")
        assert (await api.get("/entuitive/v1/things/1")).status == 404
        assert (await api.post(f"/api/v1/runs/{run}/finish")).status == 409


async def test_an_event_that_no_call_brought_about_fails_when_the_run_is_finished() -> None:
    async with serving(sender=MemorySender(Endpoint())) as api:
        run = await begun(api, routed())
        finished = (await api.post(f"/api/v1/runs/{run}/finish")).json
    assert finished["verdict"] == "failed"
    assert [(it["event"], it["check"]) for it in finished["failures"]] == [("made", "deliveries")]


async def test_calls_belong_to_the_newest_open_run_or_to_the_one_they_name() -> None:
    async with serving(sender=MemorySender(Endpoint())) as api:
        older, newer = await begun(api, routed()), await begun(api, routed())
        for name in ("a", "b"):
            assert (await api.post("/entuitive/v1/things", {"name": name})).json["id"] == ("a", "b").index(
                name
            ) + 1
        assert (await api.post(f"/runs/{older}/entuitive/v1/things", {"name": "c"})).json["id"] == 1
        assert len(await api.items(f"/api/v1/requests?run={newer}")) == 2
        assert len(await api.items(f"/api/v1/requests?run={older}")) == 1
        await api.post(f"/api/v1/runs/{newer}/finish")
        assert (await api.get("/entuitive/v1/things/1")).json["name"] == "c"


async def test_what_no_route_knows_is_not_found_and_on_record() -> None:
    async with serving(sender=MemorySender(Endpoint())) as api:
        run = await begun(api, routed())
        answer = await api.get("/entuitive/v1/nothing?password=marker-1&x=1")
        assert (answer.status, answer.json) == (404, {"message": "Not Found"})
        (request,) = await api.items(f"/api/v1/requests?run={run}")
        assert (request["route"], request["query"]) == (None, [["password", "***"], ["x", "1"]])
        assert (await api.get("/acme/v1/nothing")).status == 404
        assert len(await api.items("/api/v1/requests")) == 1


async def test_a_password_in_a_url_goes_on_the_wire_and_on_no_record() -> None:
    endpoint = Endpoint()
    scenario = routed()
    scenario["routes"][0]["emits"][0]["targets"] = "{{ request.json.hook }}"
    scenario["routes"][0]["response"]["json"] = {"hook": "{{ request.json.hook }}"}
    async with serving(sender=MemorySender(endpoint)) as api:
        run = await begun(api, scenario)
        hook = "http://ada:marker-1@127.0.0.1:9/hook"
        answer = await api.post(
            "/entuitive/v1/things?to=http%3A%2F%2Fada:marker-1@h", {"name": "a", "hook": hook}
        )
        assert answer.json == {"hook": hook}
        await api.get(f"/api/v1/runs/{run}?wait=30s")
        (request,) = await api.items(f"/api/v1/requests?run={run}")
        assert request["query"] == [["to", "http://ada:***@h"]]
        assert '"hook": "http://ada:***@127.0.0.1:9/hook"' in request["body"]
        assert "ada:***@127.0.0.1:9" in request["response"]["body"]
        for path in ("attempts", f"runs/{run}/deliveries", "requests"):
            assert "marker-1" not in (await api.get(f"/api/v1/{path}")).body.decode()
    assert [it.url for it in endpoint.came] == ["http://127.0.0.1:9/hook"]


async def test_a_route_can_drop_the_connection() -> None:
    async with serving(sender=MemorySender(Endpoint())) as api:
        run = await begun(api, routed())
        try:
            await api.post("/entuitive/v1/gone", {})
        except aiohttp.ServerDisconnectedError:
            pass
        else:
            raise AssertionError("it was answered")
        (request,) = await api.items(f"/api/v1/requests?run={run}")
        assert (request["route"], request["response"]) == ("POST /v1/gone", None)


async def test_an_open_run_goes_on_after_a_restart_with_its_state_and_its_webhooks(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    async with serving(sender=MemorySender(Endpoint()), database=database) as api:
        run = await begun(api, routed(speed="manual"))
        await api.post("/entuitive/v1/things", {"name": "Harbour"})
        await api.emulator.stop(1)
    endpoint = Endpoint(503, 200)
    async with serving(sender=MemorySender(endpoint), database=database) as api:
        await api.emulator.resume()
        assert (await api.get("/entuitive/v1/things/1")).json["name"] == "Harbour"
        assert (await api.post("/entuitive/v1/things", {"name": "second"})).json["id"] == 2
        moved = (await api.post(f"/api/v1/runs/{run}/clock", {"to": "end"})).json
        assert (moved["state"], moved["counts"]["events"]) == ("settled", 2)
        finished = (await api.post(f"/api/v1/runs/{run}/finish")).json
        assert (finished["verdict"], finished["counts"]["attempts"]) == ("passed", 3)
        ids = [it["id"] for it in await api.items(f"/api/v1/requests?run={run}")]
        assert len(set(ids)) == 3
        causes = [it["cause"] for it in await api.items(f"/api/v1/runs/{run}/deliveries")]
        assert causes == [ids[0], ids[2]]


async def test_a_request_that_could_not_be_answered_fails_its_run_also_after_a_restart(
    tmp_path: Path,
) -> None:
    database, endpoint = tmp_path / "journal.db", Endpoint()
    async with serving(sender=MemorySender(endpoint), database=database) as api:
        run = await begun(api, routed())
        assert (await api.post("/entuitive/v1/things", {"nam": "a", "password": "marker-1"})).status == 500
        assert (await api.post("/entuitive/v1/things", {"name": "b"})).json["id"] == 1
        await api.get(f"/api/v1/runs/{run}?wait=30s")
        failed, answered = await api.items(f"/api/v1/requests?run={run}")
        await api.emulator.stop(1)
    reason = (
        "routes[0].set.\"thing-{{ sequence('thing') }}\": cannot render {{ request.json.name }}: "
        "there is no 'name' here; there is nam, password"
    )
    assert (failed["error"], answered["error"]) == (reason, None)
    async with serving(sender=MemorySender(endpoint), database=database) as api:
        await api.emulator.resume()
        finished = (await api.post(f"/api/v1/runs/{run}/finish")).json
    assert finished["verdict"] == "failed"
    (failure,) = finished["failures"]
    told = f"the route POST /v1/things could not answer the request {failed['id']}: {reason}"
    assert (failure["check"], failure["event"], failure["message"]) == ("route", None, told)


async def test_a_run_that_is_finished_and_not_yet_at_its_end_goes_on_after_a_restart(tmp_path: Path) -> None:
    database, endpoint = tmp_path / "journal.db", Endpoint()
    async with serving(sender=MemorySender(endpoint), database=database) as api:
        run = await begun(api, routed(speed="manual"))
        await api.post("/entuitive/v1/things", {"name": "a"})
        finished = (await api.post(f"/api/v1/runs/{run}/finish?wait=0")).json
        assert (finished["state"], finished["open"], finished["verdict"]) == ("running", False, None)
        await api.emulator.stop(1)
    async with serving(sender=MemorySender(endpoint), database=database) as api:
        await api.emulator.resume()
        assert (await api.post(f"/runs/{run}/entuitive/v1/things", {"name": "b"})).told == (
            409,
            f"the run {run} is finished, and takes no requests any more",
        )
        ended = (await api.post(f"/api/v1/runs/{run}/clock", {"to": "end"})).json
        assert (await api.get(f"/runs/{run}/entuitive/v1/things/1")).told == (
            409,
            f"the run {run} has ended, and takes no requests any more",
        )
        assert (await api.get("/runs/run_0000000000/entuitive/v1/things/1")).status == 404
    assert (ended["state"], ended["verdict"], ended["counts"]["delivered"]) == ("settled", "passed", 1)
    assert len(endpoint.came) == 1


async def test_a_run_that_took_more_calls_than_are_kept_ends_with_the_process(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("emulator.delivery.desk.MOST_CALLS", 2)
    database = tmp_path / "journal.db"
    async with serving(sender=MemorySender(Endpoint()), database=database) as api:
        run = await begun(api, routed())
        for number in range(4):
            assert (await api.post("/entuitive/v1/things", {"name": "a"})).json["id"] == number + 1
            kept = [(plan.part, bool(plan.document)) for plan in await api.emulator.journal.plans()]
            whole = [(part, True) for part in range(number + 2)]
            assert kept == (whole if number < 2 else [(0, False)])
        await api.emulator.stop(1)
    async with serving(sender=MemorySender(Endpoint()), database=database) as api:
        await api.emulator.resume()
        ended = (await api.get(f"/api/v1/runs/{run}")).json
        assert (ended["state"], ended["verdict"]) == ("error", "incomplete")
        assert ended["error"].startswith("the run cannot go on, since it took more calls than are kept")
        assert await api.emulator.journal.plans() == []
        assert (await api.post("/entuitive/v1/things", {"name": "b"})).status == 404


async def test_many_calls_at_once_each_have_their_webhook() -> None:
    async with receiving() as endpoint, serving() as api:
        run = await begun(api, routed(target=endpoint.url))
        answers = await asyncio.gather(
            *(api.post("/entuitive/v1/things", {"name": f"n{number}"}) for number in range(100))
        )
        assert sorted(it.json["id"] for it in answers) == list(range(1, 101))
        settled = (await api.get(f"/api/v1/runs/{run}?wait=30s")).json
        assert settled["counts"]["delivered"] == 100


async def test_what_a_call_brought_about_can_be_redelivered() -> None:
    endpoint = Endpoint()
    scenario = routed()
    scenario["routes"][0]["emits"][0]["targets"] = "{{ request.json.hook }}"
    async with serving(sender=MemorySender(endpoint)) as api:
        run = await begun(api, scenario)
        await api.post("/entuitive/v1/things", {"name": "a", "hook": "http://127.0.0.1:9/given?x=1"})
        await api.get(f"/api/v1/runs/{run}?wait=30s")
        (delivery,) = await api.items(f"/api/v1/runs/{run}/deliveries")
        again = await api.post(f"/api/v1/deliveries/{delivery['id']}/redeliver")
        assert (again.status, again.json["number"]) == (201, 2)
        await api.post("/entuitive/v1/things", {"name": "a", "hook": "http://u:p@127.0.0.1:9/given"})
        await api.get(f"/api/v1/runs/{run}?wait=30s")
        hidden = (await api.items(f"/api/v1/runs/{run}/deliveries"))[1]
        refused = await api.post(f"/api/v1/deliveries/{hidden['id']}/redeliver")
        assert refused.told[0] == 409
    assert len({(it.url, it.body) for it in endpoint.came[:2]}) == 1


async def test_a_call_that_came_before_the_finish_has_its_webhook() -> None:
    endpoint = Endpoint()
    async with serving(sender=MemorySender(endpoint)) as api:
        run = await begun(api, routed())
        running = api.emulator.find(run)
        assert running is not None
        assert running._reception is not None  # noqa: SLF001
        async with running._reception._turn:  # noqa: SLF001 - as a large call before it holds it
            call = asyncio.create_task(api.post("/entuitive/v1/things", {"name": "a"}))
            while not running._calls:  # noqa: ASYNC110, SLF001 - a number has no event
                await asyncio.sleep(0)
            finishing = asyncio.create_task(api.post(f"/api/v1/runs/{run}/finish"))
            while running.open:  # noqa: ASYNC110 - nor has this
                await asyncio.sleep(0)
            for _ in range(50):
                await asyncio.sleep(0)
        assert (await call).status == 201
        finished = (await finishing).json
    assert (finished["verdict"], finished["counts"]["delivered"]) == ("passed", 1)
    assert len(endpoint.came) == 1
