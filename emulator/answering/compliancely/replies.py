"""Answers in the form of Django REST Framework, which the API seems to run on: compact JSON, `detail` for errors."""

from __future__ import annotations

import json
from typing import Any

from emulator.answering.seam import Call, Reply
from emulator.record import Headers

JSON_HEADER = ("Content-Type", "application/json")

_write = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


class Refused(Exception):
    """The call ends here, with this answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def answer(status: int, value: Any, *headers: tuple[str, str], delay_us: int = 0) -> Reply:
    """The JSON of a value. The two line ends that JavaScript once took for its own are escaped."""
    text = _write(value).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    body = text.encode("utf-8", "replace")  # half a surrogate pair can only come from a header that is echoed
    return Reply(status=status, headers=(JSON_HEADER, *headers), body=body, delay_us=delay_us)


def detail(status: int, text: str, *headers: tuple[str, str]) -> Reply:
    """An error that concerns no field."""
    return answer(status, {"detail": text}, *headers)


def not_found(_call: Call) -> Reply:
    """The answer to a path that the API does not know."""
    return detail(404, "Not found.")


def header(headers: Headers, name: str) -> str:
    """The first header of that name, in any case; empty when there is none."""
    return next((value for each, value in headers if each.lower() == name), "")
