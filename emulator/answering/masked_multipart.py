"""Secrets in a multipart body. Readers differ where names or boundaries are told twice, so each of them counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message
from urllib.parse import unquote

from emulator.answering.masked_fields import masked_text, masked_value
from emulator.answering.masked_url import MASK
from emulator.answering.secret_names import is_secret

_BOUNDARY = re.compile(r"boundary[*\d]*\s*=\s*(?:\"([^\"]*)\"|([^;\s]+))", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w-])name[*\d]*\s*=\s*(\"(?:[^\"\\]|\\.)*+\"?|[^;\s]*)", re.IGNORECASE)
_FILE = re.compile(r"(?<![\w-])filename[*\d]*\s*=", re.IGNORECASE)
_UNQUOTED = re.compile(r"[\"'\\]")


def boundaries(kinds: Iterable[str]) -> list[str]:
    """Every boundary that content types name, the longest first."""
    found = set[str]()
    for kind in kinds:
        for told in _BOUNDARY.finditer(kind):
            boundary = told[1] or told[2] or ""
            found |= {boundary, unquote(boundary.rpartition("'")[2])}
        message = Message()
        message["Content-Type"] = kind
        found.add(message.get_boundary() or "")
    return sorted(found - {""}, key=len, reverse=True)


def masked_multipart(text: str, boundaries: list[str]) -> str | None:
    """Every part but files, with the delimiters as they are; None where no boundary stands in the text."""
    lines = "|".join(map(re.escape, boundaries))
    end = r"\r\n" if re.search(rf"--(?:{lines})[ \t]*\r\n", text) else r"\n"
    delimiter = re.compile(rf"((?:\A|{end})--(?:{lines})(?:--)?[ \t]*(?:{end}|\Z))")
    pieces = delimiter.split(text)
    if len(pieces) == 1:
        return None
    blank = re.compile(rf"(?:\A|{end}){end}")
    shown, secret = [masked_text(pieces[0])], False
    for line, part in zip(pieces[1::2], pieces[2::2], strict=True):
        found = blank.search(part)
        if found is None:  # the end of the body, or of a value that holds the boundary
            shown += [line, MASK if secret and part else masked_text(part)]
            continue
        head, content = part[: found.end()], part[found.end() :]
        secret = any(map(is_secret, _names(head)))
        shown += [line, head, MASK if secret else _content(head, content)]
    return "".join(shown)


def _names(head: str) -> list[str]:
    """All that a reader may take for the name of a part, also one that is told in pieces."""
    told = [_UNQUOTED.sub("", found) for found in _NAME.findall(head)]
    extended = [_UNQUOTED.sub("", unquote(found.rpartition("''")[2])) for found in _NAME.findall(head)]
    return [*told, *extended, "".join(told), "".join(extended)]


def _content(head: str, content: str) -> str:
    return content if _FILE.search(head) else masked_value(content)
