"""Tax-exempt checks: `/api/v2/taxexempt/`. Its answers have a wrapper, and its errors a form of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.answering.compliancely import fields
from emulator.answering.compliancely.credit import CODE, MESSAGE, Credit
from emulator.answering.compliancely.fields import Form
from emulator.answering.compliancely.moments import exact
from emulator.answering.compliancely.reading import NoFields
from emulator.answering.compliancely.replies import Refused, answer
from emulator.answering.compliancely.request import Handled, Request
from emulator.answering.compliancely.shelf import Shelf
from emulator.answering.seam import Emission, Reply
from emulator.scenario.compliancely import CompliancelySettings

SUBMITTED = "Tax exempt check submitted successfully."
ONE_OF = "Either tin or name is required."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    id: int
    tin: str
    name: str
    created_by: str
    urls: tuple[str, ...]
    created_at: int
    done_at: int

    def object(self, moment: int) -> dict[str, Any]:
        """What POST and GET answer, and a webhook carries."""
        data = {
            "id": self.id,
            "tin": self.tin,
            "name": self.name,
            "status": "Completed" if self.done_at <= moment else "Pending",
            "created_at": exact(self.created_at),
            "created_by": self.created_by,
            "webhook_urls": list(self.urls),
        }
        return {"success_message": SUBMITTED, "data": data, "success": True}


class Checks:
    """The checks that were asked for."""

    def __init__(self, seed: int, settings: CompliancelySettings, credit: Credit) -> None:
        self._after_us = settings.after_us
        self._credit = credit
        self._shelf: Shelf[_Check] = Shelf(seed, "taxexempt", least=1_000)

    def post(self, request: Request) -> Handled:
        """Answers at once; the result goes to `webhook_urls`."""
        form = _form(request)
        tin = form.optional("tin", fields.loose_tin, "")
        name = form.optional("name", fields.loose, "")
        urls = form.urls("webhook_urls")
        if form.errors:
            raise Refused(_invalid(form.errors))
        if not tin and not name:
            raise Refused(_wrong(400, ("required", ONE_OF)))
        if not self._credit.pays():
            raise Refused(_wrong(403, (CODE, MESSAGE)))
        now = request.call.at
        check = self._shelf.put(
            lambda number: _Check(
                id=number,
                tin=tin,
                name=name,
                created_by=request.user,
                urls=urls,
                created_at=now,
                done_at=now + self._after_us,
            )
        )
        return Handled(answer(201, check.object(now)), _emissions(check), (self._after_us,))

    def get(self, request: Request) -> Handled:
        """The check as it stands."""
        check = self._shelf.get(request.id)
        if check is None:
            raise Refused(_wrong(404, ("not_found", "Not found.")))
        return Handled(answer(200, check.object(request.call.at)))


def _form(request: Request) -> Form:
    try:
        return request.form()
    except NoFields as none:
        raise Refused(_invalid(none.errors)) from None


def _invalid(errors: dict[str, Any]) -> Reply:
    return _wrong(400, *[("invalid", f"{name}: {text}") for name in errors for text in _texts(errors[name])])


def _texts(detail: Any) -> list[str]:
    """Texts, or those of a list's items by their position."""
    if isinstance(detail, dict):
        return [f"{position}: {text}" for position, texts in detail.items() for text in texts]
    return list(detail)


def _wrong(status: int, *errors: tuple[str, str]) -> Reply:
    told = [{"code": code, "message": message} for code, message in errors]
    return answer(status, {"errors": told, "data": None, "success": False})


def _emissions(check: _Check) -> tuple[Emission, ...]:
    if not check.urls:
        return ()
    emission = Emission(
        event="tax_exempt",
        type="tax_exempt",
        delay_us=check.done_at - check.created_at,
        targets=check.urls,
        data=check.object(check.done_at),
    )
    return (emission,)
