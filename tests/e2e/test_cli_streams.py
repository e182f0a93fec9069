"""The real command with streams that are closed, full, or no text."""

from __future__ import annotations

import asyncio
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.provider.registry import find_profile
from emulator.receiver.server import Receiver
from tests.helpers.command import command, environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the shell's redirections")

EMULATOR = f"{shlex.quote(sys.executable)} -m emulator"


def shell(line: str, **options) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell, in which EMULATOR is the command."""
    return subprocess.run(
        ["/bin/sh", "-c", line.replace("EMULATOR", EMULATOR, 1)],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        **options,
    )


def scenario(folder: Path, target: str, **more: str) -> str:
    path = folder / "scenario.yaml"
    head = {"version": 1, "provider": "entuitive", "secret": "demo-secret", "target": target}
    path.write_text(json.dumps(head | more | {"events": [{"type": "user.created"}] * 3}))
    return shlex.quote(str(path))


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "verb", ["--version", "providers", "validate entuitive/burst", "sign -p entuitive -s x"]
)
def test_a_closed_stream_is_an_empty_one(verb: str, closed: str):
    done = shell(f"EMULATOR {verb} {closed}", stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) == (">&-" not in closed.replace("2>&-", ""))


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("speed", ["instant", "manual"])
async def test_play_with_closed_streams_plays_and_writes_nowhere_else(
    tmp_path: Path, closed: str, speed: str
):
    async with Receiver(find_profile("entuitive"), "demo-secret") as endpoint:
        path = scenario(tmp_path, endpoint.url, speed=speed)
        done = await asyncio.to_thread(
            shell, f"EMULATOR play {path} --json {closed}", stdin=subprocess.DEVNULL
        )
        assert done.returncode == 0
        assert len(endpoint.received) == 3
    assert all(len(json.loads(line)["attempts"]) == 3 for line in done.stdout.splitlines())


async def test_what_is_typed_for_a_manual_run_may_be_any_bytes(tmp_path: Path):
    async with Receiver(find_profile("entuitive"), "demo-secret") as endpoint:
        path = shlex.split(scenario(tmp_path, endpoint.url, speed="manual"))[0]
        done = await command("play", path, "--json", stdin=b"\xff\n\xfe\n\xff")
    assert done.code == 0
    assert "Traceback" not in done.messages


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "verb", ["--version", "providers", "schema", "sign -p entuitive -s x", "validate entuitive/burst"]
)
def test_output_that_cannot_be_written_is_incomplete(verb: str):
    done = shell(f"EMULATOR {verb} >/dev/full", stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (3, "the output cannot be written: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("verb", ["providers", "validate nowhere.yaml", "sgin"])
def test_nor_is_it_a_pass_or_a_failure_where_nothing_can_be_told(verb: str):
    done = shell(f"EMULATOR {verb} >/dev/full 2>&1", stdin=subprocess.DEVNULL)
    assert done.returncode == 3


SMALL_FILES = """
import resource, sys
from emulator.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (400 << 10, 400 << 10))
sys.exit(main())
"""


async def test_a_run_that_cannot_be_recorded_any_further_is_told_and_the_next_one_played(tmp_path: Path):
    head = {"version": 1, "provider": "entuitive", "secret": "demo-secret"}
    for name, times in (("big", 600), ("little", 1)):
        event = {"type": "user.created", "repeat": {"times": times, "every": "1s"}}
        (tmp_path / f"{name}.yaml").write_text(json.dumps(head | {"events": [event]}))
    async with Receiver(find_profile("entuitive"), "demo-secret") as endpoint:
        words = ["play", tmp_path / "big.yaml", tmp_path / "little.yaml", "-t", endpoint.url]
        run = shlex.join([sys.executable, "-c", SMALL_FILES, *map(str, words)])
        as_json = await asyncio.to_thread(shell, f"{run} --json")
        as_table = await asyncio.to_thread(shell, run)
    assert (as_json.returncode, as_table.returncode) == (3, 3)
    assert as_json.stderr.startswith(
        "big: the journal failed: the temporary journal cannot record any more: "
    )
    assert len(as_json.stderr.splitlines()) == 1
    big, little = map(json.loads, as_json.stdout.splitlines())
    assert list(big) == ["run"]
    assert (big["run"]["state"], big["run"]["verdict"]) == ("error", "incomplete")
    assert big["run"]["counts"]["attempts"] > 0
    assert "cannot record any more" in big["run"]["error"]
    assert (little["run"]["verdict"], len(little["attempts"])) == ("passed", 1)
    assert as_table.stdout.startswith("incomplete (the temporary journal cannot record any more")
    assert "passed: 1 delivery" in as_table.stdout
