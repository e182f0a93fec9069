"""Other people's programs as receivers: started, waited for, and ended by their own process id."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

START_LIMIT_S = 30
END_LIMIT_S = 10


class NotReady(Exception):
    """A program ended, or said nothing, before it was ready. The text holds what it said."""


@contextmanager
def running(command: Sequence[str], settings: Mapping[str, str], ready: str) -> Iterator[re.Match[str]]:
    """The line with which the program says that it is ready; it runs until the block ends.

    `settings` come on top of our environment. Raises NotReady.
    """
    environment = os.environ | settings
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    said: list[str] = []
    found: queue.Queue[re.Match[str] | None] = queue.Queue()
    reader = threading.Thread(
        target=_read, args=(process, ready, said, found), name=f"output of {command[0]}"
    )
    reader.start()
    try:
        yield _wait(command, said, found)
    finally:
        _end(process)
        reader.join()
        if process.stdout:
            process.stdout.close()


def _read(
    process: subprocess.Popen[str], ready: str, said: list[str], found: queue.Queue[re.Match[str] | None]
) -> None:
    for line in process.stdout or ():
        said.append(line)
        match = re.search(ready, line)
        if match:
            found.put(match)
    found.put(None)


def _wait(command: Sequence[str], said: list[str], found: queue.Queue[re.Match[str] | None]) -> re.Match[str]:
    try:
        match = found.get(timeout=START_LIMIT_S)
    except queue.Empty:
        match = None
    if match is None:
        raise NotReady(f"{command[0]} is not ready; it said:\n{''.join(said)}")
    return match


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
