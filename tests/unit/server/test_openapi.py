"""The OpenAPI document is made of the route table, wholly, and is valid with all of its examples."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from emulator.server.admission import OPEN
from emulator.server.openapi.answers import answer_schemas
from emulator.server.openapi.document import document
from emulator.server.openapi.page import POLICY, page
from emulator.server.route import Route
from emulator.server.routes import ROUTES
from tests.helpers.described import DOCUMENT, operations, response, validator

OPERATIONS = {operation["operationId"]: operation for operation in operations()}


@pytest.mark.parametrize("token", [True, False])
def test_it_is_a_valid_document(token: bool):
    plain = json.loads(json.dumps(document(ROUTES, token=token)))
    assert [error.message for error in OpenAPIV31SpecValidator(plain).iter_errors()] == []


def test_every_route_is_in_it_and_nothing_else():
    found = [(method.upper(), path) for path, each in DOCUMENT["paths"].items() for method in each]
    assert sorted(found) == sorted((route.method, route.path.replace("+}", "}")) for route in ROUTES)
    assert len(OPERATIONS) == len(ROUTES)


def test_no_route_can_be_made_without_what_it_gives():
    with pytest.raises(TypeError, match="gives"):
        Route(method="GET", path="/x", handler=ROUTES[0].handler, summary="x")  # type: ignore[call-arg]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_has_one_good_answer_of_a_schema_that_is_there(route: Route):
    assert len([status for status in route.answers if status < 400]) == 1
    assert {name for name in route.gives.content.values() if name} <= set(answer_schemas())
    assert (route.body is None) == (route.example is None)


def test_every_schema_is_referred_to():
    text = json.dumps(DOCUMENT)
    assert [name for name in answer_schemas() if f'"#/components/schemas/{name}"' not in text] == []


@pytest.mark.parametrize("id", OPERATIONS)
def test_every_answer_has_an_example_that_is_as_its_schema_says(id: str):
    for status in OPERATIONS[id]["responses"]:
        content = response(OPERATIONS[id], status).get("content", {}).get("application/json")
        if content and content.get("schema"):
            assert [
                error.message for error in validator(content["schema"]).iter_errors(content["example"])
            ] == []


@pytest.mark.parametrize("id", [id for id, each in OPERATIONS.items() if "requestBody" in each])
def test_every_body_has_an_example_that_is_as_its_schema_says(id: str):
    content = OPERATIONS[id]["requestBody"]["content"]["application/json"]
    assert [error.message for error in validator(content["schema"]).iter_errors(content["example"])] == []


def test_no_value_may_be_a_variable_since_the_api_replaces_none():
    assert r"\$\{" not in json.dumps(DOCUMENT)
    assert r"\\$\\{" not in json.dumps(DOCUMENT)


def test_a_token_is_told_of_where_it_is_asked_for():
    assert DOCUMENT["security"] == [{"token": []}]
    assert DOCUMENT["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, each in DOCUMENT["paths"].items():
        for operation in each.values():
            assert ("401" in operation["responses"]) == (path not in OPEN)
            assert operation.get("security") == ([] if path in OPEN else None)


def test_without_a_token_none_is_told_of():
    text = json.dumps(document(ROUTES, token=False))
    assert '"security' not in text
    assert '"401"' not in text


class Seen(HTMLParser):
    """The ids, links and tags of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given: dict[str, Any] = dict(attrs)
        assert not {name for name in given if name.startswith("on") or name in ("src", "style")}
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_every_operation_and_every_schema_once():
    seen = Seen(page(DOCUMENT))
    assert sorted(seen.ids) == sorted([*OPERATIONS, *answer_schemas()])
    for operation in OPERATIONS.values():
        assert operation["summary"].replace("`", "") in seen.text


def test_every_link_of_the_page_leads_somewhere():
    seen = Seen(page(DOCUMENT))
    assert set(seen.links) == {"openapi.json", *(f"#{id}" for id in seen.ids)}


def test_the_page_runs_no_script_and_loads_nothing():
    tags = Seen(page(DOCUMENT)).tags
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none';"
        r" frame-ancestors 'none'",
        POLICY,
    )


def test_nothing_of_the_document_is_taken_for_html():
    changed = {**DOCUMENT, "info": {**DOCUMENT["info"], "title": "<script>alert(1)</script>&"}}
    assert "script" not in Seen(page(changed)).tags
