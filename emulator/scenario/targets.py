"""Where an event goes: its own targets, else those of the run or the scenario, which share a place in the draft."""

from __future__ import annotations

from collections.abc import Collection

from emulator.document import INVALID, Invalid, Place
from emulator.document.variables import holds_variable
from emulator.scenario.content import template_at
from emulator.scenario.draft import Draft
from emulator.scenario.render import static_value
from emulator.scenario.target import check_target
from emulator.template import Template

NO_TARGET = (
    "no target: give this event, the scenario or the run a `target` (--target on the command line), "
    "or register an endpoint that wants it (`endpoints` in the scenario)"
)

SOMEWHERE = "http://127.0.0.1/"
"""Stands in for the target, where only the files themselves are looked at."""


class Targets:
    """The targets of the events of one scenario; those that many events share are read once.

    With `falls_back`, the shared ones are those of the server.
    """

    def __init__(self, scenario: Draft, names: Collection[str], *, falls_back: bool) -> None:
        self._scenario = scenario
        self._falls_back = falls_back
        self._names = names
        self._parsed: dict[str, Template] = {}
        self._shared: tuple[Template, ...] | Invalid | None = None

    def place(self, draft: Draft) -> Place:
        """Where the targets of an event stand."""
        return (draft if draft.stands("target") else self._scenario).place.down(("target",))

    def left_open(self, draft: Draft) -> bool:
        """Whether nothing comes before registered endpoints."""
        return not draft.stands("target") and (self._falls_back or not self._scenario.stands("target"))

    def of(self, draft: Draft, *, needed: bool = True) -> tuple[Template, ...] | Invalid:
        """The targets of an event, which may be none if they are not `needed`."""
        if draft.stands("target"):
            return self._read(draft)
        if not needed and not self._scenario.stands("target"):
            return ()
        if self._shared is None:
            if not self._scenario.stands("target"):
                draft.place.problem(NO_TARGET)
            self._shared = self._read(self._scenario)
        return self._shared

    def _read(self, owner: Draft) -> tuple[Template, ...] | Invalid:
        texts: tuple[str, ...] | None = owner.get("target")
        if texts is None:
            return INVALID
        place = owner.place.child("target")
        places = [place]
        if isinstance(place.node.value, list):
            places = [place.child(number) for number in range(len(texts))]
        seen: set[str] = set()
        for text, each in zip(texts, places, strict=True):
            if text in seen:
                each.problem("this target stands in the list already; it would get two deliveries")
            seen.add(text)
        read = [self._one(text, each) for text, each in zip(texts, places, strict=True)]
        good = tuple(each for each in read if not isinstance(each, Invalid))
        return good if len(good) == len(read) else INVALID

    def _one(self, text: str, place: Place) -> Template | Invalid:
        if text in self._parsed:
            return self._parsed[text]
        template = template_at(place, text, self._names)
        if isinstance(template, Invalid):
            return INVALID
        if template.static:
            try:
                check_target(static_value(template))
            except ValueError as error:
                return place.problem(f"{error}{_unreplaced(text, place)}")
        self._parsed[text] = template
        return template


def _unreplaced(text: str, place: Place) -> str:
    """A hint for whoever wrote `${VAR}` where it is plain text: not in a file, but in what a call or a flag says."""
    in_a_file = place.report.path is not None and place.node.line is not None
    if in_a_file or not holds_variable(text):
        return ""
    return "; ${VAR} is replaced only in files on the disk, so give the URL itself as `target` of the call"
