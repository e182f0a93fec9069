"""Multipart bodies: fields and files from the bytes."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from emulator.answering.compliancely.fields import Upload

logging.getLogger("python_multipart").addHandler(logging.NullHandler())  # what it has to say, the answer says

MOST_PARTS = 1_000
_EXTENDED = re.compile(rb"filename\*=utf-8'[^']*'([^;\s]+)", re.IGNORECASE)
_FOLDER = re.compile(r".*[/\\]", re.DOTALL)


class Malformed(Exception):
    """The body is no multipart body, or has too many parts."""


class _Parts:
    """Collects what the parser calls out."""

    def __init__(self) -> None:
        self.values: dict[str, list[str | Upload]] = {}
        self.ended = False
        self._count = 0
        self._field, self._value = b"", b""
        self._headers: dict[bytes, bytes] = {}
        self._data = bytearray()

    def part_begin(self) -> None:
        self._count += 1
        if self._count > MOST_PARTS:
            raise Malformed(f"more than {MOST_PARTS} parts")
        self._headers, self._data = {}, bytearray()

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field, self._value = b"", b""

    def part_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def part_end(self) -> None:
        disposition = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(disposition)
        name, data = _text(options.get(b"name", b"")), bytes(self._data)
        file = _file_name(disposition, options)
        if name and file is None:
            self.values.setdefault(name, []).append(_text(data))
        elif name and file:  # a browser's form field without a file has an empty name
            self.values.setdefault(name, []).append(Upload(file, data))

    def end(self) -> None:
        self.ended = True


def read_multipart(body: bytes, boundary: bytes) -> dict[str, list[str | Upload]]:
    """The fields of a multipart body, each with its values in order. Raises Malformed."""
    parts = _Parts()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": parts.part_begin,
                "on_part_data": parts.part_data,
                "on_part_end": parts.part_end,
                "on_header_field": parts.header_field,
                "on_header_value": parts.header_value,
                "on_header_end": parts.header_end,
                "on_end": parts.end,
            },
        )
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise Malformed(str(error)) from None
    if not parts.ended:
        raise Malformed("the closing boundary is missing")
    return parts.values


def _file_name(disposition: bytes, options: Mapping[bytes, bytes]) -> str | None:
    """Without folders. Some clients write a name that is not ASCII in the extended form, and Django reads it."""
    extended = _EXTENDED.search(disposition)
    told = unquote_to_bytes(extended[1]) if extended else options.get(b"filename")
    return None if told is None else _FOLDER.sub("", _text(told))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
