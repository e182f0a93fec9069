"""Where secrets begin in a text that is not understood: broken JSON, a form with blanks, XML, parts without a boundary.

Where such a value ends cannot be known, so nothing from the first one on is to be kept.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from emulator.answering.secret_names import SUSPECT, is_secret

_LONGEST_BEFORE = 60
_WORD = r"[\w.%+\[\]\\-]"
_NAMED = re.compile(
    rf"(?<!{_WORD})(?={_WORD}){_WORD}*?(?:{SUSPECT}|%[0-9a-f]{{2}}|\\u00){_WORD}*+", re.IGNORECASE
)
_BEFORE = re.compile(r"(?:name[*\d]*\s*=\s*[\"']?(?:[\w-]*'[\w-]*')?|<(?:[\w.-]+:)?|>)\Z", re.IGNORECASE)
"""What makes a name of the word after it: that of a part, an element, the text of an element."""
_SEPARATOR = re.compile(r"[\"'`\s\]\\]*+(?:[:=]>?|>) ?")
_QUOTE = re.compile(r"[\"'`]?>?")
_QUOTES = frozenset("\"'`")
_ESCAPE = re.compile(r"(?<!\\)\\++u00([0-7][0-9a-fA-F])")


def first_secret(text: str) -> int | None:
    """Where the value of the first secret name begins; None where there is none."""
    for word in _NAMED.finditer(text):
        if is_secret(_plain(word[0])):
            end = _value_of(text, word.start(), word.end())
            if end is not None:
                return end
    return None


def _value_of(text: str, start: int, end: int) -> int | None:
    """Where the value begins of what stands there; None for a word like any other."""
    separator = _SEPARATOR.match(text, end)
    if separator is not None:
        return separator.end()
    quote = _QUOTE.match(text, end)
    after = end if quote is None else quote.end()
    quoted = text[start - 1 : start] in _QUOTES and after > end
    return after if quoted or _BEFORE.search(text[max(0, start - _LONGEST_BEFORE) : start]) else None


def _plain(word: str) -> str:
    """A name without the ways to spell it otherwise."""
    unescaped = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), word)
    return unquote_plus(unescaped.replace("\\", ""))
