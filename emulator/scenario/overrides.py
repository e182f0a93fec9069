"""What the command line or the API says instead of the file. It is checked by the same shapes, in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from emulator.document import Node, from_json
from emulator.document.place import KeyPath
from emulator.endpoint import Endpoint
from emulator.value import value

UNSET: Final = object()
"""The secret that says nothing; None would say: send unsigned."""


@value(frozen=True, slots=True)
class Laid:
    """What became of overrides: `strange` variables are such as the file does not declare.

    With `falls_back`, the target holds only for events that no registered endpoint wants.
    """

    strange: tuple[str, ...] = ()
    falls_back: bool = False


@value(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Values in the spelling of the file; None leaves a key to the file.

    `secret` is a text for all providers, a mapping by provider, or None for unsigned. `labels` are those of the run, if
    they are known: a template that asks for another label is then told before anything is sent. `endpoints` are those
    that are registered. `fallback_target` and `fallback_speed` hold where neither the run nor the file says anything.
    """

    target: str | Sequence[str] | None = None
    secret: Any = field(default=UNSET, repr=False)
    speed: str | None = None
    start: str | None = None
    seed: int | str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] | None = None
    endpoints: tuple[Endpoint, ...] = field(default=(), repr=False)
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

    def lay_on(self, root: Node) -> Laid:
        """Put the values in the place of the file's own."""
        if not isinstance(root.value, dict):
            return Laid()
        root.value.update({key: _given(value) for key, value in self._keys().items()})
        falls_back = self.fallback_target is not None and "target" not in root.value
        for key, fallback in (("target", self.fallback_target), ("speed", self.fallback_speed)):
            if fallback is not None and key not in root.value:
                root.value[key] = _given(fallback)
        if self.settles_secrets():
            root.value.pop("secret", None)
        variables = root.value.get("variables", Node({}))
        if not self.variables or not isinstance(variables.value, dict):
            return Laid(falls_back=falls_back)
        given = {name: from_json(value) for name, value in self.variables.items()}
        root.value["variables"] = Node(
            {**variables.value, **given}, variables.line, variables.column, variables.keys
        )
        return Laid(tuple(name for name in given if name not in variables.value), falls_back)

    def _keys(self) -> dict[str, Any]:
        keys = {"target": self.target, "speed": self.speed, "start": self.start, "seed": self.seed}
        return {key: value for key, value in keys.items() if value is not None}


def _given(value: Any) -> Node:
    """Flags are texts, as are values out of `${VAR}`."""
    node = from_json(list(value) if isinstance(value, tuple) else value)
    node.substituted = isinstance(value, str)
    return node
