"""Samples in processes of their own, taken in turn, so that what the machine does meanwhile falls on both sides."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Pairs:
    """What both sides took, pair by pair, in the same unit."""

    ours: Sequence[float]
    yardstick: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        """Ours over the yardstick's, of each pair."""
        return [ours / bare for ours, bare in zip(self.ours, self.yardstick, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)


def in_turn(ours: Callable[[], float], yardstick: Callable[[], float], *, count: int) -> Pairs:
    """Measure A B A B …, as many pairs as asked for."""
    taken = [(ours(), yardstick()) for _ in range(count)]
    return Pairs([each for each, _ in taken], [each for _, each in taken])


def sample(job: str, **options: Any) -> dict[str, Any]:
    """What a job of `side` took, such as `engine.deliver`."""
    command = [sys.executable, "-m", "tests.bench.side", job, json.dumps(options)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def process_cpu_s(arguments: Sequence[str], *, times: int) -> float:
    """The CPU seconds of a whole Python process, from start to exit: the mean of some in a row."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(times):
        subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) / times


def imports(arguments: Sequence[str], package: str) -> bool:
    """Whether a Python process imports a package."""
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return any(line.split("|")[-1].strip() == package for line in done.stderr.splitlines())


def quantile(values: Sequence[float], share: float) -> float:
    """The value that such a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
