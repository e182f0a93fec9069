"""What to tell whoever asks for a path that is not there: the nearest one that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from emulator.document.place import shortened
from emulator.server.routes import ROUTES

_API = "/api/v1"
_LONGEST = 200
_ALIKE = 0.75


def nothing_at(path: str) -> str:
    """That there is nothing there, and what may have been meant."""
    path = shortened(path, _LONGEST)
    return f"there is nothing at {path}{_meant(path)}"


def _meant(path: str) -> str:
    bare = path.rstrip("/")
    if f"{_API}/".startswith(f"{bare}/"):
        return f"; the API is below {_API}/, as {_API}/info and {_API}/runs, and /docs describes it"
    for near in (bare, _API + bare):
        if near != path and any(known.fullmatch(near) for known in _known()):
            return f"; did you mean {near}?"
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    alike = get_close_matches(bare, list(_alike(bare)), n=1, cutoff=_ALIKE)
    return f"; did you mean {alike[0]}?" if alike else ""


@cache
def _known() -> tuple[re.Pattern[str], ...]:
    part = {"{id}": "[^/]+", "{name+}": ".+"}
    return tuple(
        re.compile("/".join(part.get(each, re.escape(each)) for each in route.path.split("/")))
        for route in ROUTES
    )


def _alike(path: str) -> Iterator[str]:
    """The paths of the table, with the ids of this one."""
    given = path.split("/")
    for route in ROUTES:
        parts = route.path.split("/")
        if len(parts) == len(given):
            yield "/".join(
                ours if part.startswith("{") else part for part, ours in zip(parts, given, strict=True)
            )
