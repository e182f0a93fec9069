"""Plays both providers against the bundled receivers: a short outage, then one that outlasts the whole schedule.

Everything here is the real command line: a `listen` stands in for the application, on a free port, and `play` sends to
it. A scenario states what it expects, so exhausted deliveries pass where they are expected. Exits with 1 as soon as
something is not as expected.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SECRET = "demo-secret"  # noqa: S105 - the shipped scenarios' default


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A provider, what its endpoint answers, one after the other, and what there is to see."""

    provider: str
    answers: str
    shows: str


SCENARIOS = ("refused-then-accepted", "exhausted")
ACTS = (
    Act(
        provider="entuitive",
        answers="503,503,503,200,503",
        shows="""\
Entuitive retries at 10, 20, 30 and 130 s, and accepts nothing but 200.
First a short outage, then a long one, after which it sends an e-mail.""",
    ),
    Act(
        provider="compliancely",
        answers="503,503,200,500,502,503",
        shows="""\
Compliancely retries at 180 and 540 s, and accepts any 2xx.
First a short outage, then a long one, after which nothing follows.""",
    ),
)


class Unexpected(Exception):
    """Something is not as the demonstration expects."""


def main() -> int:
    """Play all acts; 0 when all was as expected."""
    began = time.monotonic()
    try:
        for act in ACTS:
            play(act)
    except Unexpected as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    took = time.monotonic() - began
    print(f"All scenarios passed: 20 emulated minutes of webhooks and retries took {took:.1f} s.")
    return 0


def play(act: Act) -> None:
    """Play a provider's scenarios against a receiver, and show both sides."""
    print(f"{act.shows}\n")
    listen = ["listen", "--provider", act.provider, "--secret", SECRET, "--respond", act.answers]
    with receiver(listen) as (url, process):
        told = run(["play", *(f"{act.provider}/{name}" for name in SCENARIOS), "--target", url])
        process.terminate()
        seen, _ = process.communicate()
    print("\nWhat the endpoint saw:")
    print("".join(f"  {line}\n" for line in seen.splitlines()))
    if told:
        raise Unexpected(f"play exited with {told}")


@contextmanager
def receiver(words: list[str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A `listen` with its URL, ended with the block."""
    show(words)
    with subprocess.Popen(
        command([*words, "--port", "0"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            ready = process.stderr.readline() if process.stderr else ""
            if not ready.startswith("listening on http://"):
                raise Unexpected(f"listen did not start: {ready.strip()}")
            yield ready.split()[2], process
        finally:
            process.terminate()


def run(words: list[str]) -> int:
    """Run a command in the open; its exit code."""
    show(words)
    print(flush=True)
    return subprocess.run(command([*words, "--quiet"]), check=False).returncode


def show(words: list[str]) -> None:
    """Print a command as one would type it, within 80 columns."""
    line = " ".join(["$ webhook-emulator", *words])
    print(" \\\n    ".join(textwrap.wrap(line, 76, break_long_words=False, break_on_hyphens=False)))


def command(words: list[str]) -> list[str]:
    """The command line of this very Python's emulator."""
    return [sys.executable, "-m", "emulator", *words]


if __name__ == "__main__":
    sys.exit(main())
