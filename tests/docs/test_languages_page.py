"""docs/languages.md shows the files of docs/languages, and each of them passes, and fails, as a user would see it."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from emulator.provider.registry import find_profile
from emulator.receiver.server import Receiver
from tests.helpers.command import environment
from tests.helpers.serving import Api, serving
from tests.receivers.tool import tool

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "languages.md").read_text(encoding="utf-8")
SHOWN = dict(
    re.findall(r"^\[languages/(\S+)\]\(languages/\1\):\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
)
FILES = {
    path.relative_to(DOCS / "languages").as_posix(): path.read_text(encoding="utf-8")
    for path in (DOCS / "languages").glob("*/*")
}


@dataclass(frozen=True)
class Language:
    """How an example is run, and what makes its receiver accept whatever comes."""

    folder: str
    command: Callable[[], tuple[str, ...]]
    careless: tuple[str, str] = ("genuine ? 200 : 401", "genuine ? 200 : 200")


def shell() -> tuple[str, ...]:
    tool("jq", "jq")
    tool("curl", "curl")
    return (tool("sh", "dash"), "webhooks.sh")


def java() -> tuple[str, ...]:
    tool("javac", "default-jdk-headless")  # without it, java runs no file of source text
    return (tool("java", "default-jdk-headless"), "WebhooksTest.java")


LANGUAGES = [
    Language("curl", shell),
    Language("node", lambda: (tool("node", "nodejs"), "--test", "webhooks.test.mjs")),
    Language("php", lambda: (tool("php", "php-cli"), "webhooks_test.php")),
    Language("java", java),
    Language(
        "go",
        lambda: (tool("go", "golang-go"), "test", "-count=1", "webhooks_test.go"),
        ("http.StatusUnauthorized", "http.StatusOK"),
    ),
]


def test_the_page_shows_every_file_as_it_is():
    assert SHOWN == FILES


def test_the_table_says_how_each_is_run():
    told = re.findall(r"^\| \[\w+\]\(#\w+\) \| `(.+)` \|", PAGE, re.MULTILINE)
    heads = [text.splitlines()[1 if text.startswith(("#!", "<?php")) else 0] for text in FILES.values()]
    assert len(told) == len(LANGUAGES)
    for command in told:
        assert sum(f"{command} - " in head for head in heads) == 1


QUICK = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC", "GOFLAGS": "-vet=off"}


async def run(command: tuple[str, ...], folder: Path, api: Api, app: Receiver) -> tuple[int, str]:
    alone = {"HOME": str(folder.parent), "GOCACHE": str(folder.parent / "cache")}
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=environment(WEBHOOK_EMULATOR_URL=api.url, APP_URL=app.url, **alone, **QUICK),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda it: it.folder)
async def test_several_at_once_pass_where_signatures_are_checked_and_fail_where_not(
    language: Language, tmp_path: Path
) -> None:
    command = language.command()
    strict, careless = tmp_path / "strict", tmp_path / "careless"
    for folder in (strict, careless):
        shutil.copytree(DOCS / "languages" / language.folder, folder)
    for path in careless.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace(*language.careless), encoding="utf-8")
    profile = find_profile("entuitive")
    async with (
        serving(environment={}) as api,
        Receiver(profile, "demo-secret") as checking,
        Receiver(profile) as accepting,
    ):
        others = {"scenario": "entuitive/every-event", "target": accepting.url, "labels": {"suite": "others"}}
        kept = await api.run(others)
        *right, (code, said) = await asyncio.gather(
            run(command, strict, api, checking),
            run(command, strict, api, checking),
            run(command, careless, api, accepting),
        )
        assert [code for code, _ in right] == [0, 0], right
        assert code != 0, said
        assert "expected exhausted, is delivered (200)" in said
        assert "expected 5 attempts, made 1" in said
        assert [it["id"] for it in await api.items("/api/v1/runs")] == [kept["id"]]
