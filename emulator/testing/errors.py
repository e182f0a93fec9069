"""What a client raises."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.errors import EmulatorError


class ClientError(EmulatorError):
    """A call of the API came to nothing."""


class ApiError(ClientError):
    """The server answered with an error.

    `status` is the HTTP status, `code` its word, such as `not_found`; `details` has a line for each problem.
    """

    def __init__(self, status: int, code: str, message: str, details: Sequence[str] = ()) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.details = tuple(details)
        told = [line for line in self.details if line != message]
        super().__init__("\n  ".join([f"{status} {code}: {message}", *told]))


class Unreachable(ClientError):
    """No answer came: nobody listens there, or the connection was cut or silent for too long."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        super().__init__(
            f"no answer from {url}: {reason}; start the emulator with `webhook-emulator serve`, "
            "or tell the client where it runs with `url`"
        )
