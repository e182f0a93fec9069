"""The rows of an uploaded file: csv, xlsx or xls, as texts. No more is read than a file may hold."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from zipfile import ZipFile

from emulator.answering.compliancely.fields import Invalid, Upload

EXTENSIONS = ("csv", "xlsx", "xls")
MOST_ROWS, MOST_COLUMNS = 1_048_576, 64
"""Rows are those of the largest sheet; columns beyond are not looked at."""

MOST_UNPACKED = 128 * 1024 * 1024
"""Bytes that the parts of an xlsx file may come to."""

Row = list[str]


def extension(name: str) -> str:
    """What stands after the last dot, in lower case; empty without a dot."""
    _, dot, last = name.rpartition(".")
    return last.lower() if dot else ""


def read_rows(file: Upload) -> Iterator[Row]:
    """The rows, blank ones included. Raises Invalid, also on the way, for a file that is not what its name says."""
    kind = extension(file.name)
    if kind not in EXTENSIONS:
        allowed = ", ".join(EXTENSIONS)
        raise Invalid(f"File extension “{kind}” is not allowed. Allowed extensions are: {allowed}.")
    try:
        yield from _READERS[kind](file.data)
    except Exception:  # noqa: BLE001 - the libraries raise of everything on bytes that are no such file
        raise Invalid(f"The file could not be read as {kind}.") from None


def _csv(data: bytes) -> Iterator[Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    yield from csv.reader(io.StringIO(text, newline=""))


def _xlsx(data: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook  # noqa: PLC0415 - takes long to import, and few runs need it

    with ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise ValueError("a file that unpacks to too much")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which hold no values
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True):
            yield [] if row.count(None) == len(row) else [_text(cell) for cell in row]


def _xls(data: bytes) -> Iterator[Row]:
    import xlrd  # noqa: PLC0415 - few runs need it

    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True)
    sheet = book.sheet_by_index(0)
    for number in range(sheet.nrows):
        yield [_text(cell) for cell in sheet.row_values(number, 0, MOST_COLUMNS)]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


_READERS: dict[str, Callable[[bytes], Iterator[Row]]] = {"csv": _csv, "xlsx": _xlsx, "xls": _xls}
