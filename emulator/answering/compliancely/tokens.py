"""Logging in: the token endpoints of v1 and v2, and who a call's Authorization header says it is."""

from __future__ import annotations

from emulator.answering.compliancely import fields, jwt
from emulator.answering.compliancely.issued import Issued
from emulator.answering.compliancely.limit import Limit
from emulator.answering.compliancely.replies import Refused, answer, detail, header
from emulator.answering.compliancely.request import Handled, Request
from emulator.answering.seam import Call
from emulator.duration import SECOND
from emulator.scenario.compliancely import CompliancelySettings, Lifetimes

ACCESS, REFRESH = 3_600 * SECOND, 86_400 * SECOND
"""Lifetimes of v2 tokens, in microseconds. Tokens of v1 do not expire."""

_CHALLENGE = ("WWW-Authenticate", "Token")
_NO_LOGIN = "No active account found with the given credentials"


class Tokens:
    """The endpoints, and the tokens that they gave."""

    def __init__(self, seed: int, settings: CompliancelySettings) -> None:
        self._seed = seed
        self._accounts = settings.accounts
        self._wall = settings.lifetimes is Lifetimes.WALL
        self._limit = Limit() if settings.rate_limit else None
        self._users = dict(settings.tokens)
        self._tokens: dict[str, str] = {}
        self._access = Issued(seed, "access", ACCESS)
        self._refresh = Issued(seed, "refresh", REFRESH)

    def user(self, call: Call) -> str:
        """Who calls. Raises Refused with 401."""
        scheme, _, token = header(call.headers, "authorization").strip().partition(" ")
        match scheme.lower():
            case "token":
                user = self._users.get(token.strip())
            case "bearer":
                user = self._access.user(token.strip(), self._now(call))
            case _:
                raise Refused(detail(401, "Authentication credentials were not provided.", _CHALLENGE))
        if user is None:
            raise Refused(detail(401, "Invalid token.", _CHALLENGE))
        return user

    def admit(self, call: Call) -> None:
        """Count a call of a token endpoint. Raises Refused with 429."""
        wait = self._limit.wait(self._now(call)) if self._limit else 0
        if wait:
            told = f"Request was throttled. Expected available in {wait} seconds."
            raise Refused(detail(429, told, ("Retry-After", str(wait))))

    def v1(self, request: Request) -> Handled:
        """`POST /api/v1/auth-token`: the user's one token."""
        user, good = self._login(request)
        if not good:
            wrong = {"non_field_errors": ["Unable to log in with provided credentials."]}
            raise Refused(answer(400, wrong))
        if user not in self._tokens:
            token = self._tokens[user] = jwt.opaque(self._seed, len(self._tokens))
            self._users[token] = user
        return Handled(answer(200, {"token": self._tokens[user]}))

    def v2(self, request: Request) -> Handled:
        """`POST /api/v2/token/`: a new pair of tokens."""
        user, good = self._login(request)
        if not good:
            raise Refused(detail(401, _NO_LOGIN, _CHALLENGE))
        now = self._now(request.call)
        pair = {
            "access": self._access.issue(user, now),
            "access_expiry_seconds": ACCESS // SECOND,
            "refresh": self._refresh.issue(user, now),
            "refresh_expiry_seconds": REFRESH // SECOND,
        }
        return Handled(answer(200, pair))

    def refresh(self, request: Request) -> Handled:
        """`POST /api/v2/token/refresh/`: a new access token for a refresh token, which stays good."""
        now = self._now(request.call)
        user = self._refresh.user(self._told(request, "refresh"), now)
        if user is None:
            raise _not_valid()
        access = self._access.issue(user, now)
        return Handled(answer(200, {"access": access, "access_expiry_seconds": ACCESS // SECOND}))

    def validate(self, request: Request) -> Handled:
        """`POST /api/v2/token/validate/`: is this token of v2 good?"""
        now, token = self._now(request.call), self._told(request, "token")
        if self._access.user(token, now) is None and self._refresh.user(token, now) is None:
            raise _not_valid()
        return Handled(answer(200, {}))

    def _login(self, request: Request) -> tuple[str, bool]:
        form = request.form()
        user = form.required("username", fields.text, "")
        password = form.required("password", fields.secret, "")
        form.check()
        return user, self._accounts is None or self._accounts.get(user) == password

    def _told(self, request: Request, name: str) -> str:
        form = request.form()
        token = form.required(name, fields.token, "")
        form.check()
        return token

    def _now(self, call: Call) -> int:
        return call.wall if self._wall else call.at


def _not_valid() -> Refused:
    told = {"detail": "Token is invalid or expired", "code": "token_not_valid"}
    return Refused(answer(401, told, _CHALLENGE))
