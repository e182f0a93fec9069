"""The forms that calls have: one thing, a list of them, one to wait for; and the labels that go into them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.testing.answers import Count
from emulator.testing.asking.words import Duration, Match, Order, id_of, label_filters, seconds, segment
from emulator.testing.call import Call, Listing, T, one, page_of
from emulator.testing.records import Run

API = "/api/v1"
_PAGE = "200"
_OF_ONE_RUN = ("run", "delivery", "event")


class Labelled:
    """Makes calls. `labels` go into every run that is begun, and into every question that names no run itself.

    Where one of them is the `own`, no call overrides it, and questions ask for it alone.
    """

    def __init__(self, labels: Mapping[str, str] | None = None, own: str | None = None) -> None:
        self.labels = dict(labels or {})
        self._own = {} if own is None else {own: self.labels[own]}

    def _labels(self, labels: Mapping[str, str] | None) -> dict[str, Any]:
        return _said({**self.labels, **(labels or {}), **self._own})

    def _asked(self, labels: Mapping[str, str] | None) -> dict[str, Any]:
        return _said({**(self._own or self.labels), **(labels or {}), **self._own})

    def _filters(self, filters: Mapping[str, Any]) -> dict[str, str]:
        wanted = self._match(filters)
        labels = wanted.pop("labels", {})
        return {**{key: str(each) for key, each in wanted.items()}, **label_filters(labels)}

    def _match(self, match: Match) -> dict[str, Any]:
        named = {key: id_of(value) for key, value in match.items() if key in _OF_ONE_RUN}
        if named:
            return {**match, **named}
        return {**match, **self._asked(match.get("labels"))}

    def _found(self, kind: type[T], of: str, match: Match, order: Order) -> Listing[T]:
        return listing(kind, f"/{of}/find", {"order": order}, {"match": self._match(match)})

    def _counted(self, of: str, match: Match) -> Call[Count]:
        return post(f"{API}/{of}/count", Count, {"match": self._match(match)})


def _said(labels: Mapping[str, str]) -> dict[str, Any]:
    return {"labels": labels} if labels else {}


def get(path: str, kind: type[T]) -> Call[T]:
    """One thing, at a path below the API's."""
    return Call(method="GET", path=API + path, read=one(kind))


def post(path: str, kind: type[T], body: Mapping[str, Any] | None = None) -> Call[T]:
    """What a POST brings about; the path is whole."""
    return Call(method="POST", path=path, body=body, read=one(kind))


def listing(
    kind: type[T], path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
) -> Listing[T]:
    """A list, page by page, at a path below the API's; with a body, it is asked for by POST."""
    return Listing(
        first=Call(
            method="GET" if body is None else "POST",
            path=API + path,
            query={"limit": _PAGE, **(query or {})},
            body=body,
            read=page_of(kind),
        )
    )


def waiting(method: str, path: str, body: Mapping[str, Any] | None, wait: Duration | None) -> Call[Run]:
    """A run, as soon as it has arrived where it is waited for; the path is whole."""
    return Call(method=method, path=path, body=body, read=one(Run), wait_s=seconds(wait), again=_run_again)


def _run_again(run: Run) -> Call[Run] | None:
    """While it has not arrived where it was waited for."""
    if run.state != "running" or run.clock.state == "ready":
        return None
    return waiting("GET", run_path(run), None, None)


def run_path(run: str | Run) -> str:
    """The path of a run, whole."""
    return f"{API}/runs/{segment(run)}"
