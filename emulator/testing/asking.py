"""Every call of the API, by what it is for: the one core that both clients share. It sends nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

from emulator.duration import SECOND, parse_duration
from emulator.testing.answers import Count, Endpoint, Info, Removed, Scenario, Verification
from emulator.testing.call import Call, Listing, T, exact, nothing, one, page_of
from emulator.testing.records import Attempt, Delivery, Notification, Request, Run


class Unset(Enum):
    """Left out, where None means something of its own."""

    UNSET = "left out"


UNSET: Final = Unset.UNSET

Duration = str | float
"""`250ms`, `10s`, `1m30s`, or a number of seconds."""
Moment = str | datetime
"""`2026-01-05T09:00:10Z`, or a datetime with a time zone."""
Match = Mapping[str, Any]
"""What is looked for, as `match` of the HTTP API has it."""
Target = str | Sequence[str]
Secret = str | Mapping[str, str] | Literal[Unset.UNSET] | None
Order = Literal["asc", "desc"]

_API = "/api/v1"
_PAGE = "200"
_OF_ONE_RUN = ("run", "delivery", "event")


class Asking:
    """Makes the calls. `labels` go into every run that is begun, and into every question that names no run itself."""

    def __init__(self, labels: Mapping[str, str] | None = None) -> None:
        self.labels = dict(labels or {})

    # Server and scenarios

    def livez(self) -> Call[None]:
        """Is the server alive?"""
        return Call(method="GET", path="/livez", read=nothing)

    def readyz(self) -> Call[None]:
        """Is it ready?"""
        return Call(method="GET", path="/readyz", read=nothing)

    def info(self) -> Call[Info]:
        """Version, settings in force, providers and counts."""
        return _get("/info", Info)

    def scenarios(self) -> Listing[Scenario]:
        """The scenarios that can be played by name; a file that is wrong stands there with its problems."""
        return _listing(Scenario, "/scenarios")

    def scenario(self, name: str) -> Call[Scenario]:
        """One scenario, as its file stands now."""
        return _get(f"/scenarios/{quote(name)}", Scenario)

    # Runs

    def play(
        self,
        scenario: str | Mapping[str, Any] | Path,
        *,
        target: Target | None = None,
        secret: Secret = UNSET,
        speed: str | None = None,
        seed: int | None = None,
        start: Moment | None = None,
        variables: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        wait: Duration | None = "30s",
    ) -> Call[Run]:
        """Begin a run, and wait until it has settled, or its manual clock is ready.

        `scenario` is a name, a whole scenario as a mapping, or the path of a file here, which is sent with the files
        that it names, `${VAR}` filled from this process's environment. `secret` None sends unsigned. When `wait` ends
        first, the run is given as it stands.
        """
        given = {
            **_given(
                target=_texts(target), speed=speed, seed=seed, start=_moment(start), variables=variables
            ),
            **_secret(secret),
        }
        body = {"scenario": _scenario(scenario, given), **given, **self._labels(labels)}
        return _waiting("POST", f"{_API}/runs", body, wait)

    def send(
        self,
        provider: str,
        type: str | None = None,
        *,
        data: Any = UNSET,
        payload: Any = UNSET,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        target: Target | None = None,
        secret: Secret = UNSET,
        speed: str | None = None,
        seed: int | None = None,
        labels: Mapping[str, str] | None = None,
        wait: Duration | None = "30s",
    ) -> Call[Run]:
        """Send one event without a scenario, and wait until its run has settled.

        `data` is merged over the sample of the type; `payload` is the whole body as a JSON value, `body` as exact text.
        """
        content = {
            "provider": provider,
            **_given(type=type, body=body, headers=headers, target=_texts(target), speed=speed, seed=seed),
            **({} if data is UNSET else {"data": data}),
            **({} if payload is UNSET else {"payload": payload}),
            **_secret(secret),
            **self._labels(labels),
        }
        return _waiting("POST", f"{_API}/events", content, wait)

    def run(self, id: str | Run, wait: Duration | None = None) -> Call[Run]:
        """One run; with `wait`, as soon as it has settled, or its manual clock is ready."""
        return _waiting("GET", _run_path(id), None, wait)

    def runs(self, /, *, order: Order = "asc", **labels: str) -> Listing[Run]:
        """The runs that have all these labels, in the order of their start."""
        return _listing(Run, "/runs", {"order": order, **_label_filters({**self.labels, **labels})})

    def cancel(self, run: str | Run) -> Call[Run]:
        """Stop a run at once; its records stay. One that had ended is left as it was."""
        return _post(f"{_run_path(run)}/cancel", Run)

    def finish(self, run: str | Run, wait: Duration | None = "30s") -> Call[Run]:
        """Judge an open run for good, and wait for its verdict."""
        return _waiting("POST", f"{_run_path(run)}/finish", None, wait)

    def advance(self, run: str | Run, by: Duration, wait: Duration | None = "30s") -> Call[Run]:
        """Move the clock of a manual run on by this much, and wait until all that is due by then has settled."""
        return _waiting("POST", f"{_run_path(run)}/clock", {"advance": by}, wait)

    def move(self, run: str | Run, to: Moment = "next", wait: Duration | None = "30s") -> Call[Run]:
        """Move the clock of a manual run to `next` (the next due moment), `end`, or a moment."""
        return _waiting("POST", f"{_run_path(run)}/clock", {"to": _moment(to)}, wait)

    def remove(self, run: str | Run) -> Call[None]:
        """Cancel a run if it runs, and remove it with all its records."""
        return Call(method="DELETE", path=_run_path(run), read=nothing)

    def report(self, run: str | Run, format: str = "junit") -> Call[bytes]:
        """A report of a run: `junit`, `har`, `jsonl` or `html`."""
        return Call(method="GET", path=f"{_run_path(run)}/report", query={"format": format}, read=exact)

    # Deliveries and attempts

    def deliveries(self, run: str | Run, *, order: Order = "asc") -> Listing[Delivery]:
        """The deliveries of a run, with their explanations, in the order in which they began."""
        path = _run_path(run).removeprefix(_API)
        return _listing(Delivery, f"{path}/deliveries", {"order": order})

    def delivery(self, id: str | Delivery) -> Call[Delivery]:
        """One delivery, with its explanation."""
        return _get(f"/deliveries/{_segment(id)}", Delivery)

    def redeliver(self, delivery: str | Delivery) -> Call[Attempt]:
        """Make one more attempt of a delivery that has ended: the same bytes, now, without retries."""
        return _post(f"{_API}/deliveries/{_segment(delivery)}/redeliver", Attempt)

    def attempts(
        self,
        *,
        run: str | Run | None = None,
        delivery: str | Delivery | None = None,
        event: str | None = None,
        event_name: str | None = None,
        provider: str | None = None,
        type: str | None = None,
        url: str | None = None,
        status: int | None = None,
        result: str | None = None,
        number: int | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        labels: Mapping[str, str] | None = None,
        order: Order = "asc",
    ) -> Listing[Attempt]:
        """Attempts in the order in which they ended; all that is given holds together."""
        filters = _given(
            run=run,
            delivery=delivery,
            event=event,
            event_name=event_name,
            provider=provider,
            type=type,
            url=url,
            status=status,
            result=result,
            number=number,
            since=_moment(since),
            until=_moment(until),
            labels=labels,
        )
        return _listing(Attempt, "/attempts", {"order": order, **self._filters(filters)})

    def attempt(self, id: str | Attempt) -> Call[Attempt]:
        """One attempt."""
        return _get(f"/attempts/{_segment(id)}", Attempt)

    def request_body(self, attempt: str | Attempt) -> Call[bytes]:
        """The exact bytes that were sent."""
        return Call(method="GET", path=f"{_API}/attempts/{_segment(attempt)}/request/body", read=exact)

    def response_body(self, attempt: str | Attempt) -> Call[bytes]:
        """The bytes that came back, unpacked, as far as they were kept."""
        return Call(method="GET", path=f"{_API}/attempts/{_segment(attempt)}/response/body", read=exact)

    def find_attempts(self, match: Match, *, order: Order = "asc") -> Listing[Attempt]:
        """The attempts that fit a match, in the order in which they ended."""
        return self._found(Attempt, "attempts", match, order)

    def count_attempts(self, match: Match) -> Call[Count]:
        """How many attempts fit a match."""
        return self._counted("attempts", match)

    # What the application called, and e-mails

    def requests(
        self,
        *,
        run: str | Run | None = None,
        provider: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        route: str | None = None,
        labels: Mapping[str, str] | None = None,
        order: Order = "asc",
    ) -> Listing[Request]:
        """The calls that the application made to the provider's API, in the order of their coming."""
        filters = _given(
            run=run, provider=provider, method=method, path=path, status=status, route=route, labels=labels
        )
        return _listing(Request, "/requests", {"order": order, **self._filters(filters)})

    def request(self, id: str | Request) -> Call[Request]:
        """One call to the provider's API."""
        return _get(f"/requests/{_segment(id)}", Request)

    def find_requests(self, match: Match, *, order: Order = "asc") -> Listing[Request]:
        """The calls to the provider's API that fit a match, in the order of their coming."""
        return self._found(Request, "requests", match, order)

    def count_requests(self, match: Match) -> Call[Count]:
        """How many calls to the provider's API fit a match."""
        return self._counted("requests", match)

    def notifications(
        self,
        *,
        run: str | Run | None = None,
        labels: Mapping[str, str] | None = None,
        order: Order = "asc",
    ) -> Listing[Notification]:
        """The e-mails about exhausted deliveries, in their order."""
        filters = self._filters(_given(run=run, labels=labels))
        return _listing(Notification, "/notifications", {"order": order, **filters})

    def find_notifications(self, match: Match, *, order: Order = "asc") -> Listing[Notification]:
        """The e-mails that fit a match."""
        return self._found(Notification, "notifications", match, order)

    def count_notifications(self, match: Match) -> Call[Count]:
        """How many e-mails fit a match."""
        return self._counted("notifications", match)

    # Verifying

    def verify(
        self,
        match: Match,
        *,
        count: int | Mapping[str, int] | None = None,
        never: bool = False,
        within: Duration | None = None,
        of: str | None = None,
    ) -> Call[Verification]:
        """Did come what should? Waits up to `within`, and answers as soon as nothing can change the answer.

        `count` is a number, or a mapping with `min` and `max`; at least one is expected where it is left out. `of` is
        what is looked through: `attempts` (where left out), `requests` or `notifications`.
        """
        question = {"match": self._match(match), **_given(count=count, never=never or None, of=of)}
        return _verifying(question, within)

    def verify_all(
        self,
        questions: Sequence[Mapping[str, Any]],
        *,
        in_order: bool = False,
        within: Duration | None = None,
    ) -> Call[Verification]:
        """Do several questions hold, each a mapping with `match`, and `count` or `never`, and `of` if need be?

        With `in_order`, what they ask for must have come in their order, too.
        """
        asked = [{**each, "match": self._match(each["match"])} for each in questions]
        return _verifying({"all": asked, **_given(in_order=in_order or None)}, within)

    # Endpoints

    def endpoints(self, *, provider: str | None = None, order: Order = "asc") -> Listing[Endpoint]:
        """The registered endpoints, with their secrets masked."""
        return _listing(Endpoint, "/endpoints", {"order": order, **_given(provider=provider)})

    def endpoint(self, id: str | Endpoint) -> Call[Endpoint]:
        """One endpoint, with its secret."""
        return _get(f"/endpoints/{_segment(id)}", Endpoint)

    def register(
        self,
        provider: str,
        url: str,
        secret: str | Literal[Unset.UNSET] | None = UNSET,
        types: Sequence[str] | None = None,
        *,
        active: bool = True,
        description: str = "",
    ) -> Call[Endpoint]:
        """Register an endpoint. A secret that is left out is made; None sends unsigned. `types` None wants all."""
        body = {
            "provider": provider,
            "url": url,
            "types": None if types is None else list(types),
            "active": active,
            "description": description,
            **_secret(secret),
        }
        return _post(f"{_API}/endpoints", Endpoint, body)

    def update_endpoint(
        self,
        id: str | Endpoint,
        *,
        url: str | None = None,
        secret: str | Literal[Unset.UNSET] | None = UNSET,
        types: Sequence[str] | Literal[Unset.UNSET] | None = UNSET,
        active: bool | None = None,
        description: str | None = None,
        rotate: Duration | None = None,
    ) -> Call[Endpoint]:
        """Change what is given. With `rotate`, the old secret stays good for so long beside the new one."""
        body = {
            **_given(url=url, active=active, description=description, rotate=rotate),
            **_secret(secret),
            **({} if types is UNSET else {"types": None if types is None else list(types)}),
        }
        return Call(method="PATCH", path=f"{_API}/endpoints/{_segment(id)}", body=body, read=one(Endpoint))

    def unregister(self, id: str | Endpoint) -> Call[None]:
        """Remove an endpoint."""
        return Call(method="DELETE", path=f"{_API}/endpoints/{_segment(id)}", read=nothing)

    # The stream

    def stream(
        self,
        *,
        of: Sequence[str] | None = None,
        run: str | Run | None = None,
        labels: Mapping[str, str] | None = None,
        after: str | None = None,
    ) -> Call[None]:
        """Every record as it is made, from the moment on at which the stream is entered.

        `of` are kinds: `runs`, `deliveries`, `attempts`, `requests`, `notifications`. `after` is the id of an event,
        behind which to go on. The stream ends when the server stops.
        """
        kinds = None if of is None else ",".join(of)
        query = {**_given(of=kinds, after=after), **self._filters(_given(run=run, labels=labels))}
        return Call(method="GET", path=f"{_API}/stream", query=query, read=nothing)

    # Reset

    def reset(self, run: str | Run | None = None, labels: Mapping[str, str] | None = None) -> Call[Removed]:
        """Cancel and remove one run, or those of some labels, with all their records.

        Without either, and without labels of the client, everything goes, registered endpoints too.
        """
        body = {"run": _id(run)} if run is not None else self._labels(labels)
        return _post(f"{_API}/reset", Removed, body)

    # What calls have in common

    def _labels(self, labels: Mapping[str, str] | None) -> dict[str, Any]:
        all_of_them = {**self.labels, **(labels or {})}
        return {"labels": all_of_them} if all_of_them else {}

    def _filters(self, filters: Mapping[str, Any]) -> dict[str, str]:
        given = self._match(filters)
        labels = given.pop("labels", {})
        return {**{key: str(each) for key, each in given.items()}, **_label_filters(labels)}

    def _match(self, match: Match) -> dict[str, Any]:
        named = {key: _id(value) for key, value in match.items() if key in _OF_ONE_RUN}
        if named:
            return {**match, **named}
        return {**match, **self._labels(match.get("labels"))}

    def _found(self, kind: type[T], of: str, match: Match, order: Order) -> Listing[T]:
        return _listing(kind, f"/{of}/find", {"order": order}, {"match": self._match(match)})

    def _counted(self, of: str, match: Match) -> Call[Count]:
        return _post(f"{_API}/{of}/count", Count, {"match": self._match(match)})


def _get(path: str, kind: type[T]) -> Call[T]:
    return Call(method="GET", path=_API + path, read=one(kind))


def _post(path: str, kind: type[T], body: Mapping[str, Any] | None = None) -> Call[T]:
    return Call(method="POST", path=path, body=body, read=one(kind))


def _listing(
    kind: type[T], path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
) -> Listing[T]:
    return Listing(
        first=Call(
            method="GET" if body is None else "POST",
            path=_API + path,
            query={"limit": _PAGE, **(query or {})},
            body=body,
            read=page_of(kind),
        )
    )


def _waiting(method: str, path: str, body: Mapping[str, Any] | None, wait: Duration | None) -> Call[Run]:
    return Call(method=method, path=path, body=body, read=one(Run), wait_s=_seconds(wait), again=_run_again)


def _run_again(run: Run) -> Call[Run] | None:
    """While it has not arrived where it was waited for."""
    if run.state != "running" or run.clock.state == "ready":
        return None
    return _waiting("GET", _run_path(run), None, None)


def _verifying(question: Mapping[str, Any], within: Duration | None) -> Call[Verification]:
    def again(verification: Verification) -> Call[Verification] | None:
        return call if verification.verdict == "incomplete" else None

    call = Call(
        method="POST",
        path=f"{_API}/verify",
        body=question,
        read=one(Verification),
        wait_s=_seconds(within),
        wait_key="within",
        again=again,
    )
    return call


def _scenario(scenario: str | Mapping[str, Any] | Path, given: Mapping[str, Any]) -> Any:
    if not isinstance(scenario, Path):
        return scenario
    from emulator.scenario.overrides import Overrides  # noqa: PLC0415 - brings YAML, which names can do without
    from emulator.testing.scenario_file import file_json  # noqa: PLC0415 - the same

    return file_json(scenario, Overrides(**given), os.environ)


def _seconds(wait: Duration | None) -> float:
    """Raises ValueError, saying what is wanted, for what is no duration."""
    return 0.0 if wait is None else parse_duration(wait) / SECOND


def _id(of: str | Run | Delivery | Attempt | Request | Endpoint) -> str:
    return of if isinstance(of, str) else of.id


def _segment(of: str | Run | Delivery | Attempt | Request | Endpoint) -> str:
    return quote(_id(of), safe="")


def _run_path(run: str | Run) -> str:
    return f"{_API}/runs/{_segment(run)}"


def _given(**values: Any) -> dict[str, Any]:
    return {key: each for key, each in values.items() if each is not None}


def _secret(secret: Secret) -> dict[str, Any]:
    return {} if secret is UNSET else {"secret": secret}


def _texts(target: Target | None) -> Target | None:
    return target if target is None or isinstance(target, str) else list(target)


def _moment(moment: Moment | None) -> str | None:
    """Raises ValueError for a datetime without a time zone."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("expected a datetime with a time zone, such as datetime(2026, 1, 5, 9, tzinfo=UTC)")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _label_filters(labels: Mapping[str, str]) -> dict[str, str]:
    return {f"label.{key}": each for key, each in labels.items()}
