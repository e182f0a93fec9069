"""docs/providers.md is what its generator prints, and the API's requests that it lists are those that there are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from emulator.answering.compliancely import ASSUMPTIONS, CompliancelyApi, CompliancelySettings
from emulator.scenario.api import api_shape
from tools.providers_page import ENDPOINTS, page

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_make_docs_writes():
    printed = subprocess.run(
        [sys.executable, "tools/providers_page.py"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert (ROOT / "docs" / "providers.md").read_text(encoding="utf-8") == printed, (
        "it has changed: make docs"
    )


def test_every_request_of_the_api_is_listed_and_no_other():
    api = CompliancelyApi(7, CompliancelySettings())
    routes = api._routes  # noqa: SLF001 - nothing else lists them
    there = {(method, route.path) for route in routes for method in route.endpoints}
    assert {(method, path) for method, path, _, _ in ENDPOINTS} == there


def test_every_assumption_that_a_request_names_is_listed():
    known = {each.id for each in ASSUMPTIONS}
    assert {name for *_, names in ENDPOINTS for name in names.split()} <= known


def test_every_switch_of_the_api_is_a_key_of_scenarios():
    switches = {name.removesuffix("_us") for each in ASSUMPTIONS for name in each.settings}
    assert switches <= set(api_shape().schema["properties"])
    assert all(f"`api.{name}`" in page() for name in switches)
