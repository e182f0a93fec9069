"""A rendering before anything is sent: the first and the last occurrence of each event, with the seed or a stand-in.

What cannot be rendered is told at its place in the file. What no template changes is encoded here, once for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from emulator.document import Place
from emulator.errors import TemplateError
from emulator.scenario.form import BODIES, Draft
from emulator.scenario.model import Event, ExactContent
from emulator.scenario.render import RunFacts, body_of, headers_of, targets_of
from emulator.template import Unrenderable

A_MOMENT = 1_767_603_600_000_000
"""2026-01-05T09:00:00Z, where a scenario does not say when it begins."""
_CONSTANT_NAMES = frozenset({"type", "data"})


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

    def play(self, event: Event, draft: Draft, targets: Place) -> Event:
        """The event, with a constant body encoded. Problems are noted at the draft's places, and at `targets`."""
        body = draft.place.down(_body_path(draft))
        if _constant_body(event):
            event = self._encoded(event, body)
        parts = [
            (headers_of, draft.place.down(("headers",)), event.headers is None),
            (body_of, body, isinstance(event.content, ExactContent)),
            (targets_of, targets, all(target.static for target in event.targets)),
        ]
        for part, place, constant in parts:
            if not constant:
                self._occurrences(part, event, place)
        return event

    def _occurrences(self, part: Callable[..., Any], event: Event, place: Place) -> None:
        for index in sorted({0, event.repeat.times - 1}):
            due_at = self._start + event.at_us + index * event.repeat.every_us
            if not self._rendered(part, event, index, due_at, place):
                return

    def _rendered(self, part: Callable[..., Any], event: Event, index: int, due_at: int, place: Place) -> Any:
        try:
            return part(event, self._facts, index=index, due_at=due_at) or True
        except TemplateError as error:
            path = error.path if isinstance(error, Unrenderable) else ()
            place.down(path).problem(str(error))
            return None

    def _encoded(self, event: Event, place: Place) -> Event:
        try:
            body = body_of(event, self._facts, index=0, due_at=self._start)
        except TemplateError as error:
            place.problem(str(error))
            return event
        return replace(event, content=ExactContent(body))


def _constant_body(event: Event) -> bool:
    content = event.content
    if isinstance(content, ExactContent):
        return False
    envelope = event.profile.envelope if content.enveloped else None
    return content.value.static and (envelope is None or envelope.uses <= _CONSTANT_NAMES)


def _body_path(draft: Draft) -> tuple[str, ...]:
    return tuple(key for key in (*BODIES, "type") if draft.stands(key))[:1]
