"""The HTML report in a real browser: hostile bodies run nothing there, and what the page says is seen."""

from __future__ import annotations

import asyncio
import html
import shutil
from pathlib import Path

from tests.helpers.recorded import hostile, written

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
NASTY = (
    '</pre></style></script><script>document.title = "ran"</script><img src=x onerror=\'document.title = "ran"\'>'
    "<style>*{display:none}</style>\u202e\x00"
)


async def rendered(address: str, folder: Path) -> str:
    """The document as the browser has it after it has loaded."""
    assert BROWSER is not None, "install chromium"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'browser'}"]
    process = await asyncio.create_subprocess_exec(
        *(BROWSER, *flags, "--dump-dom", address),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    return out.decode()


async def test_nothing_that_a_body_holds_is_run_by_the_browser(tmp_path: Path):
    run, journal = hostile(NASTY, NASTY.encode())
    page = tmp_path / "report.html"
    page.write_text(await written("html", journal, run), encoding="utf-8")
    found = await rendered(page.as_uri(), tmp_path)
    assert "<title>ran" not in found
    assert "<script" not in found
    assert "<img" not in found
    assert found.count("<style>") == 1
    assert "\u202e" not in found
    shown = html.escape(NASTY.replace("\u202e", "\\u202e").replace("\x00", "\\x00"), quote=False)
    assert f"<pre>{shown}</pre>" in found
