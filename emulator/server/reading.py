"""From the bytes of a request to the values that a route's shapes read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from emulator.document import Invalid, Node, Place, Report, Shape, from_json
from emulator.document.place import nearest, shortened
from emulator.errors import InvalidInput
from emulator.server.errors import AS_YAML, ApiError, invalid
from emulator.server.route import LABEL, Route

Labels = tuple[tuple[str, str], ...]
_SCENARIO = re.compile(rb"^events *:", re.MULTILINE)
_NONE: Mapping[str, Any] = MappingProxyType({})


def read_query(route: Route, text: str) -> tuple[Mapping[str, Any], Labels]:
    """The values of the parameters, and the labels. Raises ApiError 400 for what cannot be read, InvalidInput else."""
    needed = [name for name, field in route.parameters.items() if field.required]
    if not text and not needed:
        return _NONE, ()
    report = Report()
    values: dict[str, Any] = {}
    labels: dict[str, str] = {}
    seen: set[str] = set()
    for name, value in _pairs(text):
        node = Node(value, substituted=True)
        place = Place(node, report, (shortened(name),))
        if name in seen:
            place.problem("this parameter is given twice")
        elif name in route.parameters:
            values[name] = route.parameters[name].shape.read(place)
        elif route.labelled and name.startswith(LABEL):
            labels[name.removeprefix(LABEL)] = value
        else:
            known = [*route.parameters, *([f"{LABEL}KEY"] if route.labelled else [])]
            place.problem(f"unknown parameter{nearest(name, known) or '; this path takes none'}")
        seen.add(name)
    for name in needed:
        if name not in seen:
            wanted = route.parameters[name].shape.wanted
            Place(Node(None), report, (name,)).problem(f"this parameter is missing; expected {wanted}")
    report.check()
    return MappingProxyType(values), tuple(labels.items())


def read_headers(route: Route, given: Mapping[str, str]) -> Mapping[str, Any]:
    """The values of the headers that a route reads; an empty one counts as left out. Raises InvalidInput."""
    report = Report()
    values = {
        name: each.shape.read(Place(Node(text, substituted=True), report, (name,)))
        for name, each in route.headers.items()
        if (text := given.get(name))
    }
    report.check()
    return values


def _pairs(text: str) -> Sequence[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200)
    except UnicodeDecodeError:
        raise ApiError(400, "the query is no UTF-8") from None
    except ValueError:
        raise ApiError(400, "the query has more than 200 parameters") from None


def read_body(shape: Shape[Any], data: bytes) -> Any:
    """The value of a body; none at all counts as `{}`.

    Raises ApiError 400 for what is no JSON, InvalidInput for what is not as it should be.
    """
    root = _tree(data)
    report = Report()
    value = shape.read(Place(root, report))
    report.check()
    if isinstance(value, Invalid):
        raise AssertionError("a body that cannot be read has problems")
    return value


def _tree(data: bytes) -> Node:
    try:
        return from_json(parse_json(data or b"{}"))
    except InvalidInput as error:
        raise invalid(error, 400) from None


def parse_json(data: bytes) -> Any:
    """The JSON value. Raises ApiError 400, with the position of what is wrong."""
    try:
        return _decode(data.decode())
    except UnicodeDecodeError as error:
        told = f"expected JSON in UTF-8, found byte 0x{data[error.start]:02x} at position {error.start}"
        raise ApiError(400, told) from None
    except json.JSONDecodeError as error:
        told = f"expected JSON: {error.msg}, at line {error.lineno}, column {error.colno}"
        raise ApiError(400, told + (AS_YAML if _SCENARIO.search(data) else "")) from None
    except RecursionError:
        raise ApiError(400, "expected JSON: nested too deep") from None
    except ValueError as error:
        raise ApiError(400, f"expected JSON: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"the key {shortened(key)!r} is repeated")
            seen.add(key)
    return found


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _integer(digits: str) -> int:
    if len(digits) > 1_000:
        raise ValueError("a number of more than 1000 digits")
    return int(digits)


_decode = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_integer).decode
