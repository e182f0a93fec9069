"""schemathesis, which reads the document and asks the server all sorts of things, finds nothing with all its checks."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from emulator.record import Request, Response
from emulator.sender import MemorySender
from emulator.server.routes import ROUTES
from emulator.server.settings import Settings
from emulator.server.waiting import Waiting
from tests.helpers.serving import Api, serving

CONFIG = Path(__file__).parent / "schemathesis.toml"
PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
COMMAND = Path(sys.executable).parent / "schemathesis"
TOKEN = "marker-token-5d2e"
ENDLESS = ("/api/v1/stream",)
"""What has no end that could be looked at; its answers are those of tests/e2e/test_api_stream.py."""

LONGEST_US = 10_000


class Impatient(Waiting):
    """Nobody waits as long as was asked for: most of what is asked here never comes."""

    async def until(self, comes: Callable[[], Awaitable[object]], wait_us: int) -> None:
        await super().until(comes, min(wait_us, LONGEST_US))


def answered(_: Request) -> Response:
    return Response(status=200, headers=())


async def found_by_schemathesis(tmp_path: Path, *options: str) -> tuple[int, str]:
    """Its exit code, and what it told. It knows the scenario of docs/api.md, whose examples it tries first."""
    (scenario,) = re.findall(
        r"^```yaml\n# scenarios/billing/outage.yaml\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL
    )
    folder = tmp_path / "scenarios"
    (folder / "billing").mkdir(parents=True)
    (folder / "billing" / "outage.yaml").write_text(scenario, encoding="utf-8")
    settings = Settings(token=TOKEN, target="http://localhost:3000/")
    sender = MemorySender(answered)
    async with serving(folder=folder, settings=settings, sender=sender, token=TOKEN) as api:
        object.__setattr__(api.context, "waiting", Impatient(api.context.closing))
        return await asked(api, tmp_path, *options)


async def asked(api: Api, folder: Path, *options: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        *("--config-file", CONFIG, "run", f"{api.url}/openapi.json", "--no-color"),
        *(option for path in ENDLESS for option in ("--exclude-path", path)),
        *("--header", f"Authorization: Bearer {TOKEN}", "--generation-database", "none", *options),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, told.decode()


@pytest.mark.timeout(300)
async def test_nothing_is_found(tmp_path: Path):
    code, told = await found_by_schemathesis(tmp_path, "--seed", "7", "--max-examples", "8")
    assert code == 0, told
    (selected,) = re.findall(r"Operations: +(\d+) selected", told)
    assert (
        int(selected) >= len(ROUTES) - len(ENDLESS) - 1
    )  # it may leave out the document that it has just read
    assert re.findall(r"✅  (\w+) \(in", told) == ["Examples", "Coverage", "Fuzzing", "Stateful"]


@pytest.mark.slow
@pytest.mark.timeout(1_200)
async def test_nothing_is_found_by_looking_longer(tmp_path: Path):
    code, told = await found_by_schemathesis(tmp_path, "--max-examples", "200", "--max-time", "900")
    assert code == 0, told
