"""Secrets in a JSON text, replaced in place: what is no secret keeps its spelling, and broken JSON what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

MASKED = '"***"'

_TOKEN = re.compile(r'[ \t\r\n]*("[^"\\]*(?:\\.[^"\\]*)*"?|[{}\[\],:]|[^ \t\r\n"{}\[\],:]+)', re.DOTALL)
_BEGINNING = re.compile(r"(?:\ufeff|ï»¿)?[ \t\r\n]*[{\[]")
_OPENING, _CLOSING = frozenset("{["), frozenset("}]")


def masked_json(body: bytes, is_secret: Callable[[str], bool]) -> bytes:
    """The body with the value of every secret key replaced, at any depth. What is no JSON list or mapping stays."""
    found = json.detect_encoding(body)
    # Every byte of a text in UTF-8 is kept, right or wrong, when each is taken for a character.
    encoding = "latin-1" if found.startswith("utf-8") else found
    try:
        text = body.decode(encoding)
        if not _BEGINNING.match(text):
            return body
        return _masked(text, list(_spans(text, is_secret))).encode(encoding)
    except UnicodeError:
        return body


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], MASKED]
        at = end
    return "".join((*pieces, text[at:]))


def _spans(text: str, is_secret: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Where the values of secret keys stand. A value that never ends goes to the end of the text."""
    before = ""
    start = depth = 0
    masking = False
    for token in _TOKEN.finditer(text):
        word = token[1]
        if masking:
            start = start or token.start(1)
            depth += (word in _OPENING) - (word in _CLOSING)
            if depth > 0:
                continue
            masking = False
            yield start, token.start(1) if depth < 0 or word in ",:" else token.end(1)
        elif word == ":" and before.startswith('"'):
            masking, start, depth = is_secret(_plain(before)), 0, 0
        before = word
    if masking and start:
        yield start, len(text)


def _plain(token: str) -> str:
    """The text that a key spells."""
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token.strip('"')
