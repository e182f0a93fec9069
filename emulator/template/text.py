"""Splitting a text into what stands as it is and its `{{ expressions }}`.

`{% raw %}…{% endraw %}` protects what looks like an expression. All else that Jinja knows (statements, comments,
white-space control) is refused with what to do instead. The text outside expressions is kept to the last character,
line ends included, which Jinja's own reader would not do.
"""

from __future__ import annotations

import re

from emulator.template.problem import Wrong, quoted, shown

LONGEST = 4096
"""How many characters an expression may have."""
DEEPEST = 20
"""How many brackets may stand in each other."""

_MARK = re.compile(r"\{\{|\{%|\{#")
_RAW = re.compile(r"\{%\s*raw\s*%\}")
_END_RAW = re.compile(r"\{%\s*endraw\s*%\}")
_STATEMENT = re.compile(r"\{%[-+]?\s*(\w*)")
_TOKEN = re.compile(
    r"""(?P<text>'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")"""
    r"""|(?P<quote>['"])|(?P<end>\}\})|(?P<open>[\[({])|(?P<close>[\])}])""",
    re.DOTALL,
)
_ESCAPE = re.compile(
    r"""\\(?:[\\'"abfnrtv]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|(?P<other>.))""",
    re.DOTALL,
)
_PARTNER = {"(": ")", "[": "]", "{": "}"}


class Source(str):
    """What stands between `{{` and `}}`."""

    __slots__ = ()


def is_plain(text: str) -> bool:
    """Whether nothing in the text asks for rendering."""
    return "{" not in text or _MARK.search(text) is None


def split(text: str) -> list[str | Source]:
    """The pieces of a text in their order. Raises Wrong."""
    pieces: list[str | Source] = []
    at = 0
    while found := _MARK.search(text, at):
        if found.start() > at:
            pieces.append(text[at : found.start()])
        piece, at = _piece(text, found)
        pieces.append(piece)
    if at < len(text):
        pieces.append(text[at:])
    return pieces


def _piece(text: str, mark: re.Match[str]) -> tuple[str | Source, int]:
    if mark[0] == "{#":
        raise Wrong(
            "'{#' begins a comment, and templates hold none; to send it as it is, write {% raw %}{#{% endraw %}"
        )
    if mark[0] == "{%":
        return _raw(text, mark.start())
    end = _end(text, mark.end())
    source = text[mark.end() : end]
    if source[:1] in {"-", "+"} or source[-1:] in {"-", "+"}:
        raise Wrong(
            f"white-space control is not offered; write {quoted(source.strip('+-'))}, with blanks inside"
        )
    if not source.strip():
        raise Wrong("'{{ }}' holds no expression; to send it as it is, write {% raw %}{{ }}{% endraw %}")
    return Source(source.strip()), end + 2


def _raw(text: str, start: int) -> tuple[str, int]:
    raw = _RAW.match(text, start)
    if raw is None:
        statement = _STATEMENT.match(text, start)
        name = statement[1] if statement else ""
        raise Wrong(
            f"only expressions and {{% raw %}} are offered, no statement {shown(name)}; "
            "choose between values with {{ a if b else c }}"
        )
    end = _END_RAW.search(text, raw.end())
    if end is None:
        raise Wrong("{% raw %} is never ended; write {% endraw %} after the protected text")
    return text[raw.end() : end.start()], end.end()


def _end(text: str, start: int) -> int:
    """Where the `}}` stands that ends the expression, which may hold texts and brackets of its own."""
    brackets: list[str] = []
    at = start
    while found := _TOKEN.search(text, at, start + LONGEST + 2):
        at = found.end()
        match found.lastgroup:
            case "text":
                _check_escapes(found[0])
            case "quote":
                raise Wrong(
                    f"the text that begins with {shown(text[found.start() : found.start() + 30])} has no end"
                )
            case "end" if not brackets:
                return found.start()
            case "open":
                brackets.append(_PARTNER[found[0]])
                if len(brackets) > DEEPEST:
                    raise Wrong(f"an expression may have at most {DEEPEST} brackets in each other")
            case _:
                at = found.start() + 1
                _close(found[0][0], brackets, text[start : found.start()])
    if len(text) > start + LONGEST:
        raise Wrong(f"an expression may have at most {LONGEST} characters, and must end with '}}}}'")
    raise Wrong("'{{' has no '}}' after it; to send it as it is, write {% raw %}{{{% endraw %}")


def _close(bracket: str, brackets: list[str], before: str) -> None:
    expected = brackets.pop() if brackets else None
    if bracket == expected:
        return
    if expected is None and bracket == "}":
        raise Wrong(f"an expression ends with '}}}}'; found only one '}}' after {quoted(before)[:-3]}")
    wanted = f"expected '{expected}'" if expected else "which nothing opened"
    raise Wrong(f"unexpected '{bracket}' after {quoted(before)[:-3]}, {wanted}")


def _check_escapes(text: str) -> None:
    for escape in _ESCAPE.finditer(text):
        if escape["other"]:
            raise Wrong(f"unknown escape {escape[0]} in an expression's text; write a backslash as \\\\")
