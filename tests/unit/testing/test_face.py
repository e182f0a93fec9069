"""What users of `emulator.testing` rely on: one method for each route, one face for both clients, cheap imports."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import assert_type

import pytest

import emulator.testing
from emulator.server.routes import ROUTES
from emulator.testing import AsyncClient, Attempt, Client, Delivery, Event, Run, Verification
from emulator.testing.asking import Asking

METHODS = {
    "GET /livez": "alive",
    "GET /readyz": "ready",
    "GET /api/v1/info": "info",
    "GET /api/v1/scenarios": "scenarios",
    "GET /api/v1/scenarios/{name+}": "scenario",
    "POST /api/v1/runs": "play",
    "GET /api/v1/runs": "runs",
    "GET /api/v1/runs/{id}": "run",
    "DELETE /api/v1/runs/{id}": "remove",
    "POST /api/v1/runs/{id}/cancel": "cancel",
    "POST /api/v1/runs/{id}/finish": "finish",
    "POST /api/v1/runs/{id}/clock": "move",
    "GET /api/v1/runs/{id}/deliveries": "deliveries",
    "GET /api/v1/runs/{id}/report": "report",
    "GET /api/v1/deliveries/{id}": "delivery",
    "POST /api/v1/deliveries/{id}/redeliver": "redeliver",
    "GET /api/v1/attempts": "attempts",
    "POST /api/v1/attempts/find": "find_attempts",
    "POST /api/v1/attempts/count": "count_attempts",
    "GET /api/v1/attempts/{id}": "attempt",
    "GET /api/v1/attempts/{id}/request/body": "request_body",
    "GET /api/v1/attempts/{id}/response/body": "response_body",
    "POST /api/v1/events": "send",
    "POST /api/v1/endpoints": "register",
    "GET /api/v1/endpoints": "endpoints",
    "GET /api/v1/endpoints/{id}": "endpoint",
    "PATCH /api/v1/endpoints/{id}": "update_endpoint",
    "DELETE /api/v1/endpoints/{id}": "unregister",
    "GET /api/v1/requests": "requests",
    "POST /api/v1/requests/find": "find_requests",
    "POST /api/v1/requests/count": "count_requests",
    "GET /api/v1/requests/{id}": "request",
    "GET /api/v1/notifications": "notifications",
    "POST /api/v1/notifications/find": "find_notifications",
    "POST /api/v1/notifications/count": "count_notifications",
    "POST /api/v1/verify": "verify",
    "GET /api/v1/stream": "stream",
    "POST /api/v1/reset": "reset",
}
"""The client's method for each route that tests ask; pages for people and for machines that watch are none."""
BESIDE = {"advance", "verify_all", "close", "url", "labels", "provider_url"}
"""Other ways to ask the same, and what a client has besides."""


def public(of: type) -> set[str]:
    return {name for name in dir(of) if not name.startswith("_")}


def test_every_route_that_tests_ask_has_its_method() -> None:
    asked = {
        f"{route.method} {route.path}"
        for route in ROUTES
        if route.path.startswith("/api/v1/") or route.path.endswith("z")
    }
    assert asked == METHODS.keys()


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_has_these_methods_and_no_others(kind: type) -> None:
    assert public(kind) | {"url"} == {*METHODS.values(), *BESIDE}


@pytest.mark.parametrize("name", sorted(public(Asking) - {"livez", "readyz"}))
def test_both_clients_and_their_core_take_the_same(name: str) -> None:
    core, sync, awaited = (inspect.signature(getattr(of, name)) for of in (Asking, Client, AsyncClient))
    assert core.parameters == sync.parameters == awaited.parameters
    assert str(awaited.return_annotation).replace("Async", "") == sync.return_annotation
    assert inspect.getdoc(getattr(Client, name)) == inspect.getdoc(getattr(AsyncClient, name))


@pytest.mark.parametrize("name", ["__init__", "alive", "close", "ready"])
def test_both_clients_are_made_and_left_alike(name: str) -> None:
    assert inspect.signature(getattr(Client, name)) == inspect.signature(getattr(AsyncClient, name))


@pytest.mark.parametrize(
    ("name", "returned"),
    [
        ("play", "Run"),
        ("remove", "None"),
        ("attempts", "Iterator[Attempt]"),
        ("stream", "AbstractContextManager[Iterator[Event]]"),
    ],
)
def test_a_method_shows_what_it_gives(name: str, returned: str) -> None:
    assert inspect.signature(getattr(Client, name)).return_annotation == returned


@pytest.mark.parametrize("name", dir(emulator.testing))
def test_a_public_name_is_there(name: str) -> None:
    assert getattr(emulator.testing, name) is not None


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match=r"^module 'emulator.testing' has no attribute 'Klient'$"):
        _ = emulator.testing.Klient  # type: ignore[attr-defined]


def test_the_client_brings_neither_aiohttp_nor_yaml_nor_containers() -> None:
    code = "import sys; from emulator.testing import Client; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {"aiohttp", "yaml", "testcontainers", "jinja2", "asyncio"} & set(loaded.split()) == set()


def test_without_testcontainers_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['testcontainers'] = None\n"
        "try:\n    from emulator.testing import EmulatorContainer\n"
        "except ModuleNotFoundError as error:\n    print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "EmulatorContainer needs Testcontainers: pip install 'webhook-emulator[testcontainers]'\n"


async def the_types_that_users_see(client: Client, awaited: AsyncClient) -> None:
    """Never run: the type checker holds it."""
    assert_type(client.play("a", wait="30s"), Run)
    assert_type(client.remove("run_1"), None)
    assert_type(client.attempts(status=200), Iterator[Attempt])
    assert_type(client.request_body("att_1"), bytes)
    assert_type(await awaited.verify({"status": 200}), Verification)
    assert_type(awaited.deliveries("run_1"), AsyncIterator[Delivery])
    with client.stream(of=["runs"]) as events:
        assert_type(events, Iterator[Event])
    async with awaited.stream() as told:
        assert_type(told, AsyncIterator[Event])
    client.play("a", spede="60x")  # type: ignore[call-arg]
    client.attempts(status="200")  # type: ignore[arg-type]
