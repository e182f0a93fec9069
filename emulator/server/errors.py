"""The one form in which the API tells that something went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from emulator.errors import (
    ClockError,
    EmulatorError,
    FinishedError,
    InvalidInput,
    JournalError,
    RedeliveryError,
)

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
    417: "expectation_failed",
    422: "invalid",
    429: "too_many",
    500: "internal",
    503: "unavailable",
}
AS_YAML = '; a scenario in YAML goes as a text into JSON: {"scenario": {"yaml": "…"}}'
"""The hint for whoever sends the file as it is."""

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class ApiError(Exception):
    """An answer that is an error. `details` are lines, such as every problem of a scenario."""

    def __init__(
        self,
        status: int,
        message: str,
        details: Sequence[str] = (),
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = tuple(details)
        self.headers = headers

    def to_json(self) -> dict[str, Any]:
        """The form of contract section 6."""
        error = {"code": CODES[self.status], "message": self.message, "details": list(self.details)}
        return {"error": error}


def api_error(error: EmulatorError) -> ApiError:
    """How the API tells an error of ours."""
    match error:
        case InvalidInput():
            return invalid(error)
        case ClockError() | RedeliveryError() | FinishedError():
            return ApiError(409, str(error))
        case JournalError():
            return ApiError(503, str(error))
        case _:
            return ApiError(500, str(error))


def invalid(error: InvalidInput, status: int = 422) -> ApiError:
    """Every problem of a request: the message is the only one, or says how many there are."""
    lines = [str(problem) for problem in error.problems]
    return ApiError(status, lines[0] if len(lines) == 1 else f"{len(lines)} problems", lines)
