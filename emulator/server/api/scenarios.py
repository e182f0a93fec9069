"""The scenarios that can be played by name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from emulator.errors import InvalidInput
from emulator.server.answer import Answer, json_answer, list_answer, to_text
from emulator.server.call import Call
from emulator.server.catalog import Catalog
from emulator.server.errors import ApiError
from emulator.server.parameters import page_of


async def scenarios(call: Call) -> Answer:
    """By name; a file that is wrong is listed with its problems."""
    items, cursor = await asyncio.to_thread(_page, call.context.catalog, call.query)
    return list_answer(map(to_text, items), cursor)


async def scenario(call: Call) -> Answer:
    """One."""
    return json_answer(await asyncio.to_thread(_one, call.context.catalog, call.path["name"]))


def _page(catalog: Catalog, query: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """A name is the cursor behind it."""
    page, entries = page_of(query), catalog.entries()
    if page.descending:
        entries.reverse()
    if page.after is not None:
        entries = [
            each
            for each in entries
            if (each.name < page.after if page.descending else each.name > page.after)
        ]
    shown = [catalog.checked(each).to_json() for each in entries[: page.limit]]
    return shown, shown[-1]["name"] if len(entries) > page.limit else None


def _one(catalog: Catalog, name: str) -> dict[str, Any]:
    try:
        entry = catalog.find(name)
    except InvalidInput as error:
        raise ApiError(404, error.problems[0].message) from None
    return {**catalog.checked(entry).to_json(), "document": catalog.document(entry)}
