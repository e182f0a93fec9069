"""A run's document stays JSON, also where the journal cannot be read to its end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.errors import JournalError
from emulator.journal.seam import Page
from emulator.record import Counts, RunRecord, RunState
from emulator.report.document import run_document

RUN = RunRecord(
    id="run_1",
    scenario="s",
    state=RunState.SETTLED,
    speed="instant",
    seed=1,
    start=0,
    now=0,
    clock_state="ready",
    counts=Counts(),
    started_wall=0,
)


class Unread:
    """Empty, and at some list unreadable."""

    def __init__(self, damaged: str = "") -> None:
        self.damaged = damaged

    def __getattr__(self, name: str) -> Any:
        async def read(*_: object):
            if name == self.damaged:
                raise JournalError("damaged")
            return Page([], None)

        return read


def unread(damaged: str = "") -> Any:
    return Unread(damaged)


async def test_a_run_with_all_its_records():
    text = "".join([piece async for piece in run_document(unread(), RUN)])
    assert text.endswith("}\n")
    assert json.loads(text) == {"run": RUN.to_json(), "deliveries": [], "attempts": [], "notifications": []}


@pytest.mark.parametrize(
    ("damaged", "had"),
    [
        ("deliveries", ["deliveries"]),
        ("attempts", ["deliveries", "attempts"]),
        ("notifications", ["deliveries", "attempts", "notifications"]),
    ],
)
async def test_where_it_cannot_be_read_any_further_it_ends_with_the_error(damaged: str, had: list[str]):
    pieces: list[str] = []

    async def read() -> None:
        async for piece in run_document(unread(damaged), RUN):
            pieces.append(piece)  # noqa: PERF401 - what came before the error counts

    with pytest.raises(JournalError, match="damaged"):
        await read()
    lists: dict[str, object] = {name: [] for name in had}
    assert json.loads("".join(pieces)) == {"run": RUN.to_json(), **lists, "error": "damaged"}
