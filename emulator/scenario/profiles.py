"""The profiles that a scenario's events use: each provider read once, each override laid on once."""

from __future__ import annotations

import json
from collections.abc import Callable

from emulator.document import INVALID, Invalid, Place
from emulator.errors import InvalidInput
from emulator.provider.load import Definition

Find = Callable[[str], Definition]


class Profiles:
    """Definitions by provider and overrides. Problems are noted where the provider or the override is named."""

    def __init__(self, find: Find, scenario_override: Place | None) -> None:
        self._find = find
        self._override = scenario_override
        self._plain: dict[str, Definition | Invalid] = {}
        self._overridden: dict[tuple[str, str], Definition] = {}
        self._by_node: dict[tuple[str, int], Definition | Invalid] = {}

    def definition(self, provider: str, named_at: Place, override: Place | None) -> Definition | Invalid:
        """The definition of a provider under the scenario's override and an event's own."""
        if provider not in self._plain:
            self._plain[provider] = self._load(provider, named_at)
        base = self._plain[provider]
        if isinstance(base, Invalid) or override is None:
            return base
        key = (provider, id(override.node))
        if key not in self._by_node:
            self._by_node[key] = self._laid_on(base, provider, override)
        return self._by_node[key]

    def unknown(self, provider: str) -> str | None:
        """What to say of a provider that does not exist; None for one that does, be its file right or wrong."""
        try:
            self._find(provider)
        except InvalidInput as error:
            return next((problem.message for problem in error.problems if problem.path is None), None)
        return None

    def _load(self, provider: str, named_at: Place) -> Definition | Invalid:
        try:
            base = self._find(provider)
        except InvalidInput as error:
            for problem in error.problems:
                if problem.path is None:
                    named_at.problem(problem.message)
            named_at.report.adopt(problem for problem in error.problems if problem.path is not None)
            return INVALID
        return base if self._override is None else base.overridden(self._override)

    def _laid_on(self, base: Definition, provider: str, override: Place) -> Definition | Invalid:
        key = (provider, json.dumps(override.node.plain()))
        if key not in self._overridden:
            laid = base.overridden(override)
            if isinstance(laid, Invalid):
                return INVALID
            self._overridden[key] = laid
        return self._overridden[key]
