"""The API that the routes of a scenario describe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.answering.masked import masked_call
from emulator.answering.masked_url import MASK
from emulator.answering.memory import Memory
from emulator.answering.nearest import nearest_route
from emulator.answering.seam import Answered, Call, Choice, Reply
from emulator.answering.seen import Seen
from emulator.answering.turn import Turn, Unanswerable
from emulator.errors import TemplateError
from emulator.scenario.model import Scenario
from emulator.scenario.render import RunFacts
from emulator.scenario.route import Route

_NO_JSON = " (the body of this request is no JSON, so request.json is null)"
_WITHHELD = "this cannot be rendered; the reason is not told, since it depends on a secret of the request"


class RouteApi:
    """A provider's routes in one run: of those that fit a call, the first in the file answers it.

    A route whose pattern is too slow to tell whether it fits answers with an error. A call that was answered before
    keeps its route. HEAD is answered as GET, with the body that GET would have. What is rendered depends on the run's
    seed, the route and the number of its calls; it sees what earlier calls have left.
    """

    def __init__(self, scenario: Scenario, provider: str, facts: RunFacts) -> None:
        self._routes = tuple(route for route in scenario.routes if route.provider == provider)
        self._facts = facts
        self._memory = Memory()
        self._calls: Counter[str] = Counter()

    def answer(self, call: Call) -> Answered | None:
        seen = Seen(call)
        choice = call.choice or self._chosen(seen)
        if choice.route is None:
            return None
        route = self._routes[choice.route]
        answered = self._slow(route, choice.slow) if choice.slow else self._answered(route, seen)
        return replace(answered, choice=choice)

    def nearest(self, call: Call) -> str | None:
        """Which route comes nearest to a call that none answers, and what does not fit."""
        return nearest_route(self._routes, call)

    def _chosen(self, seen: Seen) -> Choice:
        for number, route in enumerate(self._routes):
            try:
                if seen.fits(route.asked):
                    return Choice(number)
            except TimeoutError as error:
                return Choice(number, str(error))
        return Choice()

    def _slow(self, route: Route, told: str) -> Answered:
        return self._failed(route, str(route.where.problem(("request",), told)))

    def _answered(self, route: Route, seen: Seen) -> Answered:
        parameters = seen.parameters(route.asked) or {}
        self._calls[route.label] += 1
        turn = self._turn(route, seen, parameters, self._memory.state)
        try:
            reply, kept, emissions = turn.all()
            self._memory.keep(kept, self._shown(route, seen.call, parameters, kept) if kept else {})
        except Unanswerable as error:
            told = self._told(route, seen.call, parameters, error)
            return self._failed(route, told + (_NO_JSON if seen.misses_json else ""))
        except TemplateError as error:
            return self._failed(route, str(route.where.problem(("set",), str(error))))
        return Answered(route=route.label, reply=reply, emissions=emissions)

    def _turn(self, route: Route, seen: Seen, parameters: dict[str, str], state: Mapping[str, Any]) -> Turn:
        return Turn(route, seen, parameters, self._calls[route.label], self._facts, state, self._memory.draw)

    def _masked(self, route: Route, call: Call, parameters: dict[str, str]) -> Turn:
        """The call as if it had come masked, after others that had: nothing that it renders holds a secret."""
        return self._turn(route, Seen(masked_call(call)), parameters, self._memory.shown)

    def _shown(
        self, route: Route, call: Call, parameters: dict[str, str], kept: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        try:
            return self._masked(route, call, parameters).kept()
        except Unanswerable:
            return dict.fromkeys(kept, MASK)

    def _told(self, route: Route, call: Call, parameters: dict[str, str], error: Unanswerable) -> str:
        """What is wrong: in the words that the masked call would have got, since the others may hold a secret."""
        try:
            self._masked(route, call, parameters).all()
        except Unanswerable as masked:
            if masked.problem.key == error.problem.key:
                return str(masked.problem)
        return str(replace(error.problem, message=_WITHHELD))

    def _failed(self, route: Route, told: str) -> Answered:
        self._memory.forget()
        text = f"The emulator cannot answer this request as the scenario {self._facts.name} wants:\n{told}\n"
        headers = (("Content-Type", "text/plain; charset=utf-8"),)
        reply = Reply(status=500, headers=headers, body=text.encode(errors="replace"))
        return Answered(route=route.label, reply=reply, failure=told)
