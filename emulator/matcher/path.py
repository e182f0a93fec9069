"""JSONPath (RFC 9535), in bounded time: what a path finds in a document.

A path that names one place, such as `$.items[0].id`, is followed step by step; all others go through the library.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from emulator.matcher.pattern import compiled, searched

if TYPE_CHECKING:
    from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathQuery
    from jsonpath_rfc9535.tokens import Token

Finder = Callable[[Any], Sequence[Any]]

_MOST_DESCENTS = 2
_MOST_SELECTORS = 16
_LONGEST = 1_000


@lru_cache(512)
def compiled_path(path: str) -> Finder:
    """What the path finds in a document, as a function. Raises ValueError, saying what is wrong with the path.

    The function raises TimeoutError where a regular expression in the path runs away, and RecursionError in a document
    that is nested too deeply to be searched.
    """
    import jsonpath_rfc9535  # noqa: PLC0415 - 35 ms, and few commands need it

    if len(path) > _LONGEST:
        raise ValueError(f"expected a JSONPath of at most {_LONGEST} characters")
    try:
        query = _environment().compile(path)
        fault = _too_much(path)
    except (jsonpath_rfc9535.JSONPathError, ValueError, RecursionError) as error:
        told = str(error).splitlines()[0] if str(error) else "it cannot be read"
        raise ValueError(f"expected a JSONPath such as $.ok: {told}") from None
    if fault:
        raise ValueError(f"expected a JSONPath with at most {fault}")
    return _stepping(query) if query.singular_query() else _searching(query)


def last_name(path: str) -> str | None:
    """The key below which all stands that a path finds; None where it may be several, or none."""
    from jsonpath_rfc9535.selectors import NameSelector  # noqa: PLC0415 - as above

    segments = _environment().compile(path).segments
    selectors = segments[-1].selectors if segments else ()
    names = [selector.name for selector in selectors if isinstance(selector, NameSelector)]
    return names[0] if len(names) == len(selectors) == 1 else None


def _too_much(path: str) -> str | None:
    """Why evaluating the path might take a time that nobody can foresee."""
    from jsonpath_rfc9535.lex import tokenize  # noqa: PLC0415 - as above
    from jsonpath_rfc9535.tokens import TokenType  # noqa: PLC0415 - as above

    kinds = [token.type_ for token in tokenize(path)]
    if kinds.count(TokenType.DOUBLE_DOT) > _MOST_DESCENTS:
        return f"{_MOST_DESCENTS} `..`"
    if kinds.count(TokenType.ROOT) > 1:
        return "one `$`"
    if kinds.count(TokenType.COMMA) > _MOST_SELECTORS:
        return f"{_MOST_SELECTORS} commas"
    return None


def _stepping(query: JSONPathQuery) -> Finder:
    from jsonpath_rfc9535.selectors import IndexSelector, NameSelector  # noqa: PLC0415 - as above

    steps: list[Any] = []
    for segment in query.segments:
        (selector,) = segment.selectors
        if isinstance(selector, NameSelector):
            steps.append(selector.name)
        elif isinstance(selector, IndexSelector):
            steps.append(selector.index)

    kinds = [dict if isinstance(step, str) else list for step in steps]

    def find(document: Any) -> Sequence[Any]:
        value = document
        for kind, step in zip(kinds, steps, strict=True):
            if type(value) is not kind:
                return ()
            try:
                value = value[step]
            except (KeyError, IndexError):
                return ()
        return (value,)

    return find


def _searching(query: JSONPathQuery) -> Finder:
    from jsonpath_rfc9535 import JSONPathRecursionError  # noqa: PLC0415 - as above

    def find(document: Any) -> Sequence[Any]:
        try:
            return [node.value for node in query.finditer(document)]
        except (JSONPathRecursionError, RecursionError):
            raise RecursionError("the body is nested too deeply to be searched") from None

    return find


@lru_cache(1)
def _environment() -> JSONPathEnvironment:
    """The library with its two functions of regular expressions replaced by such as end in time.

    A pattern that stands in the path itself is compiled with it.
    """
    from jsonpath_rfc9535 import JSONPathEnvironment  # noqa: PLC0415 - as above
    from jsonpath_rfc9535.filter_expressions import StringLiteral  # noqa: PLC0415 - as above
    from jsonpath_rfc9535.function_extensions import Match, Search  # noqa: PLC0415 - as above

    class BoundedMatch(Match):
        def __call__(self, string: object, pattern: object) -> bool:
            return _fits(string, pattern, whole=True)

    class BoundedSearch(Search):
        def __call__(self, string: object, pattern: object) -> bool:
            return _fits(string, pattern, whole=False)

    class CheckedEnvironment(JSONPathEnvironment):
        def validate_function_extension_signature(self, token: Token, args: list[Any]) -> list[Any]:
            checked = super().validate_function_extension_signature(token, args)
            if token.value in ("match", "search") and isinstance(checked[1], StringLiteral):
                compiled(checked[1].value)
            return checked

    environment = CheckedEnvironment()
    environment.function_extensions |= {"match": BoundedMatch(), "search": BoundedSearch()}
    return environment


def _fits(string: object, pattern: object, *, whole: bool) -> bool:
    """What is no text does not fit, nor does anything fit what is no pattern."""
    if not isinstance(string, str) or not isinstance(pattern, str):
        return False
    try:
        return searched(pattern, string, whole=whole)
    except ValueError:
        return False
