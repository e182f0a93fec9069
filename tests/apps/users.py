"""Where the applications of this folder keep users, and how all of them check a signature."""

import hashlib
import hmac

SECRET = "s3cret"


class OutOfService(Exception):
    """The store cannot be reached."""


class Users:
    """A store that is out of service for the next `outage` webhooks."""

    def __init__(self) -> None:
        self.outage = 0
        self.emails: list[str] = []
        self.matches: list[str] = []

    def save(self, user: dict[str, str]) -> bool:
        """Store a user once; whether it is a new one."""
        if self.outage:
            self.outage -= 1
            raise OutOfService
        new = user["email"] not in self.emails
        if new:
            self.emails.append(user["email"])
        return new


def is_signed(body: bytes, signature: str) -> bool:
    """Whether the provider signed these bytes."""
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature.encode(), expected.encode())
