"""Secrets in a JSON text, replaced in place: what is no secret keeps its spelling, and broken JSON what it says.

Secret are the values of secret keys, and credentials in URLs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from emulator.answering.masked_url import MASK, masked_urls

MASKED = f'"{MASK}"'

_TOKEN = re.compile(r'[ \t\r\n]*("[^"\\]*(?:\\.[^"\\]*)*"?|[{}\[\],:]|[^ \t\r\n"{}\[\],:]+)', re.DOTALL)
_BEGINNING = re.compile(r"(?:\ufeff|ï»¿)?[ \t\r\n]*[{\[]")
_ESCAPE = re.compile(r"\\(?:(/)|u00([2-7][0-9A-Fa-f])|.)", re.DOTALL)
_QUOTES = frozenset('"\\')
_OPENING, _CLOSING = frozenset("{["), frozenset("}]")


def masked_json(body: bytes, is_secret: Callable[[str], bool]) -> bytes:
    """The body without secrets, at any depth. What is no JSON list or mapping stays."""
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


def _masked(text: str, spans: list[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for start, end, shown in spans:
        pieces += [text[at:start], shown]
        at = end
    return "".join((*pieces, text[at:]))


def _spans(text: str, is_secret: Callable[[str], bool]) -> Iterator[tuple[int, int, str]]:
    """Where secrets stand, and what takes their place. A value that never ends goes to the end of the text."""
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
            yield start, token.start(1) if depth < 0 or word in ",:" else token.end(1), MASKED
        elif word == ":" and before.startswith('"'):
            masking, start, depth = is_secret(_plain(before)), 0, 0
        elif word.startswith('"') and (shown := _without_credentials(word)) is not None:
            yield token.start(1), token.end(1), shown
        before = word
    if masking and start:
        yield start, len(text), MASKED


def _without_credentials(token: str) -> str | None:
    """The text with its URLs masked; None where nothing of it is secret."""
    if "@" not in token and "\\u0040" not in token:
        return None
    inner = _ESCAPE.sub(_unescaped, token[1:].removesuffix('"'))
    masked = masked_urls(inner)
    return None if masked == inner else f'"{masked}"'


def _unescaped(found: re.Match[str]) -> str:
    """What a URL is made of, as itself; all other escapes stay."""
    plain = found[1] or (chr(int(found[2], 16)) if found[2] else found[0])
    return found[0] if plain in _QUOTES else plain


def _plain(token: str) -> str:
    """The text that a key spells."""
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token.strip('"')
