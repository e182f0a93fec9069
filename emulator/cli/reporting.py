"""The files that `--report FORMAT=FILE` asks for.

What is told of each run is written at its end into a file without a name, since its journal does not last. In the end
that becomes the report, whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TextIO

import click

from emulator.cli.output import note
from emulator.errors import InvalidInput, JournalError, Problem, RecordsGoneError
from emulator.journal.seam import Journal, Page
from emulator.record import RunRecord
from emulator.report.formats import NAMES, Format, format_named, parsed, whole_items

_PIECE = 1 << 20


def report_option(command: Any) -> Any:
    """`--report`, any number of them."""
    told = f"Write a report as well; FORMAT is {', '.join(NAMES[:-1])} or {NAMES[-1]}. May be repeated."
    return click.option("--report", "reports", multiple=True, metavar="FORMAT=FILE", help=told)(command)


@contextmanager
def reporting(given: Sequence[str], played: Sequence[str] = ()) -> Iterator[Reports]:
    """The reports that were asked for, which are written when the block ends, however it ends.

    `played` are the paths of the scenario files, over which none is written. Raises InvalidInput, before anything is
    done, for those that cannot be written.
    """
    with contextlib.ExitStack() as stack:
        reports = Reports([stack.enter_context(_Report.open(*each)) for each in _parsed(given, played)])
        try:
            yield reports
        finally:
            reports.finish()


class Reports:
    """Takes runs as they end. `failed` tells that one of the files could not be written."""

    def __init__(self, reports: Sequence[_Report]) -> None:
        self._reports = reports
        self._runs: list[RunRecord] = []
        self.failed = False

    async def add(self, journal: Journal, run: RunRecord) -> None:
        """Take a run that has ended. Where its records cannot be read, its own record tells why."""
        self._runs.append(run)
        for each in self._reports:
            with self._noted(each):
                await each.add(journal, run)

    async def add_alone(self, run: RunRecord) -> None:
        """Take a run of which there are no records."""
        self._runs.append(run)
        for each in self._reports:
            with self._noted(each):
                await each.add_alone(run)

    def finish(self) -> None:
        """Write the files."""
        for each in self._reports:
            with self._noted(each):
                each.finish(self._runs)

    @contextmanager
    def _noted(self, report: _Report) -> Iterator[None]:
        try:
            yield
        except (OSError, RecordsGoneError) as error:
            if not report.broken:
                reason = error.strerror if isinstance(error, OSError) else None
                note(f"{report.path}: the report cannot be written: {reason or error}")
            report.broken = self.failed = True


class _Report:
    """One file to be."""

    def __init__(self, format: Format, path: Path, parts: TextIO) -> None:
        self.path = path
        self.broken = False
        self._format = format
        self._parts = parts

    @classmethod
    @contextmanager
    def open(cls, format: Format, path: Path) -> Iterator[_Report]:
        with TemporaryFile("w+", encoding="utf-8", errors="backslashreplace", newline="") as parts:
            yield cls(format, path, parts)

    async def add(self, journal: Journal, run: RunRecord) -> None:
        """Write what is told of a run. Raises OSError, and RecordsGoneError where its records went meanwhile."""
        if self.broken:
            return
        begun = self._parts.tell()
        try:
            await self._write(whole_items(self._format, journal, run))
        except RecordsGoneError:
            raise
        except JournalError:
            self._parts.seek(begun)
            self._parts.truncate()
            await self._write(self._format.items(_NOTHING, run))

    async def add_alone(self, run: RunRecord) -> None:
        """Write a run of which there are no records. Raises OSError."""
        if not self.broken:
            await self._write(self._format.items(_NOTHING, run))

    async def _write(self, items: AsyncIterator[str]) -> None:
        async for item in items:
            self._parts.write((self._format.separator if self._parts.tell() else "") + item)

    def finish(self, runs: Sequence[RunRecord]) -> None:
        """Put the report where it belongs. Raises OSError."""
        if self.broken:
            return
        self._parts.seek(0)
        draft = _draft(self.path)
        try:
            with draft.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                file.write(self._format.opening(runs))
                while piece := self._parts.read(_PIECE):
                    file.write(piece)
                file.write(self._format.closing)
            draft.replace(self.path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


class _Nothing:
    """A journal without records."""

    def __getattr__(self, name: str) -> Any:
        async def read(*_: object) -> Any:
            return {} if name == "explanations" else Page([], None)

        return read


_NOTHING: Any = _Nothing()


def _parsed(given: Sequence[str], played: Sequence[str]) -> list[tuple[Format, Path]]:
    scenarios = {os.path.realpath(path) for path in played}
    found: dict[Path, Format] = {}
    problems: list[Problem] = []
    for text in given:
        try:
            format, path = _one(text)
        except ValueError as error:
            problems.append(Problem(message=str(error), key="--report"))
            continue
        if str(path) in scenarios:
            told = f"{path} is a scenario that is played; a report would be written over it"
            problems.append(Problem(message=told, key="--report"))
        if path in found:
            told = f"{path} is given twice; each report needs a file of its own"
            problems.append(Problem(message=told, key="--report"))
        found[path] = format
    if problems:
        raise InvalidInput(problems)
    return [(format, path) for path, format in found.items()]


def _one(text: str) -> tuple[Format, Path]:
    name, file = parsed(text, "FILE", "junit=report.xml")
    path = Path(os.path.realpath(file))
    if path.is_symlink():
        raise ValueError(f"{file} is a link that leads to itself; a report needs a file")
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "no regular file"
        raise ValueError(f"{file} is {what}; a report needs a file")
    try:
        draft = _draft(path)
        draft.touch(exist_ok=False)
        draft.unlink()
    except OSError as error:
        raise ValueError(f"{file} cannot be written: {error.strerror or error}") from None
    return format_named(name), path


def _draft(path: Path) -> Path:
    """Where a report is written until it is whole: in the same folder, and hidden."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")
