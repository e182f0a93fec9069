"""The rows of the first sheet of an xlsx file, as they stand in it. A date stays the number that is written there."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator, Mapping
from string import ascii_uppercase
from typing import Protocol
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from emulator.answering.compliancely.bounds import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Row,
    too_long,
    too_many_rows,
)
from emulator.answering.compliancely.fields import Invalid

MOST_UNPACKED = 128 * 1024 * 1024
"""Bytes that the parts of a file may come to."""

MOST_ELEMENTS = 4_000_000
"""Elements of a part: those of 100,000 rows of ten cells, and as many again."""

MOST_TEXT = 32 * 1024 * 1024
"""Characters of a part's cells together."""

_MOST_NAMES, _DEEPEST, _LONGEST_TAG = 1_000, 64, 1_048_576
"""Different names, levels, and bytes of a tag: far beyond what a spreadsheet writes."""

_PIECE = 65_536
_LETTERS = (*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase))
_PLACES = {letters: place for place, letters in enumerate(_LETTERS[:MOST_COLUMNS])}


def read_xlsx(data: bytes) -> Iterator[Row]:
    """The rows, blank ones included. Raises Invalid for too much, and of everything for what is no such file."""
    with ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise ValueError("a file that unpacks to too much")
        (book,) = (path for kind, path in _related(parts, "").values() if kind == "officeDocument")
        related = _related(parts, book)
        strings = _Strings()
        for path in [path for kind, path in related.values() if kind == "sharedStrings"]:
            for _ in _parse(parts, path, strings):
                pass
        ids = [attributes["id"] for attributes in _elements(parts, book, "sheet")]
        sheets = [path for kind, path in (related[id] for id in ids) if kind == "worksheet"]
        yield from _rows(parts, sheets[0], strings.found)


def _rows(parts: ZipFile, path: str, strings: list[str]) -> Iterator[Row]:
    sheet, last = _Sheet(strings), 0
    for _ in _parse(parts, path, sheet):
        for number, row in sheet.rows:
            if number <= last:
                raise ValueError("a row out of order")
            for _ in range(last + 1, number):
                yield []
            yield row
            last = number
        sheet.rows.clear()
        if sheet.over:
            return


def _related(parts: ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """What a part refers to, by id: the kind and the path."""
    folder, name = posixpath.split(path)
    return {
        each["Id"]: (
            each["Type"].rpartition("/")[2],
            posixpath.normpath(posixpath.join(folder, each["Target"])).lstrip("/"),
        )
        for each in _elements(parts, posixpath.join(folder, "_rels", f"{name}.rels"), "Relationship")
    }


def _elements(parts: ZipFile, path: str, tag: str) -> list[dict[str, str]]:
    """The attributes of the elements of that name."""
    found = _Found(tag)
    for _ in _parse(parts, path, found):
        pass
    return found.found


class _Heard(Protocol):
    """What hears the elements of a part. Names come without prefix."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, data: str) -> None: ...


def _parse(parts: ZipFile, path: str, heard: _Heard) -> Iterator[None]:
    """Tell a part, piece by piece. Raises of everything for what no spreadsheet writes, entities among it."""
    names: dict[str, str] = {}
    parser = expat.ParserCreate(intern=names)
    count = depth = read = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if count > MOST_ELEMENTS:
            raise Invalid("The file holds too many cells.")
        if depth > _DEEPEST:
            raise ValueError("elements that are nested too deep")
        heard.start(tag.rpartition(":")[2], attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        heard.end(tag.rpartition(":")[2])

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = heard.text
    parser.StartDoctypeDeclHandler = _refuse
    if parts.getinfo(path).compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise ValueError("a packing that no spreadsheet uses")
    with parts.open(path) as part:
        while piece := part.read(_PIECE):
            read += len(piece)
            parser.Parse(piece)
            if len(names) > _MOST_NAMES or read - parser.CurrentByteIndex > _LONGEST_TAG:
                raise ValueError("too many names, or a tag that is too long")
            yield
    parser.Parse(b"", True)  # noqa: FBT003 - expat takes it by position
    yield


def _refuse(*_: object) -> None:
    raise ValueError("a document type, in which entities are declared")


class _Found:
    """Collects the attributes of the elements of one name."""

    def __init__(self, tag: str) -> None:
        self.found: list[dict[str, str]] = []
        self._tag = tag

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == self._tag:
            self.found.append({name.rpartition(":")[2]: value for name, value in attributes.items()})

    def end(self, tag: str) -> None:
        pass

    def text(self, data: str) -> None:
        pass


class _Texts:
    """Collects a text from its runs, without how it is pronounced."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = self._total = 0
        self._listens = self._pronounced = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in {"t", "v"}:
            self._listens = not self._pronounced
        elif tag == "rPh":
            self._pronounced = True

    def end(self, tag: str) -> None:
        if tag in {"t", "v"}:
            self._listens = False
        elif tag == "rPh":
            self._pronounced = False

    def text(self, data: str) -> None:
        if not self._listens:
            return
        self._length += len(data)
        self._total += len(data)
        if self._length > LONGEST_CELL:
            raise too_long()
        if self._total > MOST_TEXT:
            raise Invalid("The file holds too much text.")
        self._pieces.append(data)

    def _taken(self) -> str:
        text = "".join(self._pieces).strip()
        self._pieces, self._length = [], 0
        return text


class _Strings(_Texts):
    """The texts that cells share."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def end(self, tag: str) -> None:
        super().end(tag)
        if tag == "si":
            self.found.append(self._taken())


class _Sheet(_Texts):
    """The rows that were told, by number, until they are taken away."""

    def __init__(self, strings: list[str]) -> None:
        super().__init__()
        self.rows: list[tuple[int, Row]] = []
        self.over = False
        self._strings = strings
        self._row: Row = []
        self._number, self._place, self._kind = 0, -1, "n"

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            self._kind = attributes.get("t", "n")
            told = attributes.get("r")
            place = self._place + 1 if told is None else _PLACES.get(told.rstrip("0123456789"), MOST_COLUMNS)
            self._place = place
        elif tag == "row":
            self._number = int(attributes.get("r", self._number + 1))
            if self._number > MOST_ROWS:
                raise too_many_rows()
            self._row, self._place = [], -1
        else:
            super().start(tag, attributes)

    def end(self, tag: str) -> None:
        if tag == "c":
            text = self._taken()
            if text and self._place < MOST_COLUMNS:
                self._row += [""] * (self._place + 1 - len(self._row))
                self._row[self._place] = self._shown(text)
        elif tag == "row" and not self.over:
            self.rows.append((self._number, self._row))
        elif tag == "sheetData":
            self.over = True
        else:
            super().end(tag)

    def _shown(self, text: str) -> str:
        match self._kind:
            case "s":
                return self._strings[int(text)]
            case "b":
                return str(text == "1")
            case "n":
                return _number(text)
            case _:
                return text


def _number(text: str) -> str:
    """A number without a fraction that is none: Excel may write 900000006 as 9.00000006E8."""
    if not set(".eE").intersection(text):
        return str(int(text))
    number = float(text)
    return str(int(number) if number.is_integer() else number)
