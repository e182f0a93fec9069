"""The reports of a failed test's runs, as files in the folders that were asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from emulator.errors import EmulatorError
from emulator.report.formats import format_named, parsed
from emulator.testing.client import Client
from emulator.testing.records import Run
from emulator.value import value

MOST_RUNS = 20
"""Of one test; those that did not pass come first."""

_LONGEST_NAME = 120
_UNSAFE = re.compile(r"[^A-Za-z0-9_.]+")


@value(frozen=True, slots=True)
class ReportFolder:
    """Where reports of one format go."""

    format: str
    path: Path


def report_folder(text: str, base: Path) -> ReportFolder:
    """Read FORMAT=DIR; a relative folder is one of `base`. Nothing is made yet.

    Raises ValueError where the text is none such, or no folder can be made there.
    """
    format, folder = parsed(text, "DIR", "html=webhooks")
    path = base / folder
    there = next(each for each in (path, *path.parents) if os.path.lexists(each))
    if not there.is_dir():
        raise ValueError(f"{folder} cannot be a folder: {there} is no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ValueError(f"{folder} cannot be written: permission denied in {there}")
    return ReportFolder(format, path)


def write_reports(client: Client, test: str, folders: Sequence[ReportFolder], base: Path) -> Iterator[str]:
    """Write the reports of the runs of the client's labels; a line for each file, below `base` where it is there.

    Raises ClientError where the server cannot tell of its runs.
    """
    runs = sorted(client.runs(), key=lambda run: run.passed)
    for run in islice(runs, MOST_RUNS):
        for folder in folders:
            yield _write(client, test, run, folder, base)
    if len(runs) > MOST_RUNS:
        yield f"no reports of {len(runs) - MOST_RUNS} more runs"


def _write(client: Client, test: str, run: Run, folder: ReportFolder, base: Path) -> str:
    path = folder.path / file_name(test, run.id, format_named(folder.format).suffix)
    shown = path.relative_to(base) if path.is_relative_to(base) else path
    try:
        report = client.report(run, folder.format)
        folder.path.mkdir(parents=True, exist_ok=True)
        path.write_bytes(report)
    except OSError as error:
        return f"{shown}: the report cannot be written: {error.strerror or error}"
    except EmulatorError as error:
        return f"{shown}: the report cannot be written: {error}"
    return f"report: {shown}"


def file_name(test: str, run: str, suffix: str) -> str:
    """A name for every file system: the test's, as far as it goes, and the run's id, which no other has."""
    told = _UNSAFE.sub("-", test)[:_LONGEST_NAME].strip("-.")
    return f"{told}-{run}.{suffix}"
