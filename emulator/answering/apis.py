"""The APIs of one run: what its routes describe, provider by provider."""

from __future__ import annotations

from emulator.answering.routes import RouteApi
from emulator.answering.seam import Answered, Api, Call, Reply
from emulator.scenario.model import Scenario
from emulator.scenario.render import RunFacts

_JSON = (("Content-Type", "application/json"),)


class Apis:
    """Answers calls to the providers of one run, each with a memory of its own."""

    def __init__(self, scenario: Scenario, facts: RunFacts) -> None:
        self._scenario = scenario
        self._facts = facts
        self._by_provider: dict[str, tuple[Api, ...]] = {}

    def answer(self, provider: str, call: Call) -> Answered | None:
        """None: a path that nothing of this provider knows."""
        if provider not in self._by_provider:
            self._by_provider[provider] = (RouteApi(self._scenario, provider, self._facts),)
        for api in self._by_provider[provider]:
            answered = api.answer(call)
            if answered is not None:
                return answered
        return None


def not_found(provider: str) -> Reply:
    """What a provider says of a path that it does not have; the form is assumed."""
    body = b'{"detail":"Not found."}' if provider == "compliancely" else b'{"message":"Not Found"}'
    return Reply(status=404, headers=_JSON, body=body)
