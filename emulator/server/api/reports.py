"""Reports of a run, written while they are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from emulator.document import Field, choice
from emulator.errors import JournalError
from emulator.report.formats import NAMES, format_named, report
from emulator.server.answer import Answer
from emulator.server.api.finding import check_kept, find_run
from emulator.server.api.starting import durable
from emulator.server.call import Call

PARAMETERS = {
    "format": Field(choice(*NAMES), "What to write: `junit`, `har`, `jsonl` or `html`.", required=True)
}

CONTENT_TYPES = ("application/xml", "application/json", "application/x-ndjson", "text/html")
"""Those of the formats, in their order; they stand here so that a server need not import what writes reports."""

_CHUNK = 64 << 10


async def of_run(call: Call) -> Answer:
    """A report of the run as it stands."""
    context, id = call.context, call.path["id"]
    running = context.emulator.find(id)
    record = await find_run(context, id) if running is None else await durable(context, running)
    await check_kept(context, id)
    format = format_named(call.query["format"])
    headers = {
        "Content-Type": f"{format.media_type}",
        "Content-Disposition": f'inline; filename="{record.id}.{format.suffix}"',
        **({} if format.policy is None else {"Content-Security-Policy": format.policy}),
    }
    pieces = report(format, context.emulator.journal, record)
    return web.Response(body=_cut_off(call, _chunks(pieces)), headers=headers)


async def _cut_off(call: Call, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks; where the records cannot be read to the end, the answer does not come to its end either."""
    try:
        async for chunk in chunks:
            yield chunk
    except JournalError as error:
        if call.request.transport is not None:
            call.request.transport.abort()
        raise ConnectionAbortedError(str(error)) from error


async def _chunks(pieces: AsyncIterator[str]) -> AsyncIterator[bytes]:
    """The text in pieces worth sending. In between, others have their turn."""
    held: list[str] = []
    size = 0
    async for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield _encoded(held)
            held, size = [], 0
            await asyncio.sleep(0)
    yield _encoded(held)


def _encoded(pieces: list[str]) -> bytes:
    return "".join(pieces).encode(errors="backslashreplace")
