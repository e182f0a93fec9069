"""The documentation in a real browser, from a server that asks for a token."""

from __future__ import annotations

import asyncio
from pathlib import Path

from emulator.server.routes import ROUTES
from tests.helpers.serving import serving
from tests.receivers.tool import tool


async def shown(folder: Path, url: str) -> tuple[str, str]:
    """The page as the browser has made it, and what it complains of. It reaches nothing but the server itself."""
    process = await asyncio.create_subprocess_exec(
        tool("chromium", "chromium"),
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
        *("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={folder}"),
        *("--enable-logging=stderr", "--dump-dom", url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        page, told = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return page.decode(), "\n".join(line for line in told.decode().splitlines() if "CONSOLE" in line)


async def test_a_browser_shows_the_page_without_a_token_and_without_complaint(tmp_path: Path):
    async with serving(token="marker-token-5d2e") as api:
        page, complaints = await shown(tmp_path, f"{api.url}/docs")
        assert complaints == ""
        assert [route.summary for route in ROUTES if route.summary.replace("`", "") not in page] == []
        assert (await api.get("/api/v1/info")).status == 401
        answer = await api.get("/docs")
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
