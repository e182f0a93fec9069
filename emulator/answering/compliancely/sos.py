"""Secretary-of-State searches: `/api/v1/sos_submissions/`. Their URLs come as `callback_url`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.answering.compliancely import fields
from emulator.answering.compliancely.credit import MESSAGE, Credit
from emulator.answering.compliancely.moments import exact
from emulator.answering.compliancely.replies import Refused, answer, detail
from emulator.answering.compliancely.request import Handled, Request
from emulator.answering.compliancely.shelf import Shelf
from emulator.answering.compliancely.states import STATES
from emulator.answering.seam import Emission
from emulator.scenario.compliancely import CompliancelySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    id: int
    name: str
    address: str | None
    urls: tuple[str, ...]
    state: str
    created_at: int
    done_at: int

    def asked(self, moment: int) -> dict[str, Any]:
        """What the POST answers: no results yet."""
        return {
            "id": self.id,
            "status": "Completed" if self.done_at <= moment else "Pending",
            "name": self.name,
            "address": self.address,
            "callback_url": list(self.urls) or None,
            "states": self.state,
            "created_at": exact(self.created_at),
        }

    def object(self, moment: int) -> dict[str, Any]:
        """What the GET answers, and a webhook carries."""
        found = {"status": "Active", "standing": "Good", "match_percentage": 100}
        return {**self.asked(moment), "results": [found] if self.done_at <= moment else []}


class Searches:
    """The searches that were asked for."""

    def __init__(self, seed: int, settings: CompliancelySettings, credit: Credit) -> None:
        self._after_us = settings.after_us
        self._credit = credit
        self._shelf: Shelf[_Search] = Shelf(seed, "sos_submission", least=10_000)

    def post(self, request: Request) -> Handled:
        """Answers at once; the result goes to `callback_url`."""
        form = request.form()
        name = form.required("name", fields.text, "")
        state = form.required("state", _state, "")
        address = form.optional("address", fields.loose, "") or None
        urls = form.urls("callback_url")
        form.check()
        if not self._credit.pays():
            raise Refused(detail(403, MESSAGE))
        now = request.call.at
        search = self._shelf.put(
            lambda number: _Search(
                id=number,
                name=name,
                address=address,
                urls=urls,
                state=state,
                created_at=now,
                done_at=now + self._after_us,
            )
        )
        return Handled(answer(201, search.asked(now)), _emissions(search), (self._after_us,))

    def get(self, request: Request) -> Handled:
        """The search as it stands, with its results."""
        search = self._shelf.get(request.id)
        if search is None:
            raise Refused(detail(404, "Not found."))
        return Handled(answer(200, search.object(request.call.at)))


def _state(value: Any) -> str:
    return fields.choice(value, STATES)


def _emissions(search: _Search) -> tuple[Emission, ...]:
    if not search.urls:
        return ()
    emission = Emission(
        event="sos_search",
        type="sos_search",
        delay_us=search.done_at - search.created_at,
        targets=search.urls,
        data=search.object(search.done_at),
    )
    return (emission,)
