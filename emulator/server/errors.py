"""The one form in which the API tells that something went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    410: "evicted",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many",
    500: "internal",
    503: "unavailable",
}


class ApiError(Exception):
    """An answer that is an error. `details` are lines, such as every problem of a scenario."""

    def __init__(self, status: int, message: str, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = tuple(details)

    def to_json(self) -> dict[str, Any]:
        """The form of contract section 6."""
        error = {"code": CODES[self.status], "message": self.message, "details": list(self.details)}
        return {"error": error}
