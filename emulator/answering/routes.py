"""The API that the routes of a scenario describe."""

from __future__ import annotations

from collections import Counter

from emulator.answering.memory import Memory
from emulator.answering.seam import Answered, Call, Reply
from emulator.answering.seen import Seen
from emulator.answering.turn import Turn, Unanswerable
from emulator.errors import TemplateError
from emulator.scenario.model import Scenario
from emulator.scenario.render import RunFacts
from emulator.scenario.route import Route

_NO_JSON = " (the body of this request is no JSON, so request.json is null)"


class RouteApi:
    """A provider's routes in one run: of those that fit a call, the first in the file answers it.

    HEAD is answered as GET, with the body that GET would have. What is rendered depends on the run's seed, the route
    and the number of its calls; it sees what earlier calls have left.
    """

    def __init__(self, scenario: Scenario, provider: str, facts: RunFacts) -> None:
        self._routes = tuple(route for route in scenario.routes if route.provider == provider)
        self._facts = facts
        self._memory = Memory()
        self._calls: Counter[str] = Counter()

    def answer(self, call: Call) -> Answered | None:
        seen = Seen(call)
        for route in self._routes:
            parameters = seen.parameters(route.asked)
            if parameters is not None:
                return self._answered(route, seen, parameters)
        return None

    def _answered(self, route: Route, seen: Seen, parameters: dict[str, str]) -> Answered:
        self._calls[route.label] += 1
        number = self._calls[route.label]
        turn = Turn(route, seen, parameters, number, self._facts, self._memory)
        try:
            reply, kept, emissions = turn.reply(), turn.kept(), tuple(turn.emissions())
            self._memory.keep(kept)
        except Unanswerable as error:
            return self._failed(route, str(error.problem) + (_NO_JSON if seen.misses_json else ""))
        except TemplateError as error:
            return self._failed(route, str(route.where.problem(("set",), str(error))))
        return Answered(route=route.label, reply=reply, emissions=emissions)

    def _failed(self, route: Route, told: str) -> Answered:
        self._memory.forget()
        text = f"The emulator cannot answer this request as the scenario {self._facts.name} wants:\n{told}\n"
        headers = (("Content-Type", "text/plain; charset=utf-8"),)
        return Answered(
            route=route.label, reply=Reply(status=500, headers=headers, body=text.encode(errors="replace"))
        )
