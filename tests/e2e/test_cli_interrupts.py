"""Signals to the real command: at any moment, one or several, it ends with 130, and what it prints is whole."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answers
from emulator.receiver.server import Receiver
from tests.helpers.command import environment, finished, started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")

ENDING = (signal.SIGINT, signal.SIGTERM)
EARLY = """
import os, sys
from emulator.cli import main

class Interrupting:
    def find_spec(self, name, *_):
        if name == "click":
            for number in map(int, sys.argv.pop().split(",")):
                os.kill(os.getpid(), number)

sys.meta_path.insert(0, Interrupting())
sys.exit(main())
"""


LATE = """
import atexit, os, sys
from emulator.cli import main

number = int(sys.argv.pop())
atexit.register(lambda: os.kill(os.getpid(), number))  # comes after what main registers
sys.exit(main())
"""


def written(folder: Path, *events: dict[str, Any], **more: Any) -> Path:
    path = folder / "scenario.yaml"
    head = {"version": 1, "provider": "entuitive", "secret": "demo-secret", "events": list(events)}
    path.write_text(json.dumps(head | more))
    return path


async def interrupted_twice(path: Path, chance: random.Random) -> list[str]:
    """Play until a webhook came, then send two signals a moment apart; what is wrong with its end."""
    came = asyncio.Event()
    replies = Replies(parse_answers("503"))
    endpoint = Receiver(find_profile("entuitive"), "demo-secret", replies, observe=lambda _: came.set())
    async with endpoint, started("play", path, "--target", endpoint.url, "--json", "-q") as process:
        await came.wait()
        process.send_signal(chance.choice(ENDING))
        await asyncio.sleep(chance.uniform(0, 0.005))  # what is tried here is how far apart they are
        if process.returncode is None:
            process.send_signal(chance.choice(ENDING))
        async with asyncio.timeout(60):
            done = await finished(process)
    states = [run["run"]["state"] for run in done.runs]
    told = [line for line in done.messages.splitlines() if not line.startswith(("interrupted", "warning"))]
    return [] if (done.code, states, told) == (130, ["cancelled"], []) else [str(done)]


async def test_two_signals_a_moment_apart_end_it_with_130_and_whole_json(tmp_path: Path) -> None:
    repeated = {"type": "user.created", "repeat": {"times": 100, "every": "3ms"}}
    path = written(tmp_path, repeated, {"name": "never", "type": "user.updated", "at": "1h"}, speed="real")
    chance = random.Random()
    for _ in range(3):
        ends = await asyncio.gather(*(interrupted_twice(path, chance) for _ in range(6)))
        assert [wrong for end in ends for wrong in end] == []


async def test_what_is_being_printed_is_printed_to_its_end(tmp_path: Path) -> None:
    path = written(tmp_path, {"type": "user.created", "repeat": {"times": 1500, "every": "1s"}})
    async with Receiver(find_profile("entuitive"), "demo-secret") as endpoint:
        words = ["play", str(path), "--target", endpoint.url, "--json"]
        process = await asyncio.to_thread(begun, words)
    with process:
        assert process.stdout is not None
        for _ in range(2):
            process.send_signal(signal.SIGINT)
        rest = await asyncio.to_thread(process.stdout.read)
    assert process.returncode == 130
    assert len(json.loads(b"{" + rest)["attempts"]) == 1500


def begun(words: list[str]) -> subprocess.Popen[bytes]:
    """The command when it has begun to print, with far more to come than a pipe holds."""
    command = [sys.executable, "-m", "emulator", *words]
    process = subprocess.Popen(
        command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0
    )
    assert process.stdout is not None
    assert process.stdout.read(1) == b"{"
    return process


@pytest.mark.parametrize("numbers", [[2], [15], [2, 2], [15, 2]], ids=str)
def test_signals_while_it_starts_end_it_without_a_traceback(numbers: list[int]) -> None:
    command = [sys.executable, "-c", EARLY, "providers", ",".join(map(str, numbers))]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"interrupted\n")


async def test_a_manual_run_ends_while_its_input_is_waited_for(tmp_path: Path) -> None:
    path = written(tmp_path, {"type": "user.created", "at": "1s"}, speed="manual")
    async with started("play", path, "--target", "http://127.0.0.1:9", "--json") as process:
        assert process.stderr is not None
        while not (await process.stderr.readline()).startswith(b"manual: Enter steps"):
            pass
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(60):
            code = await process.wait()  # with the input still open
        assert (code, await process.stderr.read()) == (130, b"")


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_while_the_process_goes_leaves_the_code_as_it_is(number: int) -> None:
    words = ["sign", "-p", "entuitive", "-s", "x", "--check", "00", os.devnull]
    command = [sys.executable, "-c", LATE, *words, str(int(number))]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
