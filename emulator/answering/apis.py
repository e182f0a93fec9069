"""The APIs of one run: what its routes describe, then what is built in, provider by provider."""

from __future__ import annotations

from dataclasses import replace

from emulator.answering.routes import RouteApi
from emulator.answering.seam import Answered, Api, Call, Choice, Reply
from emulator.scenario.model import Scenario
from emulator.scenario.render import RunFacts

_COMPLIANCELY = "compliancely"


class Apis:
    """Answers calls to the providers of one run, each with a memory of its own.

    `below` is the path of the run, before the provider's name: URLs that answers hold stand there.
    """

    def __init__(self, scenario: Scenario, facts: RunFacts, *, below: str) -> None:
        self._scenario = scenario
        self._facts = facts
        self._below = below
        self._event_of = {event.type: event.name for event in scenario.api_events}
        self._routes: dict[str, RouteApi] = {}
        self._built_in: dict[str, Api] = {}
        if scenario.api is not None:
            from emulator.answering.compliancely import CompliancelyApi  # noqa: PLC0415 - few runs need it

            settings = replace(scenario.api, prefix=f"{below}/{_COMPLIANCELY}")
            self._built_in[_COMPLIANCELY] = CompliancelyApi(facts.seed, settings)

    def answer(self, provider: str, call: Call) -> Answered | None:
        """None: a path that nothing of this provider knows."""
        if provider not in self._routes:
            self._routes[provider] = RouteApi(self._scenario, provider, self._facts)
        answered = self._routes[provider].answer(call)
        if answered is not None or provider not in self._built_in:
            return answered
        answered = self._built_in[provider].answer(call)
        if answered is None:
            return None
        emissions = tuple(replace(it, event=self._event_of[it.type]) for it in answered.emissions)
        return replace(answered, emissions=emissions, choice=Choice())

    def nearest(self, provider: str, call: Call) -> str | None:
        """What a call lacks that nothing of this provider answered; None where no route comes near."""
        return self._routes[provider].nearest(call)


def no_such_path(provider: str, call: Call) -> Reply:
    """What a provider says of a path that it does not have; but for Compliancely's, the form is assumed."""
    if provider == _COMPLIANCELY:
        from emulator.answering.compliancely import not_found  # noqa: PLC0415 - the same

        return not_found(call)
    headers = (("Content-Type", "application/json"),)
    return Reply(status=404, headers=headers, body=b'{"message":"Not Found"}')
