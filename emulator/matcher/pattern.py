"""Regular expressions in bounded time."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from emulator.document.place import shortened

if TYPE_CHECKING:
    import regex

LONGEST_PATTERN = 1_000
REGEX_SECONDS = 0.25
"""Of processor time, as `regex` counts it: that of the whole process, so that other processes are no hindrance."""


@lru_cache(512)
def compiled(pattern: str) -> regex.Pattern[str]:
    """The compiled pattern. Raises ValueError, saying what is wrong with it."""
    import regex  # noqa: PLC0415 - 20 ms, and few commands need it

    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"expected a regular expression of at most {LONGEST_PATTERN} characters")
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"expected a regular expression: {error}") from None


def searched(pattern: str, text: str, *, whole: bool = False) -> bool:
    """Whether the pattern is found in the text; with `whole`, whether all of the text is it.

    Other threads go on meanwhile. Raises ValueError for what is no pattern, and TimeoutError where it takes too long.
    """
    known = compiled(pattern)
    search = known.fullmatch if whole else known.search
    try:
        return search(text, timeout=REGEX_SECONDS, concurrent=True) is not None
    except TimeoutError:
        told = f"the regular expression {shortened(pattern)!r} takes more than {REGEX_SECONDS} s on one text"
        raise TimeoutError(told) from None
