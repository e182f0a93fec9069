"""The server itself: its state, its scenarios, its stream, and its reset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from emulator.testing.answers import Info, Removed, Scenario
from emulator.testing.asking.forms import API, Labelled, get, listing, post
from emulator.testing.asking.words import given, id_of
from emulator.testing.call import Call, Listing, nothing
from emulator.testing.records import Run


class OfTheServer(Labelled):
    """What is asked of the server as a whole."""

    def livez(self) -> Call[None]:
        """Is the server alive?"""
        return Call(method="GET", path="/livez", read=nothing)

    def readyz(self) -> Call[None]:
        """Is it ready?"""
        return Call(method="GET", path="/readyz", read=nothing)

    def info(self) -> Call[Info]:
        """Version, settings in force, providers and counts."""
        return get("/info", Info)

    def scenarios(self) -> Listing[Scenario]:
        """The scenarios that can be played by name; a file that is wrong stands there with its problems."""
        return listing(Scenario, "/scenarios")

    def scenario(self, name: str) -> Call[Scenario]:
        """One scenario, as its file stands now."""
        return get(f"/scenarios/{quote(name)}", Scenario)

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
        query = {**given(of=kinds, after=after), **self._filters(given(run=run, labels=labels))}
        return Call(method="GET", path=f"{API}/stream", query=query, read=nothing)

    def reset(self, run: str | Run | None = None, labels: Mapping[str, str] | None = None) -> Call[Removed]:
        """Cancel and remove one run, or those of some labels, with all their records.

        Without either, and without labels of the client, everything goes, registered endpoints too.
        Raises ValueError for an empty mapping of labels.
        """
        if labels is not None and not labels:
            raise ValueError("labels is empty, which names no runs; reset() without it removes everything")
        body = {"run": id_of(run)} if run is not None else self._asked(labels)
        return post(f"{API}/reset", Removed, body)
