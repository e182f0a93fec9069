"""TIN matches: asked for with `POST /api/v1/submissions/`, or the hybrid way, which waits for the result."""

from __future__ import annotations

from emulator.answering.compliancely import fields
from emulator.answering.compliancely.credit import CODE, MESSAGE, Credit
from emulator.answering.compliancely.match import Match, Stage, stages
from emulator.answering.compliancely.replies import Refused, answer, detail
from emulator.answering.compliancely.request import Handled, Request
from emulator.answering.compliancely.sandbox import decide
from emulator.answering.compliancely.shelf import Shelf
from emulator.answering.seam import Emission
from emulator.duration import SECOND
from emulator.scenario.compliancely import IN_REVIEW, CompliancelySettings

PATIENCE = 30 * SECOND
"""How long the hybrid call waits, in emulated microseconds."""

QUEUED = (
    "The IRS did not answer in time. Your request is queued; its result will be sent to webhook_urls,"
    " and can be fetched by its id."
)


class Submissions:
    """The matches that were asked for, whichever way."""

    def __init__(self, seed: int, settings: CompliancelySettings, credit: Credit) -> None:
        self._settings = settings
        self._credit = credit
        self._shelf: Shelf[Match] = Shelf(seed, "submission", least=1_000_000)

    def post(self, request: Request) -> Handled:
        """Answers at once, with what is known by then."""
        match, urls = self._ask(request)
        reply = answer(201, match.object(request.call.at))
        emissions = self._emissions(match, urls, request.call.at, since=request.call.at)
        return Handled(reply, emissions, _changes(match))

    def hybrid(self, request: Request) -> Handled:
        """Answers with the final object, or after 30 s with a message; only then a webhook follows."""
        match, urls = self._ask(request, PATIENCE)
        now = request.call.at
        if match.final is not None and match.final.at <= match.told:
            reply = answer(201, match.object(match.told), delay_us=match.told - now)
            return Handled(reply, changes=_changes(match))
        queued = {**match.object(match.told), "message": QUEUED}
        emissions = self._emissions(match, urls, now, since=match.told + 1)
        return Handled(answer(201, queued, delay_us=PATIENCE), emissions, (PATIENCE, *_changes(match)))

    def get(self, request: Request) -> Handled:
        """The match as it stands."""
        match = self._shelf.get(request.id)
        if match is None:
            raise Refused(detail(404, "Not found."))
        return Handled(answer(200, match.object(request.call.at)))

    def _ask(self, request: Request, patience: int = 0) -> tuple[Match, tuple[str, ...]]:
        """The match, whose result is waited for so many emulated microseconds, and where it is to be told."""
        form = request.form()
        tin = form.required("tin", fields.tin, "")
        name = form.required("name", fields.name, "")
        urls = form.urls("webhook_urls")
        form.check()
        if not self._credit.pays():
            raise Refused(answer(403, {"code": CODE, "message": MESSAGE}))
        result = decide(self._settings, name, tin)
        life = stages(result, request.call.at, self._settings.after_us)
        told = request.call.at + patience
        if life[-1].final:
            told = min(told, life[-1].at)
        match = self._shelf.put(
            lambda number: Match(
                id=number, name=name, tin=tin, created_by=request.user, stages=life, told=told
            )
        )
        return match, urls

    def _emissions(
        self, match: Match, urls: tuple[str, ...], now: int, *, since: int
    ) -> tuple[Emission, ...]:
        """One for each stage from `since` on that is told to the URLs."""
        return tuple(
            Emission(
                event="tin_match",
                type="tin_match",
                delay_us=stage.at - now,
                targets=urls,
                data=match.object(stage.at),
            )
            for stage in match.stages
            if urls and stage.at >= since and self._is_told(stage)
        )

    def _is_told(self, stage: Stage) -> bool:
        return stage.final or (stage.irs_code == IN_REVIEW and self._settings.also_in_review)


def _changes(match: Match) -> tuple[int, ...]:
    return tuple(stage.at - match.created_at for stage in match.stages[1:])
