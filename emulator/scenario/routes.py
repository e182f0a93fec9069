"""Drafts of routes into routes: what each inherits, and whether its templates and its parts fit together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from emulator.document import Invalid, Node, Place
from emulator.document.place import KeyPath
from emulator.provider.profile import Profile
from emulator.scenario.content import template_at
from emulator.scenario.draft import Draft
from emulator.scenario.model import Event
from emulator.scenario.render import header_text, urls_of
from emulator.scenario.route import ROUTE_NAMES, Answer, Asked, Emit, Route, Where, request_members
from emulator.scenario.slips import Slips
from emulator.scenario.trial import Trial
from emulator.template import Members, Template

_WITHOUT_BODY = (204, 304)
_OF_AN_ANSWER = ("status", "headers", "json", "text")


class Routes:
    """Resolves the routes of one scenario. `profile_of` gives the profile of a draft's provider."""

    def __init__(
        self,
        variables: Collection[str],
        profile_of: Callable[[Draft], Profile | None],
        events: Mapping[str, Event],
        trial: Trial,
        slips: Slips,
    ) -> None:
        self._names = ROUTE_NAMES.union(variables)
        self._profile_of = profile_of
        self._events = events
        self._trial = trial
        self._slips = slips
        self._members: Members = {}

    def resolved(self, drafts: tuple[Draft, ...]) -> Iterator[Route]:
        """The routes that could be read; what is wrong with the others is noted."""
        for draft in drafts:
            route = None if draft.broken or draft.place.report.full else self._route(draft)
            if route is not None:
                yield route

    def _route(self, draft: Draft) -> Route | None:
        profile = self._profile_of(draft)
        asked: Asked | None = draft.get("request")
        self._members = {"request": request_members(asked)}
        answer = self._answer(draft.get("response"))
        emits = [self._emit(each) for each in draft.get("emits", ())]
        state = self._state(draft)
        if profile is None or asked is None:
            return None
        return Route(
            label=draft.get("name") or f"{asked.method} {asked.path.text}",
            provider=profile.provider,
            asked=asked,
            answer=answer,
            emits=tuple(each for each in emits if each is not None),
            set=tuple(state),
            encoding=profile.encoding,
            where=_where(draft.place),
        )

    def _answer(self, draft: Draft | None) -> Answer:
        if draft is None:
            return Answer()
        self._check_answer(draft)
        headers = {
            name: self._tried(draft.place.down(("headers", name)), value, header_text)
            for name, value in draft.get("headers", {}).items()
        }
        return Answer(
            status=draft.get("status", 200),
            headers=tuple((name, value) for name, value in headers.items() if value is not None),
            json=self._at(draft, "json"),
            text=self._at(draft, "text"),
            delay_us=draft.get("delay", 0),
            drop=draft.get("drop", False),
        )

    def _check_answer(self, draft: Draft) -> None:
        bodies = [key for key in ("json", "text") if draft.stands(key)]
        if len(bodies) > 1:
            draft.place.key_problem("text", "expected one body, found json and text")
        if draft.get("drop"):
            for key in _OF_AN_ANSWER:
                if draft.stands(key):
                    draft.place.key_problem(
                        key, "a dropped connection carries no answer; remove this key, or drop"
                    )
        elif bodies and draft.get("status") in _WITHOUT_BODY:
            draft.place.key_problem(bodies[0], f"an answer of {draft.get('status')} has no body")

    def _emit(self, draft: Draft) -> Emit | None:
        name = draft.get("event")
        event = self._events.get(name)
        targets = self._at(draft, "targets", urls_of)
        data = self._at(draft, "data")
        if event is not None and event.type is not None and draft.stands("data"):
            entry = event.profile.events.get(event.type)
            self._slips.look_at(event.type, entry and entry.data, draft.get("data"))
        if name is None:
            return None
        return Emit(
            event=name,
            type=None if event is None else event.type,
            delay_us=draft.get("delay", 0),
            targets=targets,
            data=data,
        )

    def _state(self, draft: Draft) -> Iterator[tuple[Template, Template]]:
        for name, value in draft.get("set", {}).items():
            place = draft.place.down(("set", name))
            told, kept = self._tried(place, name), self._tried(place, value)
            if told is not None and kept is not None:
                yield told, kept

    def _at(self, draft: Draft, key: str, check: Callable[[Any], Any] | None = None) -> Template | None:
        if not draft.stands(key) or key not in draft.values:
            return None
        return self._tried(draft.place.child(key), draft.get(key), check)

    def _tried(self, place: Place, value: Any, check: Callable[[Any], Any] | None = None) -> Template | None:
        """The template of a value, rendered on trial if that takes no request."""
        template = template_at(place, value, self._names, self._members)
        if isinstance(template, Invalid):
            return None
        self._trial.route(template, place, check)
        return template


def _where(place: Place) -> Where:
    """The positions of the route itself and of every text that may be a template."""
    positions: dict[KeyPath, tuple[int, int]] = {}
    rest: list[tuple[KeyPath, Node]] = [((), place.node)]
    while rest:
        path, node = rest.pop()
        if node.line is not None and node.column is not None and (not path or _may_fail(node)):
            positions[path] = node.line, node.column
        rest += [((*path, key), each) for key, each in node.children()]
    return Where(path=place.report.path, key=place.key_path, positions=positions)


def _may_fail(node: Node) -> bool:
    return isinstance(node.value, str) and "{{" in node.value
