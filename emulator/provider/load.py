"""A provider's file read into a profile, and the profile that comes of laying overrides on it."""

from __future__ import annotations

import dataclasses
from dataclasses import field

from emulator.document import Invalid, Node, Place, merge, parse_yaml, read
from emulator.errors import InvalidInput, Problem
from emulator.provider.form import FILE, OVERRIDE, SETTINGS, consistent
from emulator.provider.profile import Profile
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Definition:
    """A profile with the tree and the text it was read from.

    `path` is the file's, or None for one that comes with the package.
    """

    profile: Profile
    tree: Node
    source: bytes | str = field(repr=False)
    path: str | None = None

    def overridden(self, place: Place) -> Definition | Invalid:
        """The provider with some of its keys overridden: mappings are merged deeply, all else is replaced.

        Problems are noted at the override's own lines and key path. The result can be overridden again.
        """
        given = OVERRIDE.read(place)
        if isinstance(given, Invalid):
            return given
        over = _spelt_as(self.tree, place.node)
        tree = merge(self.tree, over)
        touched = Node({key: tree.value[key] for key in over.value}, over.line, over.column, over.keys)
        settings = SETTINGS.read(Place(touched, place.report, place.key_path))
        if isinstance(settings, Invalid):
            return settings
        profile = consistent(dataclasses.replace(self.profile, **settings), place)
        if isinstance(profile, Invalid):
            return profile
        return Definition(profile=profile, tree=tree, source=self.source, path=self.path)


def read_definition(data: bytes | str, path: str, *, name: str | None = None) -> Definition:
    """The provider that a file's text describes; `name` is what it must be called.

    Raises InvalidInput with every problem found.
    """
    tree = parse_yaml(data, path)
    profile = read(tree, FILE, path)
    if name is not None and profile.provider != name:
        node = tree.value["provider"]
        told = f"expected {name}, as the file is called, found {profile.provider}"
        raise InvalidInput(
            [Problem(path=path, line=node.line, column=node.column, key="provider", message=told)]
        )
    return Definition(profile=profile, tree=tree, source=data, path=path)


def _spelt_as(base: Node, over: Node) -> Node:
    """The override with its header names spelt as the base spells them, since their case means nothing."""
    given, known = over.value.get("headers"), base.value.get("headers")
    if (
        given is None
        or known is None
        or not isinstance(given.value, dict)
        or not isinstance(known.value, dict)
    ):
        return over
    spelling = {name.lower(): name for name in known.value}
    values = {spelling.get(name.lower(), name): node for name, node in given.value.items()}
    if len(values) != len(given.value):
        return over
    keys = {spelling.get(name.lower(), name): place for name, place in given.keys.items()}
    headers = Node(values, given.line, given.column, keys)
    return Node({**over.value, "headers": headers}, over.line, over.column, over.keys)
