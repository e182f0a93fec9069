"""Which route comes nearest to a call that none answers, and what of the call does not fit it.

It is told in the words of the masked call, and what a secret must be is not told at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from emulator.answering.masked import masked_call
from emulator.answering.masked_url import masked_urls
from emulator.answering.seam import Call
from emulator.answering.seen import Seen
from emulator.matcher.message import Miss
from emulator.scenario.route import Route

_MOST = 20
"""Among how many routes of one path the nearest is looked for: each is compared part by part."""
_LONGEST = 200
_ALIKE = 0.6
_WORD = re.compile(r"[\w-]+")


def nearest_route(routes: Sequence[Route], call: Call) -> str | None:
    """A line that names the nearest route and each part that does not fit; None where nothing comes near."""
    there = [route for route in routes if route.asked.path.parameters(call.path) is not None]
    methods = ("HEAD", "GET") if call.method == "HEAD" else (call.method,)
    asked = [route for route in there if route.asked.method in methods]
    if asked:
        return _told(*min((_compared(route, call) for route in asked[:_MOST]), key=lambda it: len(it[1])))
    if there:
        wanted = " or ".join(dict.fromkeys(route.asked.method for route in there))
        return _told(there[0], [f"the method: expected {wanted}, found {call.method}"])
    return _alike(routes, call)


def _compared(route: Route, call: Call) -> tuple[Route, list[str]]:
    wanted = route.asked.wanted
    missed = {miss.part: miss for miss in wanted.misses(Seen(call).message)}
    masked = {miss.part: miss for miss in wanted.misses(Seen(masked_call(call)).message)}
    return route, [_part(part, masked.get(part)) for part in missed]


def _part(part: str, miss: Miss | None) -> str:
    if miss is None or part == "body" or _secret(part):
        return f"{part}: {'nothing was sent' if miss and miss.actual is None else 'has another value'}"
    return masked_urls(miss.message)


def _secret(part: str) -> bool:
    """Whether a header, a parameter or a JSON path names what would be masked."""
    pairs = tuple((word, "x") for word in _WORD.findall(part))
    shown = masked_call(Call(method="", path="", query=pairs, headers=pairs, at=0, wall=0))
    return (shown.query, shown.headers) != (pairs, pairs)


def _alike(routes: Sequence[Route], call: Call) -> str | None:
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    by_path = {route.asked.path.text[:_LONGEST]: route for route in reversed(routes)}
    path = masked_urls(call.path[:_LONGEST])
    near = get_close_matches(path, by_path, n=1, cutoff=_ALIKE)
    return (
        _told(by_path[near[0]], [f"the path: expected {by_path[near[0]].asked.path.text}, found {path}"])
        if near
        else None
    )


def _told(route: Route, misses: Iterable[str]) -> str:
    return f"no route fits; the nearest is {route.label!r}: {'; '.join(misses)}"
