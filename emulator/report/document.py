"""A run with all its records as one JSON object, written piece by piece."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from emulator.errors import JournalError
from emulator.journal.pages import all_attempts, all_deliveries, all_notifications
from emulator.journal.seam import AttemptFilter, Journal
from emulator.record import RunRecord

_GROUP = 500


async def run_document(journal: Journal, run: RunRecord) -> AsyncIterator[str]:
    """The pieces of `{"run": …, "deliveries": […], "attempts": […], "notifications": […]}` on one line.

    Where the journal cannot be read any further, the object ends there, with `error`; then JournalError is raised.
    """
    yield f'{{"run": {_text(run.to_json())}'
    try:
        for name, items in _lists(journal, run.id).items():
            yield f', "{name}": ['
            try:
                async for piece in _joined(items):
                    yield piece
            except JournalError:
                yield "]"
                raise
            yield "]"
    except JournalError as error:
        yield f', "error": {json.dumps(str(error), ensure_ascii=False)}}}\n'
        raise
    yield "}\n"


def _lists(journal: Journal, run: str) -> dict[str, AsyncIterator[dict[str, Any]]]:
    attempts = all_attempts(journal, AttemptFilter(run=run))
    return {
        "deliveries": delivery_documents(journal, run),
        "attempts": (attempt.to_json() async for attempt in attempts),
        "notifications": (record.to_json() async for record in all_notifications(journal, run)),
    }


async def delivery_documents(journal: Journal, run: str) -> AsyncIterator[dict[str, Any]]:
    """The JSON forms of a run's deliveries, with their explanations."""
    group = []
    async for delivery in all_deliveries(journal, run):
        group.append(delivery)
        if len(group) == _GROUP:
            for item in await _explained(journal, group):
                yield item
            group = []
    for item in await _explained(journal, group):
        yield item


async def _explained(journal: Journal, group: list[Any]) -> list[dict[str, Any]]:
    lines = await journal.explanations([delivery.id for delivery in group]) if group else {}
    return [delivery.to_json(lines.get(delivery.id, [])) for delivery in group]


async def _joined(items: AsyncIterator[dict[str, Any]]) -> AsyncIterator[str]:
    lead = ""
    async for item in items:
        yield lead + _text(item)
        lead = ", "


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
