"""`check` as a process: what it says, what it sends, and how it ends."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.check.checking import check, scenario_of
from emulator.check.finding import Finding, Status
from emulator.check.probe import Subject
from emulator.check.probes import PROBES
from emulator.cli.engine import Sending, open_emulator
from emulator.provider.registry import find_profile
from emulator.scenario.overrides import Overrides
from emulator.sender import TargetPolicy
from tests.helpers.command import Finished, command, finished, started
from tests.helpers.serving import receiving

SECRET = "s3cret-of-the-check"
ACME = Path(__file__).parents[2] / "scenarios" / "providers" / "acme.yaml"
FEW = "valid,signature-missing,wrong-method,header-case"


async def checked(target: str, *words: str, secret: str = SECRET, provider: str = "entuitive") -> Finished:
    return await command("check", "-p", provider, "-t", target, "-s", secret, *words)


def mute() -> asyncio.Protocol:
    return asyncio.Protocol()


@asynccontextmanager
async def silent() -> AsyncIterator[str]:
    """An endpoint that takes connections and never answers."""
    server = await asyncio.get_running_loop().create_server(mute, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"


async def test_a_good_endpoint_gets_an_a_and_is_told_beforehand_what_comes():
    async with receiving(secret=SECRET) as receiver:
        done = await checked(receiver.url, "--only", FEW)
    assert done.code == 0
    assert done.messages.startswith(
        f"4 probes: at most 11 webhooks, 3 of them forged, as entuitive to {receiver.url}\n"
    )
    assert done.out.splitlines()[-1] == "grade A: 4 probes, 4 passed"


async def test_a_forgery_that_is_accepted_fails_the_check():
    async with receiving(secret=SECRET, invalid=None) as receiver:
        done = await checked(receiver.url, "--only", FEW)
    assert done.code == 1
    assert "FAILED      signature-missing" in done.out
    assert "found     attempt 1 (signature: missing): expected a refusal (4xx), got 200" in done.out
    assert done.out.splitlines()[-1] == "grade F: 4 probes, 3 passed, 1 failed"


@pytest.mark.parametrize("format_", ["json", "junit", "html", "sarif"])
async def test_no_format_holds_the_secret_or_a_password(format_: str):
    async with receiving(secret=SECRET) as receiver:
        target = receiver.url.replace("http://", "http://user:pass-of-user@")
        done = await checked(target, "--only", FEW, "--format", format_)
    assert done.code == 0
    assert "signature-missing" in done.out
    for hidden in (SECRET, "pass-of-user"):
        assert hidden not in done.out + done.messages


async def test_json_has_every_attempt_of_every_probe():
    async with receiving(secret=SECRET) as receiver:
        done = await checked(receiver.url, "--only", FEW, "--format", "json")
    told = json.loads(done.out)
    assert told["grade"] == "A"
    assert [(each["id"], each["status"], len(each["attempts"])) for each in told["probes"]] == [
        ("valid", "passed", 4),
        ("signature-missing", "passed", 4),
        ("header-case", "passed", 1),
        ("wrong-method", "passed", 2),
    ]


async def test_what_is_shown_plays_to_the_same_end(tmp_path: Path):
    async with receiving(secret=SECRET) as receiver:
        shown = await command("check", "-p", "entuitive", "-s", SECRET, "--show", "signature-wrong")
        file = tmp_path / "signature-wrong.yaml"
        file.write_text(shown.out)
        done = await command("play", file, "-t", receiver.url, "-s", SECRET, "--json")
    assert done.code == 0
    (run,) = done.runs
    assert [each["faults"] for each in run["attempts"]] == [["signature: wrong"], []]
    assert [each["response"]["status"] for each in run["attempts"]] == [401, 200]


async def test_where_nobody_listens_nothing_is_claimed():
    async with receiving() as receiver:
        url = receiver.url
    done = await checked(url, "--only", FEW)
    assert done.code == 3
    assert "the target cannot be reached: " in done.out
    assert done.out.splitlines()[-1] == "no grade: 4 probes, 3 skipped, 1 incomplete"


async def test_a_check_without_the_secret_says_what_it_leaves_out():
    async with receiving(secret=SECRET) as receiver:
        done = await command("check", "-p", "entuitive", "-t", receiver.url, "--only", FEW)
    assert (
        "warning: without a secret nothing is signed: 1 probe cannot be asked, and there is no grade; "
        "give --secret or WEBHOOK_EMULATOR_SECRET_ENTUITIVE\n" in done.messages
    )
    assert done.code == 1
    assert "FAILED      valid" in done.out


async def test_an_endpoint_that_takes_everything_is_not_praised_where_the_secret_is_missing():
    async with receiving(invalid=None) as receiver:
        done = await command(
            "check", "-p", "entuitive", "-t", receiver.url, "--only", "valid,signature-wrong"
        )
        left_out = await command("check", "-p", "entuitive", "-t", receiver.url, "--only", "valid")
    assert done.code == 3
    assert "incomplete: there is no secret, so nothing is signed\n  signature-wrong\n" in done.out
    assert done.out.splitlines()[-1] == "no grade: 2 probes, 1 passed, 1 incomplete"
    assert (left_out.code, left_out.out.splitlines()[-1]) == (0, "grade A: 1 probe, 1 passed")


async def test_a_provider_without_a_catalog_is_checked(tmp_path: Path):
    file = tmp_path / "bare.yaml"
    file.write_text("version: 1\nprovider: bare\nsignature: {header: X-S}\n")
    async with receiving(invalid=None) as receiver:
        probes = "valid,raw-bytes,non-ascii,reordered,tampered"
        done = await command("check", "-p", file, "-t", receiver.url, "-s", "k", "--only", probes)
        bodies = {request.body for request in receiver.received}
    assert done.out.splitlines()[-1] == "grade F: 5 probes, 4 passed, 1 failed"
    assert any("東京".encode() in body for body in bodies)
    assert any(b'"tiny": 1e-07' in body for body in bodies)


async def test_a_provider_of_ones_own_is_checked_by_its_file():
    done = await command("check", "-p", ACME, "-s", "x", "--dry-run", "--only", "valid,replay")
    assert done.code == 0
    assert done.out.splitlines()[-1].split() == ["in", "all", "4", "0", "at", "most"]


async def test_one_type_is_sent_alone():
    async with receiving(secret=SECRET) as receiver:
        done = await checked(receiver.url, "--only", "valid", "--type", "user.updated", "--format", "json")
    (probe,) = json.loads(done.out)["probes"]
    assert [each["type"] for each in probe["attempts"]] == ["user.updated"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["--only", "signatur-wrong"],
            "--only: there is no probe 'signatur-wrong'; did you mean 'signature-wrong'?",
        ),
        (["--only", ""], "--only: expected probes such as valid,duplicate, found an empty one"),
        (["--skip", "valid,nope"], "--skip: there is no probe 'nope'"),
        (["--only", "valid", "--skip", "valid"], "--skip: every probe that --only names is left out"),
        (["--show", "duplicates"], "--show: there is no probe 'duplicates'; did you mean 'duplicate'?"),
        (["--type", "user.create"], "--type: unknown event type 'user.create'"),
    ],
)
async def test_a_wrong_word_is_told_before_anything_is_sent(words: list[str], told: str):
    async with receiving() as receiver:
        done = await checked(receiver.url, *words)
        assert not receiver.received
    assert done.code == 2
    assert told in done.messages


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("format_", ["table", "json"])
async def test_an_interrupted_check_tells_what_it_found(format_: str):
    async with silent() as url, receiving(secret=SECRET) as receiver:
        words = ("check", "-p", "entuitive", "-t", url, "-s", SECRET, "--only", FEW, "--format", format_)
        async with started(*words) as process:
            assert process.stderr is not None
            await process.stderr.readline()
            assert b"valid: " in await process.stderr.readline()
            process.send_signal(signal.SIGINT)
            done = await finished(process)
    assert done.code == 130
    assert not receiver.received
    if format_ == "json":
        assert [each["status"] for each in json.loads(done.out)["probes"]] == ["incomplete"] * 4
    else:
        assert done.out.splitlines()[-1] == "no grade: 4 probes, 4 incomplete"


async def _found(url: str, longest_s: float, **profile: Any) -> list[Finding]:
    subject = Subject.of(find_profile("entuitive"), SECRET)
    laid_on = Overrides(target=url, secret=SECRET)
    asked = [(probe, scenario_of(probe, subject, laid_on, {}, None)) for probe in PROBES[:3]]
    async with open_emulator(Sending(policy=TargetPolicy.of((), allow_public=False))) as emulator:
        return [found async for found in check(emulator, asked, longest_s=longest_s)]


async def test_a_check_of_a_silent_endpoint_ends():
    async with silent() as url:
        found = await asyncio.wait_for(_found(url, longest_s=0.2), 10)
    assert [each.status for each in found] == [Status.INCOMPLETE] * 3
    assert found[0].reasons == ("the check was cut short after 0.2 s",)
