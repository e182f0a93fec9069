"""The body of a call as a form: JSON, form-encoded or multipart, as Django REST Framework takes them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header

from emulator.answering.compliancely.fields import Form
from emulator.answering.compliancely.multipart import MOST_PARTS, Malformed, read_multipart
from emulator.answering.compliancely.replies import Refused, answer, detail, header
from emulator.answering.seam import Call

MEDIA_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
DEEPEST = 100
"""Levels of nesting in JSON."""


class NoFields(Refused):
    """The body is JSON, but no object. Exemptions tell such errors in a form of their own."""

    def __init__(self, text: str) -> None:
        self.errors = {"non_field_errors": [text]}
        super().__init__(answer(400, self.errors))


def read(call: Call) -> Form:
    """The fields of a call. Raises Refused with 400 for what cannot be read, 415 for another content type."""
    if not call.body:
        return Form({})
    told = header(call.headers, "content-type")
    kind, options = parse_options_header(told.encode("latin-1", "replace"))
    match kind.decode("latin-1"):
        case "application/json":
            return Form(_json(call.body))
        case "application/x-www-form-urlencoded":
            return Form(_encoded(call.body))
        case "multipart/form-data":
            return Form(_multipart(call.body, options.get(b"boundary", b"")))
        case _:
            raise Refused(detail(415, f'Unsupported media type "{told}" in request.'))


def _json(body: bytes) -> dict[str, list[Any]]:
    try:
        value = json.loads(body.decode(), parse_constant=_refuse)
    except ValueError as error:
        raise Refused(detail(400, f"JSON parse error - {error}")) from None
    except RecursionError:
        raise _too_deep() from None
    _check_depth(value)
    if isinstance(value, dict):
        return {name: [each] for name, each in value.items()}
    wrong = (
        "No data provided"
        if value is None
        else f"Invalid data. Expected a dictionary, but got {type(value).__name__}."
    )
    raise NoFields(wrong)


def _check_depth(value: Any) -> None:
    """How deep the parser itself goes depends on who calls it; the same call must always get the same answer."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> Refused:
    return Refused(detail(400, "JSON parse error - nested too deeply"))


def _refuse(constant: str) -> None:
    raise ValueError(f"Out of range float values are not JSON compliant: {constant!r}")


def _encoded(body: bytes) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_PARTS)
    except ValueError:
        raise Refused(detail(400, f"Form parse error - more than {MOST_PARTS} fields")) from None
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _multipart(body: bytes, boundary: bytes) -> dict[str, list[Any]]:
    if not 0 < len(boundary) <= 200:
        raise Refused(detail(400, "Multipart form parse error - Invalid boundary in multipart"))
    try:
        return {**read_multipart(body, boundary)}
    except Malformed as error:
        raise Refused(detail(400, f"Multipart form parse error - {error}")) from None
