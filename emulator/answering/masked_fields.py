"""Secrets in JSON and forms, also in one within a value of the other, and in what is neither."""

from __future__ import annotations

import re
from urllib.parse import quote_plus, unquote_plus

from emulator.answering.masked_json import BEGINNING, masked_json, masked_tokens
from emulator.answering.masked_text import first_secret
from emulator.answering.masked_url import MASK, masked_urls
from emulator.answering.secret_names import SUSPECT, is_secret

_FORM = re.compile(r"[\w.%+\[\]*~!$@-]++=[^\x00-\x20\"'<>{}\\]*+[\r\n]*+")
_SUSPECT = re.compile(rf"//|[%\\]|{SUSPECT}", re.IGNORECASE)
"""What no value is without that holds a secret: the name of one, a URL, or the means to write them in another way."""
_PAIR = re.compile(r"[^&]+")


def masked_fields(text: str) -> str | None:
    """The text without its secrets; None for what is neither JSON nor a form."""
    shown = masked_json(text, masked_value)
    if shown is None and _FORM.fullmatch(text):
        return masked_form(text)
    return shown


def masked_value(text: str) -> str:
    """The value of a field, which may itself be JSON or a form."""
    if not _SUSPECT.search(text):
        return text
    shown = masked_fields(text)
    if shown is not None:
        return shown
    return masked_text(text) if BEGINNING.match(text) else masked_urls(text)


def masked_text(text: str) -> str:
    """What is neither: up to its first secret, with its URLs masked."""
    end = first_secret(text)
    kept = text[:end]
    shown = masked_tokens(kept, masked_value) if BEGINNING.match(text) else masked_urls(kept)
    return shown if end is None else shown + MASK


def masked_form(text: str) -> str:
    """A form without its secrets, whatever else stands in it."""
    return _PAIR.sub(_pair, text)


def _pair(found: re.Match[str]) -> str:
    """A pair of a form. Some readers divide at `;`, others take it for a part of the value: both are heeded."""
    pieces = found[0].split(";")
    for number, piece in enumerate(pieces):
        name, equals, _ = piece.partition("=")
        if equals and is_secret(unquote_plus(name)):
            return _shown(";".join([*pieces[:number], f"{name}={MASK}"]))
    return _shown(found[0])


def _shown(pair: str) -> str:
    """A pair whose value is spelled anew only where something in it is secret."""
    name, equals, value = pair.partition("=")
    plain = unquote_plus(value, "latin-1")
    masked = masked_value(plain)
    if masked == plain:
        return pair
    return f"{name}{equals}{quote_plus(masked, '*', 'latin-1', 'replace') if plain != value else masked}"
