"""Runs: begun, waited for, moved on, ended, reported and removed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.testing.asking.forms import API, Labelled, listing, post, run_path, waiting
from emulator.testing.asking.words import (
    UNSET,
    Duration,
    Moment,
    Order,
    Secret,
    Target,
    given,
    moment_of,
    secret_of,
    texts,
)
from emulator.testing.call import Call, Listing, exact, nothing
from emulator.testing.records import Run


class OfRuns(Labelled):
    """What is asked of runs."""

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
        settings = {
            **given(
                target=texts(target), speed=speed, seed=seed, start=moment_of(start), variables=variables
            ),
            **secret_of(secret),
        }
        body = {"scenario": _scenario(scenario, settings), **settings, **self._labels(labels)}
        return waiting("POST", f"{API}/runs", body, wait)

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
            **given(type=type, body=body, headers=headers, target=texts(target), speed=speed, seed=seed),
            **({} if data is UNSET else {"data": data}),
            **({} if payload is UNSET else {"payload": payload}),
            **secret_of(secret),
            **self._labels(labels),
        }
        return waiting("POST", f"{API}/events", content, wait)

    def run(self, id: str | Run, wait: Duration | None = None) -> Call[Run]:
        """One run; with `wait`, as soon as it has settled, or its manual clock is ready."""
        return waiting("GET", run_path(id), None, wait)

    def runs(self, /, *, order: Order = "asc", **labels: str) -> Listing[Run]:
        """The runs that have all these labels, in the order of their start."""
        return listing(Run, "/runs", {"order": order, **self._filters({"labels": labels})})

    def cancel(self, run: str | Run) -> Call[Run]:
        """Stop a run at once; its records stay. One that had ended is left as it was."""
        return post(f"{run_path(run)}/cancel", Run)

    def finish(self, run: str | Run, wait: Duration | None = "30s") -> Call[Run]:
        """Judge an open run for good, and wait for its verdict."""
        return waiting("POST", f"{run_path(run)}/finish", None, wait)

    def advance(self, run: str | Run, by: Duration, wait: Duration | None = "30s") -> Call[Run]:
        """Move the clock of a manual run on by this much, and wait until all that is due by then has settled."""
        return waiting("POST", f"{run_path(run)}/clock", {"advance": by}, wait)

    def move(self, run: str | Run, to: Moment = "next", wait: Duration | None = "30s") -> Call[Run]:
        """Move the clock of a manual run to `next` (the next due moment), `end`, or a moment."""
        return waiting("POST", f"{run_path(run)}/clock", {"to": moment_of(to)}, wait)

    def remove(self, run: str | Run) -> Call[None]:
        """Cancel a run if it runs, and remove it with all its records."""
        return Call(method="DELETE", path=run_path(run), read=nothing)

    def report(self, run: str | Run, format: str = "junit") -> Call[bytes]:
        """A report of a run: `junit`, `har`, `jsonl` or `html`."""
        return Call(method="GET", path=f"{run_path(run)}/report", query={"format": format}, read=exact)


def _scenario(scenario: str | Mapping[str, Any] | Path, overrides: Mapping[str, Any]) -> Any:
    if not isinstance(scenario, Path):
        return scenario
    from emulator.scenario.overrides import Overrides  # noqa: PLC0415 - brings YAML, which names can do without
    from emulator.testing.scenario_file import file_json  # noqa: PLC0415 - the same

    return file_json(scenario, Overrides(**overrides), os.environ)
