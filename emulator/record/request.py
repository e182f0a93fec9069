"""The calls that the application made to a provider's API."""

from __future__ import annotations

from typing import Any

from emulator.duration import format_moment
from emulator.record.message import Headers, Response, body_json
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """One call that the application made to the provider's API. `at` is emulated, in microseconds since 1970.

    `path` stands below the provider's own; credentials are masked. `route` names what answered, None where nothing did.
    `error` is why the emulator could not answer as it should have, or what kept the nearest route from answering.
    """

    id: str
    run: str
    provider: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = ()
    body: bytes = b""
    at: int
    received_wall: int
    route: str | None
    response: Response | None
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The public form; `response` is null where the connection was dropped."""
        return {
            "id": self.id,
            "run": self.run,
            "provider": self.provider,
            "method": self.method,
            "path": self.path,
            "query": [list(pair) for pair in self.query],
            "headers": [list(pair) for pair in self.headers],
            **body_json(self.body),
            "size": len(self.body),
            "at": format_moment(self.at),
            "received_wall": format_moment(self.received_wall),
            "route": self.route,
            "response": None if self.response is None else self.response.to_json(),
            "error": self.error,
        }
