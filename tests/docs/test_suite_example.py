"""The test suite of docs/api.md runs as it stands, against an application as it asks for."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from tests.helpers.command import environment

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```python\n# (\S+\.py)\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@asynccontextmanager
async def application(*, idempotent: bool = True) -> AsyncIterator[str]:
    """One that checks signatures, and tells what it has seen before."""
    seen: set[bytes] = set()

    async def webhook(request: web.Request) -> web.Response:
        body = await request.read()
        signature = hmac.new(b"demo-secret", body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("X-Entuitive-Signature", ""), signature):
            return web.Response(status=401)
        duplicate = idempotent and body in seen
        seen.add(body)
        return web.json_response({"duplicate": duplicate})

    app = web.Application()
    app.router.add_post("/webhooks", webhook)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield "http://{}:{}/webhooks".format(*runner.addresses[0])
    finally:
        await runner.cleanup()


async def suite(folder: Path, app: str) -> tuple[int, str]:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no", str(folder)),
        cwd=folder,
        env=environment(APP_URL=app, PATH=path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


async def test_it_passes_against_an_application_that_is_right(tmp_path: Path) -> None:
    async with application() as app:
        code, said = await suite(tmp_path, app)
    assert code == 0, said
    assert "3 passed" in said


async def test_it_fails_against_one_that_stores_a_repetition_again(tmp_path: Path) -> None:
    async with application(idempotent=False) as app:
        code, said = await suite(tmp_path, app)
    assert code == 1, said
    assert "1 failed, 2 passed" in said
    assert "FAILED test_webhooks.py::test_a_webhook_that_comes_twice_is_stored_once" in said
