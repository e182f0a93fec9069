"""Where a loading finds what it asks for. What it finds is noted in the scenario's origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from emulator.provider.load import Definition
from emulator.scenario.files import Bodies
from emulator.scenario.origin import Origin
from emulator.scenario.profiles import Find
from emulator.scenario.secret import ENVIRONMENT


class Lookups(Mapping[str, str]):
    """An environment that notes in `found` what is looked up in it."""

    def __init__(self, environment: Mapping[str, str], found: dict[str, str]) -> None:
        self._environment = environment
        self._found = found

    def __getitem__(self, name: str) -> str:
        value = self._found[name] = self._environment[name]
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._environment)

    def __len__(self) -> int:
        return len(self._environment)


class Source:
    """The sources of one scenario: providers, bodies of files and the environment."""

    def __init__(self, origin: Origin, find: Find, bodies: Bodies, environment: Mapping[str, str]) -> None:
        self.origin = origin
        self.environment = Lookups(environment, origin.environment)
        self._environment = environment
        self._find = find
        self._bodies = bodies

    def secrets(self) -> Iterator[str]:
        """What no message may show: every secret of the environment, whether it is used or not."""
        return (self._environment[name] for name in self._environment if name.startswith(ENVIRONMENT))

    def find(self, provider: str) -> Definition:
        """The definition of a provider. Raises InvalidInput."""
        self.origin.providers[provider] = None
        definition = self.origin.providers[provider] = self._find(provider)
        return definition

    def read(self, name: str) -> bytes:
        body = self.origin.bodies[name] = self._bodies.read(name)
        return body
