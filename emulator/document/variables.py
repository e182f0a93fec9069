"""`${VAR}` and `${VAR:-default}` in the text values of a tree that came from a file on the disk."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from emulator.document.place import KeyPath, Report
from emulator.document.tree import Node

_VARIABLE = re.compile(r"\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})?")


def holds_variable(text: str) -> bool:
    """Whether `${VAR}` stands in a text, to be replaced or not."""
    return any(match[1] for match in _VARIABLE.finditer(text))


def substitute(
    root: Node, environment: Mapping[str, str], report: Report, *, skip: Collection[str | KeyPath] = ()
) -> None:
    """Replace variables in place; `$${` becomes `${`. What stands at a key or key path in `skip` is not looked up.

    Undefined variables without a default, and a `${` that never closes, become problems of `report`.
    """
    skipped = {(each,) if isinstance(each, str) else each for each in skip}
    todo: list[tuple[Node, KeyPath]] = [(root, ())]
    seen: set[int] = set()
    while todo:
        node, path = todo.pop()
        if id(node) in seen or path in skipped:
            continue
        seen.add(id(node))
        if isinstance(node.value, str):
            if "${" in node.value:
                _replace(node, path, environment, report)
            continue
        todo += [(child, (*path, key)) for key, child in node.children()]


def _replace(node: Node, path: KeyPath, environment: Mapping[str, str], report: Report) -> None:
    def unusable(message: str) -> str:
        report.add(node, path, message)
        report.spoil(node)
        return ""

    def value(match: re.Match[str]) -> str:
        name, default = match.groups()
        if match[0] == "$${":
            return "${"
        if name is None:
            return unusable("expected ${NAME} or ${NAME:-default} ($${ writes ${)")
        found = environment.get(name)
        if default is not None:
            return found or default
        if found is None:
            told = f"the environment variable {name} is not set, and no default is given"
            return unusable(f"{told} (${{{name}:-default}})")
        return found

    node.substituted = "${" in node.value.replace("$${", "")
    node.value = _VARIABLE.sub(value, node.value)
