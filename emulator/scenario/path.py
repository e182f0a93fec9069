"""The path of a route: segments between slashes, each with at most one parameter, so that matching takes one look."""

from __future__ import annotations

import re

from emulator.value import value

WANTED = "a path such as /api/v1/submissions/{id}"
LONGEST = 2_000

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}", re.ASCII)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


@value(frozen=True, slots=True)
class Segment:
    """What stands between two slashes: fixed text, or a parameter called `name` between fixed texts."""

    before: str
    name: str | None = None
    after: str = ""

    def value(self, part: str) -> str | None:
        """What the parameter is in this part of a path, and empty text without a parameter; None if it does not fit."""
        if self.name is None:
            return "" if part == self.before else None
        if not (part.startswith(self.before) and part.endswith(self.after)):
            return None
        return part[len(self.before) : len(part) - len(self.after)] or None


@value(frozen=True, slots=True)
class PathPattern:
    """The path of a route as it is written, and its segments."""

    text: str
    segments: tuple[Segment, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What its parameters are called."""
        return tuple(segment.name for segment in self.segments if segment.name is not None)

    def parameters(self, path: str) -> dict[str, str] | None:
        """The parameters of a decoded path that fits, else None. A parameter is at least one character."""
        parts = path.split("/")
        if len(parts) != len(self.segments):
            return None
        found: dict[str, str] = {}
        for segment, part in zip(self.segments, parts, strict=True):
            value = segment.value(part)
            if value is None:
                return None
            if segment.name is not None:
                found[segment.name] = value
        return found


def parse_path(text: object) -> PathPattern:
    """The pattern that a text is. Raises ValueError, saying what is wrong."""
    if not isinstance(text, str) or not text.startswith("/"):
        raise ValueError("expected a path that begins with a slash, such as /api/v1/submissions/{id}")
    if len(text) > LONGEST:
        raise ValueError(f"expected a path of at most {LONGEST} characters")
    if "?" in text:
        raise ValueError("expected a path without a query; parameters after '?' are written below `query`")
    if escape := _ESCAPE.search(text):
        raise ValueError(f"expected a path as it is when decoded, without {escape[0]}")
    segments = tuple(_segment(part) for part in text.split("/"))
    pattern = PathPattern(text, segments)
    for name in pattern.names:
        if pattern.names.count(name) > 1:
            raise ValueError(f"expected each parameter once, and {{{name}}} stands there twice")
    return pattern


def _segment(part: str) -> Segment:
    pieces = _PARAMETER.split(part)
    if len(pieces) > 3:
        raise ValueError("expected at most one parameter between two slashes")
    if any(brace in piece for piece in pieces[::2] for brace in "{}"):
        raise ValueError("expected parameters in braces, such as {id}, and a brace here has no partner")
    if len(pieces) == 1:
        return Segment(part)
    before, name, after = pieces
    if not _NAME.fullmatch(name):
        raise ValueError(
            "expected a parameter's name of letters, digits and _, which begins with a letter, such as {id}"
        )
    return Segment(before, name, after)
