"""Secrets in a JSON text, replaced in place: what is no secret keeps its spelling.

Secret are the values of secret keys, credentials in URLs, and the same in texts that are JSON or forms themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from emulator.answering.masked_url import MASK, masked_urls
from emulator.answering.secret_names import is_secret

MASKED = f'"{MASK}"'

_TOKEN = re.compile(r'[ \t\r\n]*("[^"\\]*(?:\\.[^"\\]*)*"?|[{}\[\],:]|[^ \t\r\n"{}\[\],:]+)', re.DOTALL)
_MARK = r"(?:\ufeff|ï»¿)?"
_VALUE = re.compile(rf"{_MARK}[ \t\r\n]*(?=[{{\[\"])")
BEGINNING = re.compile(rf"{_MARK}[ \t\r\n]*[{{\[]")
"""How lists and mappings begin, also broken ones."""
_ESCAPE = re.compile(r"\\(?:(/)|u00([2-7][0-9A-Fa-f])|.)", re.DOTALL)
_QUOTES = frozenset('"\\')
_OPENING, _CLOSING = frozenset("{["), frozenset("}]")


def masked_json(text: str, masked_value: Callable[[str], str]) -> str | None:
    """The text without secrets, at any depth; None for what is no JSON list, mapping or text.

    `masked_value` masks what a text of it says. Each character of `text` may stand for a byte of UTF-8.
    """
    beginning = _VALUE.match(text)
    if beginning is None or not _is_json(text[beginning.end() :]):
        return None
    return masked_tokens(text, masked_value)


def masked_tokens(text: str, masked_value: Callable[[str], str]) -> str:
    """The same of what may be broken JSON. Where quotes are missing, a secret may be left."""
    return _masked(text, list(_spans(text, masked_value)))


def _is_json(text: str) -> bool:
    try:
        json.loads(text, strict=False, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


def _masked(text: str, spans: list[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for start, end, shown in spans:
        pieces += [text[at:start], shown]
        at = end
    return "".join((*pieces, text[at:]))


def _spans(text: str, masked_value: Callable[[str], str]) -> Iterator[tuple[int, int, str]]:
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
            masking, start, depth = _is_secret_key(before), 0, 0
        elif word.startswith('"') and (shown := _without_secrets(word, masked_value)) is not None:
            yield token.start(1), token.end(1), shown
        before = word
    if masking and start:
        yield start, len(text), MASKED


def _without_secrets(token: str, masked_value: Callable[[str], str]) -> str | None:
    """The text without secrets, spelled anew where it holds JSON or a form; None where nothing of it is secret."""
    if "=" in token or "{" in token or "\\u" in token:
        inner = _plain(_as_text(token))
        shown = masked_value(inner)
        if shown != masked_urls(inner):
            return json.dumps(shown)
    return _without_credentials(token)


def _as_text(token: str) -> str:
    """The characters of a token whose own stand for bytes of UTF-8, if they do."""
    try:
        return token.encode("latin-1").decode()
    except UnicodeError:
        return token


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


@lru_cache
def _is_secret_key(token: str) -> bool:
    return is_secret(_plain(token))


def _plain(token: str) -> str:
    """The text that a key spells."""
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token.strip('"')
