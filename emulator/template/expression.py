"""An expression that needs Jinja: read into Jinja's tree, checked, and compiled in Jinja's sandbox."""

from __future__ import annotations

from collections.abc import Collection

from emulator.template.part import Part
from emulator.template.problem import Wrong, quoted


def read_expression(source: str, names: Collection[str]) -> Part:
    """The part that an expression is. Raises Wrong."""
    raise Wrong(f"{quoted(source)} is no name; known: {', '.join(sorted(names))}")
