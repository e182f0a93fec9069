"""What both clients have in common: how they show the methods of the core, and how they speak HTTP."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import update_wrapper
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from emulator.testing.asking import Asking
from emulator.testing.call import Call
from emulator.testing.records import Run

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_URL = "http://127.0.0.1:4622"
HEARTBEAT_S = 15.0
"""A stream says something at least so often."""

_TOKEN = re.compile(r"[!-~]+")

PAUSE_S = 0.05
"""Between two looks at a server that is not ready yet."""


def shown(method: F, core: Callable[..., Any], returned: str = "{}") -> F:
    """`method` with name, docstring and signature of `core`; `returned` is what becomes of the value's type."""
    update_wrapper(method, core)
    signature = inspect.signature(core)
    value = str(signature.return_annotation).partition("[")[2].removesuffix("]")
    now = returned.format(value)
    method.__signature__ = signature.replace(return_annotation=now)  # type: ignore[attr-defined]
    method.__annotations__ = {**core.__annotations__, "return": now}
    return method


class Shell:
    """A server's address, and how to ask it."""

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        token: str | None = None,
        labels: Mapping[str, str] | None = None,
        timeout_s: float = 60.0,
    ) -> None:
        self._address = _parts(url)
        self.url = self._address.geturl().rstrip("/")
        self._token = _sendable(token)
        self._timeout_s = timeout_s
        self._asking = Asking(labels)

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels of all that it does."""
        return self._asking.labels

    def provider_url(self, provider: str, run: Run) -> str:
        """The base URL of a provider's API as this open run plays it, where calls of no other run come."""
        return f"{self.url}/runs/{run.id}/{provider}"

    def _headers(self, call: Call[Any]) -> dict[str, str]:
        told = {} if call.body is None else {"Content-Type": "application/json"}
        return told if self._token is None else {**told, "Authorization": f"Bearer {self._token}"}


def _sendable(token: str | None) -> str | None:
    if token is not None and not _TOKEN.fullmatch(token):
        raise ValueError(
            "the token cannot be sent: expected visible ASCII characters without spaces or line breaks; "
            "does it end with the line break of a file?"
        )
    return token


def _parts(url: str) -> SplitResult:
    parts = urlsplit(url)
    try:
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        raise ValueError(f"expected a port from 0 to 65535, found {url!r}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"expected a URL such as {DEFAULT_URL}, found {url!r}")
    return parts


def reason(error: Exception) -> str:
    """Why there was no answer."""
    if isinstance(error, TimeoutError):
        return "the time is over"
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
