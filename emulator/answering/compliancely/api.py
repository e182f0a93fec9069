"""Compliancely's API: which path and method leads where, who may come in, and what refuses a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emulator.answering.compliancely.bulk import FILES, Bulk
from emulator.answering.compliancely.credit import Credit
from emulator.answering.compliancely.exempt import Checks
from emulator.answering.compliancely.reading import MEDIA_TYPES
from emulator.answering.compliancely.replies import Refused, answer, detail
from emulator.answering.compliancely.request import Endpoint, Handled, Request
from emulator.answering.compliancely.sos import Searches
from emulator.answering.compliancely.submissions import Submissions
from emulator.answering.compliancely.tokens import Tokens
from emulator.answering.seam import Answered, Call, Reply
from emulator.scenario.compliancely import CompliancelySettings


@dataclass(frozen=True, slots=True)
class _Route:
    """A path in its documented spelling, `{…}` for what varies, and its endpoints by method."""

    path: str
    endpoints: Mapping[str, Endpoint]
    enter: Callable[[Call], str]

    def parts(self, path: str) -> tuple[str, ...] | None:
        """What stands in the place of `{…}`; None if the path is another. A slash at the end is all the same."""
        mine, theirs = self.path.removesuffix("/").split("/"), path.removesuffix("/").split("/")
        if len(mine) != len(theirs):
            return None
        pairs = list(zip(mine, theirs, strict=True))
        if not all(theirs == mine or (theirs and mine.startswith("{")) for mine, theirs in pairs[1:]):
            return None
        return tuple(theirs for mine, theirs in pairs if mine.startswith("{"))

    @property
    def allowed(self) -> str:
        """The methods, as the Allow header lists them."""
        head = ("HEAD",) if "GET" in self.endpoints else ()
        return ", ".join((*self.endpoints, *head, "OPTIONS"))


class CompliancelyApi:
    """The API of one run: the tokens it gave, and all that was asked of it."""

    def __init__(self, seed: int, settings: CompliancelySettings) -> None:
        credit = Credit(settings.credits)
        tokens = self._tokens = Tokens(seed, settings)
        matches = Submissions(seed, settings, credit)
        searches = Searches(seed, settings, credit)
        checks = Checks(seed, settings, credit)
        bulk = Bulk(seed, settings, credit)
        login, user = self._login, tokens.user
        self._routes = (
            _Route("/api/v1/auth-token", {"POST": tokens.v1}, login),
            _Route("/api/v2/token/", {"POST": tokens.v2}, login),
            _Route("/api/v2/token/refresh/", {"POST": tokens.refresh}, login),
            _Route("/api/v2/token/validate/", {"POST": tokens.validate}, login),
            _Route("/api/v1/submissions/", {"POST": matches.post}, user),
            _Route("/api/v1/submissions/{id}", {"GET": matches.get}, user),
            _Route("/api/v1/tin/match/", {"POST": matches.hybrid}, user),
            _Route("/api/v1/tin/match/tin/match/", {"POST": matches.hybrid}, user),
            _Route("/api/v1/sos_submissions/", {"POST": searches.post}, user),
            _Route("/api/v1/sos_submissions/{id}", {"GET": searches.get}, user),
            _Route("/api/v2/taxexempt/", {"POST": checks.post}, user),
            _Route("/api/v2/taxexempt/{id}", {"GET": checks.get}, user),
            _Route("/api/v1/bulk_upload/tin/", {"POST": bulk.post}, user),
            _Route("/api/v1/bulk_upload/tin/{id}", {"GET": bulk.get}, user),
            _Route(FILES + "/{id}/{key}/{file}", {"GET": bulk.file}, _anyone),
        )

    def answer(self, call: Call) -> Answered | None:
        """None: a path that it does not know. Never raises for what a call holds."""
        for route in self._routes:
            parts = route.parts(call.path)
            if parts is not None:
                handled = _handled(route, call, parts)
                return Answered(
                    route=f"{call.method} {route.path}",
                    reply=_with_allow(handled.reply, route.allowed),
                    emissions=handled.emissions,
                    changes=handled.changes,
                )
        return None

    def _login(self, call: Call) -> str:
        self._tokens.admit(call)
        return ""


def _handled(route: _Route, call: Call, parts: tuple[str, ...]) -> Handled:
    try:
        user = route.enter(call)
        endpoint = route.endpoints.get("GET" if call.method == "HEAD" else call.method)
        if endpoint is not None:
            return endpoint(Request(call=call, user=user, parts=parts))
        if call.method == "OPTIONS":
            return Handled(_described(route))
        return Handled(detail(405, f'Method "{call.method}" not allowed.'))
    except Refused as refused:
        return Handled(refused.reply)


def _anyone(_call: Call) -> str:
    return ""


def _described(route: _Route) -> Reply:
    told = {
        "name": route.path,
        "description": "",
        "renders": ["application/json"],
        "parses": list(MEDIA_TYPES),
    }
    return answer(200, told)


def _with_allow(reply: Reply, allowed: str) -> Reply:
    """Every answer of the framework tells the methods that its path takes."""
    return Reply(
        status=reply.status,
        headers=(*reply.headers, ("Allow", allowed)),
        body=reply.body,
        delay_us=reply.delay_us,
    )
