"""Guards the reading of an xlsx file: each part is weighed before openpyxl, which builds objects of it, may have it."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHEET_MAIN_NS

from emulator.answering.compliancely.bounds import LONGEST_CELL, MOST_ROWS, too_long, too_many_rows
from emulator.answering.compliancely.fields import Invalid

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

MOST_UNPACKED = 128 * 1024 * 1024
"""Bytes that the parts that are read may come to. A sheet counts each time that the workbook names it."""

MOST_ELEMENTS = 4_000_000
"""Elements of a part: those of 100,000 rows of ten cells, and as many again."""

MOST_TEXT = 32 * 1024 * 1024
"""Characters of a part's texts."""

MOST_CELLS = 16_384
"""Cells of a row, as in Excel."""

MOST_KEPT, MOST_KEPT_OF_TREES = 5_000_000, 1_000_000
"""What openpyxl holds at once beside texts: an element or attribute counts 16, a character of an attribute 1."""

_MOST_NAMES, _DEEPEST, _LONGEST_TAG, _LONGEST_ATTRIBUTES = 1_000, 64, 1_048_576, 8_192
"""Different names, levels, bytes of a tag, characters of its values: far beyond what a spreadsheet writes."""

_PIECE = 65_536
_ROW, _CELL, _STRING = (f"{SHEET_MAIN_NS}}}{tag}" for tag in ("row", "c", "si"))


def open_xlsx(data: bytes) -> Workbook:
    """The workbook, whose sheets are read as they are asked for.

    Raises Invalid for too much, and of everything for what is no such file.
    """
    reader = _Reader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.archive = archive = _Weighed(io.BytesIO(data))
    reader.read()
    archive.left = MOST_UNPACKED  # for the rows, which are a second reading
    return reader.wb


class _Reader(ExcelReader):
    archive: _Weighed

    def read_strings(self) -> None:
        self.archive.passing = _STRING
        super().read_strings()
        self.archive.passing = _ROW

    def read_chartsheet(self, sheet: object, rel: object) -> None:
        """Leave it out: no rows are in it."""


class _Weighed(ZipFile):
    """Gives out weighed parts only: whole those that become a tree, as a stream those that are read row by row."""

    passing = _ROW

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.left = MOST_UNPACKED
        self._known: set[tuple[str, str]] = set()

    def open(self, name: Any, *args: Any, **options: Any) -> IO[bytes]:
        if (name, self.passing) in self._known:
            self._take(self.getinfo(name).file_size)
        else:
            self._weigh(name, _Scale(MOST_KEPT, self.passing))
            self._known.add((name, self.passing))
        return super().open(name, *args, **options)

    def read(self, name: Any, *_: Any) -> bytes:
        self._weigh(name, _Scale(MOST_KEPT_OF_TREES, None))
        with super().open(name) as part:
            return part.read()

    def _weigh(self, name: str, scale: _Scale) -> None:
        if self.getinfo(name).compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise ValueError("a packing that no spreadsheet uses")
        with super().open(name) as part:
            while piece := part.read(_PIECE):
                self._take(len(piece))
                scale.add(piece)

    def _take(self, length: int) -> None:
        self.left -= length
        if self.left < 0:
            raise ValueError("a file that unpacks to too much")


class _Scale:
    """Weighs a part. What stands in a passing element, a row or a shared text, openpyxl lets go at its end."""

    def __init__(self, most_kept: int, passing: str | None) -> None:
        self._most_kept, self._passing = most_kept, passing
        self._names: dict[str, str] = {}
        self._read = self._elements = self._depth = self._text = self._length = 0
        self._kept = self._cells = self._row = self._inside = self._before = 0
        self._parser = parser = expat.ParserCreate(namespace_separator="}", intern=self._names)
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._told
        parser.StartDoctypeDeclHandler = _refuse

    def add(self, piece: bytes) -> None:
        """Weigh what follows."""
        self._read += len(piece)
        self._parser.Parse(piece)
        if len(self._names) > _MOST_NAMES or self._read - self._parser.CurrentByteIndex > _LONGEST_TAG:
            raise ValueError("too many names, or a tag that is too long")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MOST_ELEMENTS:
            raise Invalid("The file holds too many cells.")
        if self._depth > _DEEPEST or (length := sum(map(len, attributes.values()))) > _LONGEST_ATTRIBUTES:
            raise ValueError("elements that are nested too deep, or attributes that are too long")
        weight = 16 + 16 * len(attributes) + length
        if tag == self._passing:
            if self._inside:
                raise ValueError("a row in a row")
            self._inside, self._cells, self._length = self._depth, 0, 0
            if {name for name in attributes if "}" not in name} - {"r", "spans"}:
                self._kept += weight // 3  # stays as plain texts
            self._before = self._kept
            self._number(tag, attributes)
        elif tag == _CELL:
            self._cells, self._length = self._cells + 1, 0
            if self._cells > MOST_CELLS:
                raise Invalid("The file holds too many cells.")
        self._kept += weight
        if self._kept > self._most_kept:
            raise Invalid("The file holds too much beside its texts.")

    def _number(self, tag: str, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._row + 1)) if tag == _ROW else self._row + 1
        if number <= self._row:
            raise ValueError("a row out of order")
        if number > MOST_ROWS:
            raise too_many_rows() if tag == _ROW else Invalid("The file holds too much text.")
        self._row = number

    def _end(self, _: str) -> None:
        if self._inside == self._depth:
            self._kept, self._inside = self._before, 0
        self._depth -= 1

    def _told(self, data: str) -> None:
        self._text += len(data)
        self._length += len(data)
        if self._inside and self._length > LONGEST_CELL:
            raise too_long()
        if self._text > MOST_TEXT:
            raise Invalid("The file holds too much text.")


def _refuse(*_: object) -> None:
    raise ValueError("a document type, in which entities are declared")
