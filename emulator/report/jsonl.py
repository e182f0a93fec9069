"""Every record of a run as JSON lines, each with its `kind`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from emulator.journal.pages import all_attempt_texts, all_notifications, all_requests
from emulator.journal.seam import AttemptFilter, Journal
from emulator.record import RunRecord
from emulator.report.document import delivery_documents

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


async def lines(journal: Journal, run: RunRecord) -> AsyncIterator[str]:
    """The run, its deliveries, attempts, requests and notifications; each kind in the order of its making.

    Raises JournalError where they cannot be read any further.
    """
    yield _line("run", run.to_json())
    async for delivery in delivery_documents(journal, run.id):
        yield _line("delivery", delivery)
    async for attempt in all_attempt_texts(journal, AttemptFilter(run=run.id)):
        yield f'{{"kind":"attempt",{attempt[1:]}\n'
    async for request in all_requests(journal, run.id):
        yield _line("request", request.to_json())
    async for notification in all_notifications(journal, run.id):
        yield _line("notification", notification.to_json())


def _line(kind: str, record: dict[str, Any]) -> str:
    return f"{_dumps({'kind': kind, **record})}\n"
