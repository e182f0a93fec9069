"""The rows of an uploaded file: csv, xlsx or xls, as texts. No more is read than a file may hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from emulator.answering.compliancely.bounds import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Row,
    too_long,
    too_many_rows,
)
from emulator.answering.compliancely.fields import Invalid, Upload
from emulator.answering.compliancely.xlsx import read_xlsx

EXTENSIONS = ("csv", "xlsx", "xls")


def extension(name: str) -> str:
    """What stands after the last dot, in lower case; empty without a dot."""
    _, dot, last = name.rpartition(".")
    return last.lower() if dot else ""


def read_rows(file: Upload) -> Iterator[Row]:
    """The rows, blank ones included. Raises Invalid, also on the way.

    That is for a file that is not what its name says, and for one that holds too much.
    """
    kind = extension(file.name)
    if kind not in EXTENSIONS:
        allowed = ", ".join(EXTENSIONS)
        raise Invalid(f"File extension “{kind}” is not allowed. Allowed extensions are: {allowed}.")
    try:
        yield from _bounded(_READERS[kind](file.data))
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 - the libraries raise of everything on bytes that are no such file
        raise Invalid(f"The file could not be read as {kind}.") from None


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            raise too_many_rows()
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise too_long()
        yield row


def _csv(data: bytes) -> Iterator[Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    for row in csv.reader(io.StringIO(text, newline="")):
        yield row[:MOST_COLUMNS]


def _xls(data: bytes) -> Iterator[Row]:
    import xlrd  # noqa: PLC0415 - few runs need it

    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True)
    sheet = book.sheet_by_index(0)
    for number in range(sheet.nrows):
        yield [_text(cell) for cell in sheet.row_values(number, 0, MOST_COLUMNS)]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


_READERS: dict[str, Callable[[bytes], Iterator[Row]]] = {"csv": _csv, "xlsx": read_xlsx, "xls": _xls}
