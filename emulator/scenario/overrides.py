"""What the command line or the API says instead of the file. It is checked by the same shapes, in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from emulator.document import Node, from_json
from emulator.document.place import KeyPath
from emulator.value import value

UNSET: Final = object()
"""The secret that says nothing; None would say: send unsigned."""


@value(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Values in the spelling of the file; None leaves a key to the file.

    `secret` is a text for all providers, a mapping by provider, or None for unsigned. `labels` are those of the run, if
    they are known: a template that asks for another label is then told before anything is sent. `fallback_target` and
    `fallback_speed` hold where neither the run nor the file says anything.
    """

    target: str | Sequence[str] | None = None
    secret: Any = field(default=UNSET, repr=False)
    speed: str | None = None
    start: str | None = None
    seed: int | str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] | None = None
    fallback_target: str | None = None
    fallback_speed: str | None = None

    def settles_secrets(self) -> bool:
        """Whether the file's own secret is never asked for."""
        return self.secret is not UNSET and not isinstance(self.secret, Mapping)

    def unneeded(self) -> Iterator[KeyPath]:
        """The keys of the file that are not looked up."""
        yield from ((key,) for key in self._keys())
        yield from (("variables", name) for name in self.variables)
        if self.settles_secrets():
            yield ("secret",)

    def lay_on(self, root: Node) -> tuple[str, ...]:
        """Put the values in the place of the file's own. Gives the variables that the file does not declare."""
        if not isinstance(root.value, dict):
            return ()
        root.value.update({key: _given(value) for key, value in self._keys().items()})
        for key, fallback in (("target", self.fallback_target), ("speed", self.fallback_speed)):
            if fallback is not None and key not in root.value:
                root.value[key] = _given(fallback)
        if self.settles_secrets():
            root.value.pop("secret", None)
        variables = root.value.get("variables", Node({}))
        if not self.variables or not isinstance(variables.value, dict):
            return ()
        given = {name: from_json(value) for name, value in self.variables.items()}
        root.value["variables"] = Node(
            {**variables.value, **given}, variables.line, variables.column, variables.keys
        )
        return tuple(name for name in given if name not in variables.value)

    def _keys(self) -> dict[str, Any]:
        keys = {"target": self.target, "speed": self.speed, "start": self.start, "seed": self.seed}
        return {key: value for key, value in keys.items() if value is not None}


def _given(value: Any) -> Node:
    """Flags are texts, as are values out of `${VAR}`."""
    node = from_json(list(value) if isinstance(value, tuple) else value)
    node.substituted = isinstance(value, str)
    return node
