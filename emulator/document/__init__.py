"""Documents: YAML text into a tree that knows its lines, and shapes that check such a tree and describe it.

    tree = parse_yaml(text, "scenario.yaml")
    value = read(tree, shape, "scenario.yaml")      # raises InvalidInput with every problem found

A shape both reads a tree and gives its part of the JSON Schema, so that the two cannot disagree.
"""

from emulator.document.parse import MAX_BYTES, parse_yaml
from emulator.document.place import INVALID, Invalid, Place, Report, read
from emulator.document.shape import (
    Field,
    Shape,
    anything,
    boolean,
    by_kind,
    choice,
    integer,
    list_of,
    map_of,
    narrowed,
    nullable,
    number,
    one_or_many,
    parsed,
    record,
    text,
    without_variables,
)
from emulator.document.tree import Node, from_json, merge
from emulator.document.variables import substitute

__all__ = [
    "INVALID",
    "MAX_BYTES",
    "Field",
    "Invalid",
    "Node",
    "Place",
    "Report",
    "Shape",
    "anything",
    "boolean",
    "by_kind",
    "choice",
    "from_json",
    "integer",
    "list_of",
    "map_of",
    "merge",
    "narrowed",
    "nullable",
    "number",
    "one_or_many",
    "parse_yaml",
    "parsed",
    "read",
    "record",
    "substitute",
    "text",
    "without_variables",
]
