"""HTTP as the records keep it: headers, requests, answers and bodies."""

from __future__ import annotations

import base64
from typing import Any

from emulator.value import value

Headers = tuple[tuple[str, str], ...]
"""Header names and values in the order and spelling of the wire; bytes that are not ASCII stand as Latin-1."""


@value(frozen=True, slots=True, kw_only=True)
class Request:
    """The HTTP request of an attempt: what was, or is to be, on the wire. `body` is never encoded again."""

    method: str = "POST"
    url: str
    headers: Headers
    body: bytes


@value(frozen=True, slots=True, kw_only=True)
class Response:
    """The answer as far as it is kept. `body` is decoded of its content coding; `truncated` when it was longer."""

    status: int
    headers: Headers
    body: bytes = b""
    truncated: bool = False

    def to_json(self) -> dict[str, Any]:
        """The form that it has in records."""
        return {
            "status": self.status,
            "headers": [list(pair) for pair in self.headers],
            **body_json(self.body),
            "truncated": self.truncated,
        }


def body_json(body: bytes) -> dict[str, str | None]:
    """`body` as text when the bytes are UTF-8, else `body_base64`."""
    try:
        return {"body": body.decode(), "body_base64": None}
    except UnicodeDecodeError:
        return {"body": None, "body_base64": base64.b64encode(body).decode()}
