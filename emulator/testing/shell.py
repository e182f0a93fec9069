"""How both clients show the methods of the core: with its names, parameters and docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import update_wrapper
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_URL = "http://127.0.0.1:4622"
JSON = "application/json"


def shown(method: F, core: Callable[..., Any], returned: Mapping[str, str]) -> F:
    """`method` with name, docstring and signature of `core`; `returned` says what its returned kinds become."""
    update_wrapper(method, core)
    signature = inspect.signature(core)
    kind, _, rest = str(signature.return_annotation).partition("[")
    now = f"{returned[kind]}[{rest}" if returned[kind] else rest.removesuffix("]")
    method.__signature__ = signature.replace(return_annotation=now)  # type: ignore[attr-defined]
    method.__annotations__ = {**core.__annotations__, "return": now}
    return method


def address(url: str) -> SplitResult:
    """The parts of a server's URL. Raises ValueError for what is none."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"expected a URL such as {DEFAULT_URL}, found {url!r}")
    return parts


def headers(token: str | None, *, with_body: bool) -> dict[str, str]:
    """The headers of a call."""
    told = {"Accept": JSON}
    if with_body:
        told["Content-Type"] = JSON
    if token is not None:
        told["Authorization"] = f"Bearer {token}"
    return told
