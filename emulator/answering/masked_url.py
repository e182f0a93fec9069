"""The credentials of URLs in a text: the password, or all that stands before `@` where there is no user name."""

from __future__ import annotations

import re

from emulator.scenario.target import check_target

MASK = "***"

_INSIDE = re.compile(r"//([^\s/?#\"<>\\]*)@", re.ASCII)
_BEGINNING = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#]*@", re.ASCII | re.IGNORECASE)
_WRONG = re.compile(r"https?://\S*@", re.ASCII | re.IGNORECASE)
_BEFORE_AT = re.compile(r"//(.*)@", re.DOTALL)


def masked_urls(text: str) -> str:
    """The text without the credentials of the URLs in it; the names of users stay.

    A password may hold what should have been escaped: of a text that is a wrong URL, nothing up to its last `@` stays.
    """
    if "@" not in text or "//" not in text:
        return text
    whole = _BEGINNING.match(text) or _WRONG.match(text)
    if whole is not None and whole.re is _WRONG and _is_right(text):
        whole = None
    beginning = 0 if whole is None else whole.end()
    return _BEFORE_AT.sub(_hidden, text[:beginning]) + _INSIDE.sub(_hidden, text[beginning:])


def _hidden(found: re.Match[str]) -> str:
    user, colon, _ = found[1].partition(":")
    if not found[1]:
        return found[0]
    return f"//{user}:{MASK}@" if colon else f"//{MASK}@"


def _is_right(url: str) -> bool:
    try:
        check_target(url)
    except ValueError:
        return False
    return True
