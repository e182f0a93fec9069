"""What docs/provider-api.md has a user type, typed: by sh, with curl and jq, against a server and an endpoint."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from emulator.provider.registry import find_profile
from emulator.receiver import Replies
from emulator.receiver.server import Receiver
from emulator.scenario.load import load_text
from emulator.shipped import shipped
from tests.helpers.serving import serving
from tests.receivers.tool import tool

PAGE = (Path(__file__).parents[2] / "docs" / "provider-api.md").read_text(encoding="utf-8")
SCRIPTS = re.findall(r"^```sh\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SECRET = "demo-secret"


async def typed(script: str, server: str, endpoint: str) -> list[str]:
    for needed in ("curl", "jq"):
        tool(needed, needed)
    here = script.replace("http://127.0.0.1:4622", server).replace("http://localhost:3000", endpoint)
    process = await asyncio.create_subprocess_exec(
        *("sh", "-eu", "-c", here), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, problems = await process.communicate()
    assert (process.returncode, problems) == (0, b"")
    return out.decode().splitlines()


async def test_the_whole_way_and_what_is_on_record_of_it() -> None:
    the_way, the_records, _ = SCRIPTS
    async with (
        Receiver(find_profile("compliancely"), SECRET, Replies(())) as endpoint,
        serving(environment={"WEBHOOK_EMULATOR_SECRET_COMPLIANCELY": SECRET}) as api,
    ):
        assert await typed(the_way, api.url, endpoint.url) == ["6 TIN Matched"]
        first, *calls, delivery = await typed(the_records, api.url, endpoint.url)
        (received,) = endpoint.received
    assert received.check is not None
    assert received.check.valid
    assert first == "default: 1 attempt, 1 delivered"
    assert re.sub(r"\d{7}", "ID", "\n".join(calls)).splitlines() == [
        "POST /api/v2/token/ 200",
        "POST /api/v1/submissions/ 201",
        "GET /api/v1/submissions/ID 200",
    ]
    assert re.fullmatch(r"tin_match delivered, because of req_\w{10}_2", delivery)


async def test_a_run_of_ones_own_and_its_verdict() -> None:
    async with (
        Receiver(find_profile("compliancely"), SECRET, Replies(())) as endpoint,
        serving(environment={}) as api,
    ):
        assert await typed(SCRIPTS[2], api.url, endpoint.url) == ["Pending", "passed"]
    (received,) = endpoint.received
    assert b'"irs_code": 3' in (received.body or b"")


def test_the_scenario_that_it_shows_is_right() -> None:
    (text,) = re.findall(r"^```yaml\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    scenario = load_text(text, environment={})
    assert scenario.api is not None
    assert list(scenario.api.results) == ["900000001", "900000002", "900000003"]


def test_the_scenarios_that_it_names_are_there() -> None:
    named = set(re.findall(r"`((?:compliancely|entuitive)/api-[a-z-]+)`", PAGE))
    assert named
    assert named <= set(shipped())
