"""Lists of texts as one text, at the price of a join: how headers and signatures stand in the tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain

from emulator.record import Headers

_flat = chain.from_iterable


def join_lines(texts: Sequence[str]) -> str:
    """The texts as lines, each after a line break; as a JSON list where one of them holds a line break itself."""
    joined = "\n".join(texts)
    if joined.count("\n") == len(texts) - 1:
        return "\n" + joined
    return json.dumps(texts, ensure_ascii=False) if texts else ""


def split_lines(joined: str) -> list[str]:
    """The texts that `join_lines` was given."""
    if not joined:
        return []
    if joined[0] == "\n":
        return joined[1:].split("\n")
    texts: list[str] = json.loads(joined)
    return texts


def join_headers(headers: Headers) -> str:
    """Names and values in turn, as lines."""
    joined = "\n".join(_flat(headers))
    if joined.count("\n") == 2 * len(headers) - 1:
        return "\n" + joined
    return join_lines(tuple(_flat(headers)))


def split_headers(joined: str) -> Headers:
    """The headers that `join_headers` was given."""
    texts: Iterable[str] = iter(split_lines(joined))
    return tuple(zip(texts, texts, strict=True))
