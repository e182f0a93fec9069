"""A server whose journal fails while it serves."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.server import serving
from tests.helpers.guarded import guarded

if TYPE_CHECKING:
    import pytest


async def test_it_is_told_once_and_the_server_goes_on_answering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_CHECK_S", 0.01)
    file = tmp_path / "journal.db"
    async with guarded(database=file) as server:
        assert (await server.ask("GET /readyz HTTP/1.1", "Host: HOST")).status == 200
        file.unlink()
        async with asyncio.timeout(30):
            while not (told := [line for line in map(json.loads, server.lines) if line["level"] == "error"]):
                status, _ = (await server.ask("GET /readyz HTTP/1.1", "Host: HOST")).told
                assert status == 503
        assert (await server.ask("GET /livez HTTP/1.1", "Host: HOST")).status == 200
        assert (await server.ask("GET /api/v1/info HTTP/1.1", "Host: HOST")).status == 200
    assert [line["event"] for line in told] == ["journal failed"]
    assert str(file) in told[0]["error"]
