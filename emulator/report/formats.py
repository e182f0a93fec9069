"""The formats of reports: what each is called, and how it is written piece by piece.

A report is its opening, the items of each run with a separator in between, and its closing. Whoever plays several
scenarios writes the opening last, since it tells of all of them. What a format needs is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from emulator.errors import RecordsGoneError
from emulator.journal.seam import Journal
from emulator.record import RunRecord
from emulator.value import value

NAMES = ("junit", "har", "jsonl", "html")


@value(frozen=True, slots=True, kw_only=True)
class Format:
    """How reports of one format are written. `policy` is the Content-Security-Policy of one that a browser shows."""

    media_type: str
    suffix: str
    opening: Callable[[Sequence[RunRecord]], str]
    items: Callable[[Journal, RunRecord], AsyncIterator[str]]
    separator: str = ""
    closing: str = ""
    policy: str | None = None


def format_named(name: str) -> Format:
    """One of NAMES. Raises KeyError for another."""
    return _FORMATS[name]()


def parsed(text: str, place: str, example: str) -> tuple[str, str]:
    """The format and the place of `FORMAT=FILE`, or of whatever `place` is called. Raises ValueError."""
    name, equals, where = text.partition("=")
    if name not in NAMES or not equals or not where:
        wanted = f"FORMAT={place} with the format {', '.join(NAMES[:-1])} or {NAMES[-1]}"
        raise ValueError(f"expected {wanted}, such as {example}, found {text[:60]!r}")
    return name, where


async def report(format: Format, journal: Journal, *runs: RunRecord) -> AsyncIterator[str]:
    """A whole report of runs as they stand, piece by piece.

    Raises JournalError where the records cannot be read any further, RecordsGoneError where they went meanwhile.
    """
    yield format.opening(runs)
    lead = ""
    for run in runs:
        async for item in whole_items(format, journal, run):
            yield lead + item
            lead = format.separator
    yield format.closing


async def whole_items(format: Format, journal: Journal, run: RunRecord) -> AsyncIterator[str]:
    """The items of a run, all of them. Raises as `report` does, at the latest when the last item was given.

    Lists of records that went are merely empty, so what was read is whole only if the run is still there behind it.
    """
    async for item in format.items(journal, run):
        yield item
    if await journal.run(run.id) is None or await journal.evicted(run.id):
        raise RecordsGoneError(f"the records of {run.id} went while its report was written")


# ruff: noqa: PLC0415 - a server starts without what writes reports


def _junit() -> Format:
    from emulator.report import junit

    return Format(
        media_type="application/xml",
        suffix="xml",
        opening=junit.opening,
        items=junit.suites,
        closing=junit.CLOSING,
    )


def _har() -> Format:
    from emulator.report import har

    return Format(
        media_type="application/json",
        suffix="har",
        opening=har.opening,
        items=har.entries,
        separator=har.SEPARATOR,
        closing=har.CLOSING,
    )


def _jsonl() -> Format:
    from emulator.report import jsonl

    return Format(media_type="application/x-ndjson", suffix="jsonl", opening=lambda _: "", items=jsonl.lines)


def _html() -> Format:
    from emulator.report import html

    return Format(
        media_type="text/html",
        suffix="html",
        opening=html.opening,
        items=html.sections,
        closing=html.CLOSING,
        policy=html.POLICY,
    )


_FORMATS: dict[str, Callable[[], Format]] = {"junit": _junit, "har": _har, "jsonl": _jsonl, "html": _html}
