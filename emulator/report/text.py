"""Text of others as any reader may get it: nothing in it steers a terminal, turns the writing round, or is no XML."""

from __future__ import annotations


def readable(text: str) -> str:
    r"""The text with line breaks and tabs; all else that cannot be seen becomes an escape, such as `\x00`."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in "\n\t" else _escaped(each) for each in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def cut(text: str, most: int) -> str:
    """At most so many characters of a text, and how many more there are."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most:,} characters more)"
