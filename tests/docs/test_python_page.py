"""The tests of docs/python.md run as they stand, against a real server and an application as they ask for."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from emulator.testing import Client
from tests.docs.test_suite_example import application
from tests.helpers.command import environment
from tests.helpers.serving import serving

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```python\n# (\S+\.py)\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL))
NEEDS_AN_ENGINE = "test_in_a_container.py"
"""This one is run by tests/container."""


async def test_its_tests_pass(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if name != NEEDS_AN_ENGINE}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    async with serving(environment={}) as api, application() as app:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no", str(tmp_path)),
            cwd=tmp_path,
            env=environment(EMULATOR_URL=api.url, APP_URL=app),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    assert "5 passed" in said


def test_it_names_every_method() -> None:
    methods = {name for name in dir(Client) if not name.startswith("_")} - {"close", "labels"}
    told = set(re.findall(r"`(\w+)\(", PAGE)) | {"find_requests", "find_notifications"}
    told |= {"count_requests", "count_notifications"}
    assert methods - told == set()
