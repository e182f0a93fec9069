"""The forms of the journal, for the suites that are run over each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from emulator.journal import SqliteJournal
from tests.helpers.journals import FORMS, opened


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def journal(form: str, tmp_path: Path) -> AsyncIterator[SqliteJournal]:
    async with opened(form, tmp_path) as journal:
        yield journal
