"""How much of an uploaded file is read. What is beyond is refused, so that no small file grows large in memory."""

from __future__ import annotations

from emulator.answering.compliancely.fields import Invalid

MOST_ROWS = 1_048_576
"""Those of the largest sheet, blank ones included."""

MOST_COLUMNS = 64
"""Columns beyond are not looked at."""

LONGEST_CELL = 32_767
"""Characters, as in Excel."""

Row = list[str]


def too_many_rows() -> Invalid:
    """What is wrong with such a file."""
    return Invalid(f"The file may have at most {MOST_ROWS:,} rows, blank ones included.")


def too_long() -> Invalid:
    """What is wrong with a file that has such a cell."""
    return Invalid(f"A cell of the file may hold at most {LONGEST_CELL:,} characters.")
