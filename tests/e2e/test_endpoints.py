"""Endpoints registered by API: kept, shown, changed, and found by what has no target."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.endpoint import Endpoint as Registered
from emulator.endpoint import Source
from emulator.record import Request
from emulator.sender import MemorySender
from emulator.server.errors import CODES
from tests.helpers.playing import Endpoint
from tests.helpers.serving import Api, serving

MARKER = "marker-endpoint-9c4f"
EVENT = {"provider": "entuitive", "type": "user.created"}
PATH = "/api/v1/endpoints"
NO_SCHEME = (
    "expected a URL that begins with http:// or https://, found 'localhost:3000'; "
    "did you mean 'http://localhost:3000'?"
)


async def register(api: Api, path: str = "a", **given: Any) -> dict[str, Any]:
    body = {"provider": "entuitive", "url": f"http://127.0.0.1:9/{path}", "secret": f"of-{path}", **given}
    answer = await api.post(PATH, body)
    assert answer.status == 201, answer.body
    assert answer.headers["Location"] == f"{PATH}/{answer.json['id']}"
    endpoint: dict[str, Any] = answer.json
    assert endpoint.pop("warnings") == []
    return endpoint


async def again(api: Api, **given: Any) -> dict[str, Any]:
    """Register an endpoint whose URL another one may have."""
    body = {"provider": "entuitive", "url": "http://127.0.0.1:9/a", **given}
    endpoint: dict[str, Any] = (await api.post(PATH, body)).json
    return endpoint


async def fired(api: Api, **more: Any) -> dict[str, Any]:
    answer = await api.post("/api/v1/events?wait=30s", {**EVENT, **more})
    assert answer.status == 201, answer.body
    run: dict[str, Any] = answer.json
    return run


def path_of(request: Request) -> str:
    return request.url.rpartition("/")[2]


def signed_by(request: Request, *secrets: str) -> bool:
    digests = [hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest() for secret in secrets]
    return ("X-Entuitive-Signature", ",".join(digests)) in request.headers


async def test_an_endpoint_is_made_shown_listed_changed_and_removed() -> None:
    async with serving() as api:
        made = await register(api, types=["user.created"], description="Billing")
        assert re.fullmatch(r"end_[0-9a-z]{10}", made["id"])
        assert made == {
            "id": made["id"],
            "provider": "entuitive",
            "url": "http://127.0.0.1:9/a",
            "secret": "of-a",
            "rotation": None,
            "types": ["user.created"],
            "active": True,
            "description": "Billing",
            "created_wall": made["created_wall"],
            "source": "api",
        }
        assert (await api.get(f"{PATH}/{made['id']}")).json == made
        assert await api.items(PATH) == [{**made, "secret": "***"}]
        changes = {"url": "http://127.0.0.1:9/b", "types": None, "active": False, "description": ""}
        changed = await api.call("PATCH", f"{PATH}/{made['id']}", changes)
        assert (changed.status, changed.json) == (200, {**made, **changes, "warnings": []})
        assert (await api.delete(f"{PATH}/{made['id']}")).status == 204
        for method in ("GET", "DELETE", "PATCH"):
            assert (await api.call(method, f"{PATH}/{made['id']}")).status == 404
        assert await api.items(PATH) == []


async def test_a_secret_that_is_left_out_is_made() -> None:
    async with serving() as api:
        made = (await api.post(PATH, {"provider": "entuitive", "url": "http://localhost/"})).json
        assert re.fullmatch(r"[0-9a-f]{32}", made["secret"])
        unsigned = (
            await api.post(PATH, {"provider": "entuitive", "url": "http://localhost/", "secret": None})
        ).json
        assert unsigned["secret"] is None


async def test_the_list_has_pages_and_a_filter() -> None:
    async with serving() as api:
        ids = [(await register(api, str(number)))["id"] for number in range(3)]
        other = (await register(api, "c", provider="compliancely"))["id"]
        assert [it["id"] for it in await api.items(f"{PATH}?limit=1")] == [*ids, other]
        assert [it["id"] for it in await api.items(f"{PATH}?order=desc&limit=2")] == [other, *ids[::-1]]
        assert [it["id"] for it in await api.items(f"{PATH}?provider=compliancely")] == [other]
        behind = (await api.get(f"{PATH}?provider=compliancely&after={ids[1]}")).json["items"]
        assert [it["id"] for it in behind] == [other]
        assert (await api.get(f"{PATH}?after=end_x")).status == 422


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"url": "http://localhost/"}, "the key 'provider' is missing: a provider such as entuitive"),
        ({"provider": "entuitive"}, "the key 'url' is missing: a URL such as http://localhost:3000/webhooks"),
        (
            {"provider": "entuitiv", "url": "http://localhost/"},
            "provider: unknown provider 'entuitiv'; did you mean 'entuitive'?",
        ),
        (
            {"provider": "entuitive", "url": "http://localhost/", "types": ["user.updated", "user.crated"]},
            "types[1]: unknown event type 'user.crated' of entuitive; did you mean 'user.created'?",
        ),
        (
            {"provider": "entuitive", "url": "localhost:3000"},
            f"url: {NO_SCHEME}",
        ),
        (
            {"provider": "entuitive", "url": "http://localhost/", "secret": ""},
            "secret: expected a secret, found empty text; null sends unsigned",
        ),
        (
            {"provider": "entuitive", "url": "http://localhost/", "sekret": MARKER},
            "sekret: unknown key 'sekret'; did you mean 'secret'?",
        ),
    ],
)
async def test_a_wrong_endpoint_is_told_and_not_registered(body: dict[str, Any], told: str) -> None:
    async with serving() as api:
        assert (await api.post(PATH, body)).told == (422, told)
        assert await api.items(PATH) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            {"provider": "compliancely"},
            "provider: an endpoint keeps its provider; remove it, and register another",
        ),
        ({"types": ["tin_match"]}, "types[0]: unknown event type 'tin_match' of entuitive; known: "),
        ({"rotate": "soon"}, "rotate: expected a duration "),
        (
            {"rotate": "1h", "secret": None},
            "rotate: expected a new secret to rotate to, found null; leave `rotate` out",
        ),
    ],
)
async def test_a_wrong_change_is_told_and_changes_nothing(body: dict[str, Any], told: str) -> None:
    async with serving() as api:
        made = await register(api)
        answer = await api.call("PATCH", f"{PATH}/{made['id']}", body)
        assert answer.status == 422
        assert answer.error["message"].startswith(told)
        assert (await api.get(f"{PATH}/{made['id']}")).json == made


async def test_an_event_goes_to_every_endpoint_that_wants_it_each_with_its_own_secret() -> None:
    receiver = Endpoint()
    async with serving(sender=MemorySender(receiver)) as api:
        wanted = [await register(api, "a"), await register(api, "b", types=["user.created"])]
        await register(api, "c", types=["user.updated"])
        await register(api, "d", active=False)
        run = await fired(api)
        assert (run["verdict"], run["counts"]["deliveries"]) == ("passed", 2)
        deliveries = await api.items(f"/api/v1/runs/{run['id']}/deliveries")
        assert [it["endpoint"] for it in deliveries] == [it["id"] for it in wanted]
        assert sorted(map(path_of, receiver.came)) == ["a", "b"]
        assert all(signed_by(it, f"of-{path_of(it)}") for it in receiver.came)
        aimed = await fired(api, target="http://127.0.0.1:9/own", secret="own")
        (delivery,) = await api.items(f"/api/v1/runs/{aimed['id']}/deliveries")
        assert delivery["endpoint"] is None
        assert signed_by(receiver.came[-1], "own")


async def test_a_second_endpoint_with_the_same_url_is_a_warning_and_gets_its_webhooks(caplog: Any) -> None:
    endpoint = Endpoint()
    async with serving(sender=MemorySender(endpoint)) as api:
        first = await again(api, types=["user.created", "user.updated"])
        assert first["warnings"] == []
        assert (await again(api, types=["user.deactivated"]))["warnings"] == []
        assert (await again(api, active=False))["warnings"] == []
        second = await again(api)
        told = f"{first['id']} has the same URL and wants the same types: webhooks that both want are sent there twice"
        assert told in second["warnings"]
        assert len(second["warnings"]) == 2
        assert (await api.call("PATCH", f"{PATH}/{second['id']}", {"types": ["user.updated"]})).json[
            "warnings"
        ] == [told]
        await fired(api, type="user.updated")
    assert len(endpoint.came) == 2
    assert [it.message for it in caplog.records if it.name == "emulator.server"].count(told) == 2


async def test_a_list_goes_on_where_it_stood_when_the_endpoint_of_its_cursor_is_gone() -> None:
    async with serving() as api:
        made = [(await register(api, f"u{number}"))["id"] for number in range(5)]
        for order, shown, gone in (("asc", made[:2], made[1]), ("desc", [made[4], made[3]], made[3])):
            page = (await api.get(f"{PATH}?limit=2&order={order}")).json
            assert [it["id"] for it in page["items"]] == shown
            await api.delete(f"{PATH}/{gone}")
            rest = (await api.get(f"{PATH}?limit=2&order={order}&after={page['next']}")).json
            left = [id for id in made if id not in (*shown, made[1])]
            assert [it["id"] for it in rest["items"]] == (left if order == "asc" else left[::-1])[:2]
        assert (await api.get(f"{PATH}?after={made[1]}")).status == 422


async def test_what_no_endpoint_wants_has_no_target() -> None:
    async with serving() as api:
        await register(api, types=["user.updated"])
        answer = await api.post("/api/v1/events", EVENT)
        assert answer.status == 422
        assert "or register an endpoint that wants it" in answer.error["message"]


async def test_a_delivery_to_an_endpoint_is_made_again_with_its_signature() -> None:
    receiver = Endpoint(404)
    async with serving(sender=MemorySender(receiver)) as api:
        made = await register(api, "a")
        run = await fired(api)
        await api.delete(f"{PATH}/{made['id']}")
        (delivery,) = await api.items(f"/api/v1/runs/{run['id']}/deliveries")
        assert (await api.post(f"/api/v1/deliveries/{delivery['id']}/redeliver")).status == 201
        assert (len(receiver.came), signed_by(receiver.came[-1], "of-a")) == (6, True)


async def test_a_rotated_secret_signs_alone_or_with_the_old_one_as_the_profile_says() -> None:
    receiver = Endpoint()
    async with serving(sender=MemorySender(receiver)) as api:
        made = await register(api)
        rotated = (await api.call("PATCH", f"{PATH}/{made['id']}", {"rotate": "24h"})).json
        assert rotated["rotation"]["old_secret"] == "of-a"
        assert re.fullmatch(r"[0-9a-f]{32}", rotated["secret"])
        scenario = {"version": 1, "provider": "entuitive", "events": [{"type": "user.created"}]}
        await api.run({"scenario": scenario})
        await api.run({"scenario": {**scenario, "profile": {"signature": {"rotation": "both"}}}})
        assert signed_by(receiver.came[0], rotated["secret"])
        assert signed_by(receiver.came[1], rotated["secret"], "of-a")
        (listed,) = await api.items(PATH)
        assert (listed["secret"], listed["rotation"]["old_secret"]) == ("***", "***")
        ended = (await api.call("PATCH", f"{PATH}/{made['id']}", {"secret": "third"})).json
        assert (ended["secret"], ended["rotation"]) == ("third", None)


async def test_a_reset_of_everything_removes_endpoints_and_one_of_labels_does_not() -> None:
    settled = Registered(
        id="end_environment_1",
        provider="entuitive",
        url="http://127.0.0.1:9/e",
        created_wall=0,
        source=Source.ENVIRONMENT,
    )
    async with serving(endpoints=[settled]) as api:
        made = await register(api)
        await api.post("/api/v1/reset", {"labels": {"a": "b"}})
        assert [it["id"] for it in await api.items(PATH)] == ["end_environment_1", made["id"]]
        await api.post("/api/v1/reset", {})
        assert [it["id"] for it in await api.items(PATH)] == ["end_environment_1"]
        for method in ("DELETE", "PATCH"):
            answer = await api.call(method, f"{PATH}/end_environment_1")
            assert answer.status == 409
            assert "--endpoints" in answer.error["message"]


def routed(**emit: Any) -> dict[str, Any]:
    request = {"method": "POST", "path": "/v1/things"}
    route = {"request": request, "response": {"status": 201}, "emits": [{"event": "made", **emit}]}
    events = [{"name": "made", "type": "user.created"}]
    return {"version": 1, "provider": "entuitive", "speed": "manual", "events": events, "routes": [route]}


async def test_what_a_call_emits_goes_to_the_endpoints_that_are_registered_then(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    own = [{"url": "http://127.0.0.1:9/own", "secret": "of-own"}]
    async with serving(sender=MemorySender(Endpoint()), database=database) as api:
        run = await api.run({"scenario": {**routed(delay="5s"), "endpoints": own}})
        late = await register(api, "late")
        assert (await api.post("/entuitive/v1/things")).status == 201
        await api.delete(f"{PATH}/{late['id']}")
        await api.emulator.stop(1)
    receiver = Endpoint()
    async with serving(sender=MemorySender(receiver), database=database) as api:
        await api.emulator.resume()
        await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "end"})
        finished = (await api.post(f"/api/v1/runs/{run['id']}/finish")).json
        assert (finished["verdict"], finished["counts"]["deliveries"]) == ("passed", 2)
        assert sorted(map(path_of, receiver.came)) == ["late", "own"]
        assert all(signed_by(it, f"of-{path_of(it)}") for it in receiver.came)


async def test_what_a_call_emits_to_nobody_fails_and_says_why() -> None:
    async with serving(sender=MemorySender(Endpoint())) as api:
        run = await api.run({"scenario": routed()})
        await api.post("/entuitive/v1/things")
        await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "end"})
        finished = (await api.post(f"/api/v1/runs/{run['id']}/finish")).json
        assert finished["failures"][0]["message"] == (
            "no delivery was made: it has no target, and there was no registered endpoint that wanted it"
        )


async def test_a_file_keeps_endpoints_and_an_unfinished_run_goes_on_to_them(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    event = {"type": "user.created", "at": "1h"}
    async with serving(sender=MemorySender(Endpoint()), database=database) as api:
        made = [await register(api, "a"), await register(api, "b")]
        given = {"version": 1, "provider": "entuitive", "speed": "manual", "events": [event]}
        run = (await api.post("/api/v1/runs?wait=30s", {"scenario": given})).json
        await api.delete(f"{PATH}/{made[1]['id']}")
        await api.emulator.stop(1)
    receiver = Endpoint()
    async with serving(sender=MemorySender(receiver), database=database) as api:
        await api.emulator.resume()
        assert [(await api.get(f"{PATH}/{it['id']}")).status for it in made] == [200, 404]
        assert (await api.get(f"{PATH}/{made[0]['id']}")).json == made[0]
        moved = (await api.post(f"/api/v1/runs/{run['id']}/clock", {"to": "end"})).json
        assert (moved["verdict"], sorted(map(path_of, receiver.came))) == ("passed", ["a", "b"])
        assert all(signed_by(it, f"of-{path_of(it)}") for it in receiver.came)


def holding(folder: Path, text: str) -> list[Path]:
    return [file for file in folder.iterdir() if text.encode() in file.read_bytes()]


async def test_the_secret_of_a_removed_endpoint_is_in_no_file_any_more(tmp_path: Path) -> None:
    async with serving(database=tmp_path / "journal.db") as api:
        made = await register(api, secret=MARKER)
        with sqlite3.connect(tmp_path / "journal.db") as file:
            assert MARKER in file.execute("SELECT document FROM endpoints").fetchone()[0]
        await api.delete(f"{PATH}/{made['id']}")
    assert not holding(tmp_path, MARKER)


async def test_a_secret_is_shown_by_its_own_resource_alone() -> None:
    receiver = Endpoint(404)
    async with serving(sender=MemorySender(receiver)) as api:
        url = f"http://user:{MARKER}@127.0.0.1:9/a"
        made = await register(api, secret=MARKER, url=url)
        await api.call("PATCH", f"{PATH}/{made['id']}", {"rotate": "1h"})
        api.answers.clear()
        run = await fired(api)
        for path in (
            PATH,
            "/api/v1/info",
            f"/api/v1/runs/{run['id']}",
            f"/api/v1/runs/{run['id']}/deliveries",
            "/api/v1/attempts",
            "/api/v1/notifications",
        ):
            await api.get(path)
        await api.post(PATH, {"provider": "entuitive", "url": MARKER, "secret": MARKER})
        assert all(MARKER.encode() not in answer.body for answer in api.answers)
        assert MARKER not in "".join(api.log)
        assert (await api.get(f"{PATH}/{made['id']}")).json["url"] == url


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(
        ["entuitive", "http://localhost/", "user.created", "1h", "10000000d"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
KEYS = st.sampled_from(
    ["provider", "url", "secret", "types", "active", "description", "rotate", "source", "id"]
)


def test_whatever_the_body_is_the_answer_is_in_the_forms_of_the_api() -> None:
    async def tried(api: Api, id: str, body: dict[str, Any]) -> None:
        filled = {"provider": "entuitive", "url": "http://localhost/", **body}
        for answer in (
            await api.post(PATH, filled),
            await api.call("PATCH", f"{PATH}/{id}", body),
        ):
            assert answer.status in (200, 201, 422), answer.body
            assert answer.status != 422 or answer.error["code"] == CODES[422]
            json.dumps(answer.json)
        shown = (await api.get(f"{PATH}/{id}")).json
        assert shown["provider"] == "entuitive"
        assert (
            "***" in [it["secret"] for it in await api.items(f"{PATH}?limit=1000")] or shown["secret"] is None
        )

    with asyncio.Runner() as runner:
        world = serving(sender=MemorySender(Endpoint()))
        api = runner.run(world.__aenter__())
        try:
            id = runner.run(register(api))["id"]

            @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
            @given(st.dictionaries(KEYS, ANY, max_size=4))
            def every(body: dict[str, Any]) -> None:
                runner.run(tried(api, id, body))

            every()
        finally:
            runner.run(world.__aexit__(None, None, None))
