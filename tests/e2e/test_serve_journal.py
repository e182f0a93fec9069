"""A server whose journal fails while it serves."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from emulator.errors import JournalError
from emulator.server import serving
from tests.helpers.guarded import guarded


async def test_it_is_told_once_and_the_server_goes_on_answering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_CHECK_S", 0.01)
    file = tmp_path / "journal.db"
    async with AsyncExitStack() as stack:
        stack.enter_context(
            pytest.raises(JournalError, match="is gone")
        )  # at the end: what is recorded is nowhere
        server = await stack.enter_async_context(guarded(database=file))
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
