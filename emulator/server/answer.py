"""Answers of the API: JSON in one spelling, and exact bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

from emulator.server.errors import ApiError

Answer = web.StreamResponse

BYTES = "application/octet-stream"

to_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""A JSON value as text."""


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A JSON value."""
    return text_answer(to_text(value), status, headers)


def text_answer(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """What is a JSON text already."""
    # Half of a surrogate pair, out of a name or a path, becomes the escape that JSON has for it.
    body = text.encode(errors="backslashreplace")
    return web.Response(
        body=body, status=status, headers={"Content-Type": "application/json", **(headers or {})}
    )


def list_answer(texts: Iterable[str], cursor: str | None) -> web.Response:
    """A page of a list, whose items are JSON texts already."""
    return text_answer(f'{{"items":[{",".join(texts)}],"next":{to_text(cursor)}}}')


def error_answer(error: ApiError) -> web.Response:
    """The one form of errors."""
    return text_answer(to_text(error.to_json()), error.status, error.headers)


def empty_answer() -> web.Response:
    """Done, and nothing to tell."""
    return web.Response(status=204)


def bytes_answer(data: bytes) -> web.Response:
    """Bytes that somebody else chose: to be kept, never to be shown or run by a browser."""
    headers = {
        "Content-Type": BYTES,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "attachment",
    }
    return web.Response(body=data, headers=headers)
