"""The records of a bulk file: names and TINs, sorted into regular ones, duplicates and wrong ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from emulator.answering.compliancely import fields
from emulator.answering.compliancely.bounds import Row
from emulator.answering.compliancely.fields import Invalid

MOST_RECORDS = 100_000
MOST_TEXT = 80 * MOST_RECORDS
"""Characters of all names and TINs; a right record has at most 49."""

_WORD = re.compile("[a-z]+")
_DIGITS = re.compile(r"\d{9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Record:
    """A row that holds something; `row` counts from 1 in the file."""

    row: int
    name: str
    tin: str


@dataclass(slots=True, eq=False)
class Records:
    """The records of one file, each once; with the wrong ones goes what is wrong."""

    regular: list[Record] = field(default_factory=list)
    duplicates: list[Record] = field(default_factory=list)
    wrong: list[tuple[Record, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All of them."""
        return len(self.regular) + len(self.duplicates) + len(self.wrong)


def sort_records(rows: Iterable[Row]) -> Records:
    """Raises Invalid for rows without the two columns, for none and for too many."""
    records, seen = Records(), set[tuple[str, str]]()
    length = 0
    for record in _records(rows):
        length += len(record.name) + len(record.tin)
        if length > MOST_TEXT:
            raise Invalid(
                f"The names and TINs of the file may have at most {MOST_TEXT:,} characters together."
            )
        if records.total == MOST_RECORDS:
            raise Invalid(f"The file may hold at most {MOST_RECORDS:,} records.")
        wrong = _wrong(record)
        if wrong:
            records.wrong.append((record, wrong))
        elif (record.name, record.tin) in seen:
            records.duplicates.append(record)
        else:
            seen.add((record.name, record.tin))
            records.regular.append(record)
    if not records.total:
        raise Invalid("The file holds no records.")
    return records


def _records(rows: Iterable[Row]) -> Iterator[Record]:
    filled: Iterator[tuple[int, Row]] = (
        (number, row) for number, row in enumerate(rows, 1) if any(map(str.strip, row))
    )
    first = next(filled, None)
    if first is None:
        return
    found = _by_headings(first[1])
    if found is None:
        found = _by_content(first[1])
        filled = chain([first], filled)
    name, tin = found
    for number, row in filled:
        yield Record(number, _cell(row, name), _cell(row, tin))


def _by_headings(row: Row) -> tuple[int, int] | None:
    """The columns of name and TIN: each is the one that is called so, else the first other one with that word."""
    heads = [head.strip().lower() for head in row]
    found = {word: heads.index(word) for word in ("name", "tin") if word in heads}
    for word in ("name", "tin"):
        places = (place for place, head in enumerate(heads) if word in _WORD.findall(head))
        place = next((place for place in places if place not in found.values()), None)
        if word not in found and place is not None:
            found[word] = place
    return (found["name"], found["tin"]) if len(found) == 2 else None


def _by_content(row: Row) -> tuple[int, int]:
    """The columns of name and TIN in a file without headings, from its first record."""
    tin = next((place for place, cell in enumerate(row) if _DIGITS.fullmatch(cell.strip())), None)
    name = next((place for place, cell in enumerate(row) if cell.strip() and place != tin), None)
    if tin is None or name is None:
        raise Invalid("The file must have the columns name and tin.")
    return name, tin


def _cell(row: Row, place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _wrong(record: Record) -> str:
    if fields.is_record(record.name, record.tin):
        return ""
    told = []
    for head, field_of, value in (("name", fields.name, record.name), ("tin", fields.tin, record.tin)):
        try:
            field_of(value)
        except Invalid as invalid:
            told += [f"{head}: {text}" for text in invalid.detail]
    return " ".join(told)
