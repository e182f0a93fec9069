"""A rendering before anything is sent: the first and the last occurrence of each event, with the seed or a stand-in.

What cannot be rendered is told at its place in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.document import Place
from emulator.errors import TemplateError
from emulator.scenario.content import body_path
from emulator.scenario.draft import Draft
from emulator.scenario.model import Event, ExactContent
from emulator.scenario.render import Names, RunFacts, body_of, headers_of, targets_of
from emulator.template import Moment, Scope, Template, Unrenderable

A_MOMENT = 1_767_603_600_000_000
"""2026-01-05T09:00:00Z, where a scenario does not say when it begins."""


_OF_CALLS = frozenset({"request", "state"})


class _AnyLabels(dict[str, str]):
    """Labels of a run that is not known yet: each one exists."""

    def __missing__(self, key: str) -> str:
        return key


class Trial:
    """Renders events on trial."""

    def __init__(
        self,
        name: str,
        variables: Mapping[str, Any],
        seed: int | None,
        start: int | None,
        labels: Mapping[str, str] | None,
    ) -> None:
        self._start = A_MOMENT if start is None else start
        self._facts = RunFacts(
            name=name, labels=_AnyLabels() if labels is None else labels, seed=seed or 0, variables=variables
        )

    def play(self, event: Event, draft: Draft, targets: Place) -> None:
        """Render an event. Problems are noted at the draft's places, and at `targets`."""
        parts: list[tuple[Callable[..., Any], Place, bool]] = [
            (
                headers_of,
                draft.place.down(("headers",)),
                event.headers is None and event.profile.header_template is None,
            ),
            (body_of, draft.place.down(body_path(draft)), isinstance(event.content, ExactContent)),
            (targets_of, targets, all(target.static for target in event.targets)),
        ]
        for part, place, constant in parts:
            if not constant:
                self._occurrences(part, event, place)

    def route(self, template: Template, place: Place, check: Callable[[Any], Any] | None) -> None:
        """Render a template of a route, and check what it gives, unless it takes a request or what calls have left."""
        if template.uses & _OF_CALLS:
            return
        names = {
            "now": Moment(self._start),
            "seed": self._facts.seed,
            "run": {"name": self._facts.name, "labels": self._facts.labels},
            "sequence()": lambda _: 1,
        }
        try:
            value = template.render(Scope(Names(names, self._facts.variables), "trial"))
            if check is not None:
                check(value)
        except TemplateError as error:
            path = error.path if isinstance(error, Unrenderable) else ()
            place.down(path).problem(str(error))

    def _occurrences(self, part: Callable[..., Any], event: Event, place: Place) -> None:
        for index in sorted({0, event.repeat.times - 1}):
            due_at = self._start + event.at_us + index * event.repeat.every_us
            try:
                part(event, self._facts, index=index, due_at=due_at)
            except TemplateError as error:
                path = error.path if isinstance(error, Unrenderable) else ()
                place.down(path).problem(str(error))
                return
