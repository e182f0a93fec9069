"""The v2 tokens that were given and have not expired."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.answering.compliancely import jwt


@dataclass(frozen=True, slots=True)
class _Grant:
    user: str
    expires: int


class Issued:
    """The tokens of one kind, oldest first. `lifetime` is in microseconds, moments are so since 1970."""

    def __init__(self, seed: int, kind: str, lifetime: int) -> None:
        self._seed, self._kind, self._lifetime = seed, kind, lifetime
        self._count = 0
        self._grants: dict[str, _Grant] = {}

    def issue(self, user: str, now: int) -> str:
        """A new token; those that have expired are forgotten."""
        self._forget(now)
        expires = now + self._lifetime
        token = jwt.signed(self._seed, self._kind, self._count, user=user, issued=now, expires=expires)
        self._count += 1
        self._grants[token] = _Grant(user, expires)
        return token

    def user(self, token: str, now: int) -> str | None:
        """Whose token it is; None if it was never issued or has expired."""
        grant = self._grants.get(token)
        return grant.user if grant is not None and now < grant.expires else None

    def __len__(self) -> int:
        return len(self._grants)

    def _forget(self, now: int) -> None:
        for token, grant in list(self._grants.items()):
            if now < grant.expires:
                return
            del self._grants[token]
