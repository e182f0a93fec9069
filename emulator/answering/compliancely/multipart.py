"""Multipart bodies: fields and files from the bytes."""

from __future__ import annotations

import re

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from emulator.answering.compliancely.fields import Upload

MOST_PARTS = 1_000
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
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        name = _text(options.get(b"name", b""))
        if not name:
            return
        if b"filename" not in options:
            self.values.setdefault(name, []).append(_text(bytes(self._data)))
            return
        file = _FOLDER.sub("", _text(options[b"filename"]))
        if file:  # a browser's form field without a file has an empty name
            self.values.setdefault(name, []).append(Upload(file, bytes(self._data)))

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


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
