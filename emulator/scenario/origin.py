"""What a scenario was loaded from, as it was then: all that a restarted emulator needs to load it again.

Loading only keeps hold of what it reads anyway. Nothing is copied and no JSON made until `document` asks for it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Container, Mapping
from dataclasses import field, fields
from types import NoneType
from typing import Any, TypeVar

from emulator.document import from_json
from emulator.endpoint import from_document
from emulator.errors import InvalidInput
from emulator.provider.load import Definition
from emulator.provider.registry import definition_of
from emulator.scenario.overrides import UNSET, Overrides
from emulator.value import value

T = TypeVar("T")
Text = bytes | str | Mapping[str, Any]
"""The bytes of a file, a YAML text, or a JSON object."""
FORMAT = 1
_DAMAGED = "expected the document of a scenario as an emulator keeps it, found one that is damaged"


@value(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a loading read and was told. It fills while the scenario is loaded, and nothing changes it from then on.

    `environment` holds the variables that were looked up and found, no others; `bodies` the files that were read, by
    the names in `payload_file`; `providers` the definitions that were asked for, None for one whose file is wrong,
    which is no matter where only a secret names it.
    """

    text: Text = field(repr=False)
    name: str
    path: str | None = None
    overrides: Overrides
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    bodies: dict[str, bytes] = field(default_factory=dict, repr=False)
    providers: dict[str, Definition | None] = field(default_factory=dict, repr=False)

    def document(self) -> str:
        """All of it as a JSON text in ASCII, for `emulator.scenario.load.load_document`. Secrets stand in it."""
        return json.dumps(
            {
                "format": FORMAT,
                "text": _packed(self.text),
                "name": self.name,
                "path": self.path,
                "overrides": _overrides_json(self.overrides, self.providers),
                "environment": self.environment,
                "bodies": {name: _packed(body) for name, body in self.bodies.items()},
                "providers": {name: _definition_json(each) for name, each in self.providers.items()},
            }
        )


def read_document(text: str) -> Origin:
    """The origin that a document tells of. Raises InvalidInput for one that is damaged or of another format."""
    try:
        return _origin(_typed(json.loads(text), dict))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InvalidInput.of(_DAMAGED) from None


def _origin(keys: dict[str, Any]) -> Origin:
    if keys["format"] != FORMAT:
        raise InvalidInput.of(f"expected the document of a scenario in format {FORMAT}, found another format")
    bodies, providers = _typed(keys["bodies"], dict), _typed(keys["providers"], dict)
    environment = _typed(keys["environment"], dict)
    return Origin(
        text=_unpacked(keys["text"]),
        name=_typed(keys["name"], str),
        path=_typed(keys["path"], str, NoneType),
        overrides=_overrides(_typed(keys["overrides"], dict)),
        environment={name: _typed(value, str) for name, value in environment.items()},
        bodies={name: _typed(_unpacked(body), bytes) for name, body in bodies.items()},
        providers={name: _definition(name, each) for name, each in providers.items()},
    )


def _packed(text: Text) -> Any:
    """As JSON: bytes are a text where they are UTF-8, which is what files mostly are."""
    if isinstance(text, str):
        return {"text": text}
    if isinstance(text, Mapping):
        return {"json": from_json(text).plain()}
    try:
        return text.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(text).decode()}


def _unpacked(packed: Any) -> Text:
    if isinstance(packed, str):
        return packed.encode()
    ((kind, value),) = _typed(packed, dict).items()
    if kind == "base64":
        return b64decode(value, validate=True)
    kinds: dict[str, type[str | dict[str, Any]]] = {"text": str, "json": dict}
    return _typed(value, kinds[kind])


def _definition_json(definition: Definition | None) -> Any:
    if definition is None:
        return None
    return {"source": _packed(definition.source), "path": definition.path}


def _definition(name: str, kept: Any) -> Definition | None:
    if kept is None:
        return None
    source = _unpacked(_typed(kept, dict)["source"])
    if isinstance(source, Mapping):
        raise TypeError
    return definition_of(name, source, _typed(kept["path"], str, NoneType))


def _overrides_json(overrides: Overrides, providers: Container[str]) -> dict[str, Any]:
    """The keys that were given, with the endpoints of these providers; others keep their secrets to themselves.

    What is neither text nor number goes the way that it goes into a scenario.
    """
    given = {each.name: getattr(overrides, each.name) for each in fields(overrides)}
    given["endpoints"] = [each.to_document() for each in overrides.endpoints if each.provider in providers]
    return {
        key: value if isinstance(value, str) else from_json(value).plain()
        for key, value in given.items()
        if value is not UNSET
    }


_WORDS = (str, NoneType)
_KINDS: Mapping[str, tuple[type[Any], ...]] = {
    "target": (str, list, NoneType),
    "secret": (str, dict, NoneType),
    "speed": _WORDS,
    "start": _WORDS,
    "seed": (int, str, NoneType),
    "variables": (dict,),
    "labels": (dict, NoneType),
    "endpoints": (list,),
    "fallback_target": _WORDS,
    "fallback_speed": _WORDS,
}


def _overrides(keys: dict[str, Any]) -> Overrides:
    given = {key: _typed(value, *_KINDS[key]) for key, value in keys.items()}
    endpoints = tuple(from_document(_typed(each, dict)) for each in given.pop("endpoints", ()))
    return Overrides(**given, endpoints=endpoints)


def _typed(value: Any, *kinds: type[T]) -> T:
    """The value, if it is of one of these kinds; else TypeError."""
    if not isinstance(value, kinds):
        raise TypeError
    return value
