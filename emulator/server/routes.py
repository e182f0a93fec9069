"""The route table: all that the API answers, in the order of the docs."""

from __future__ import annotations

from emulator.server.api import health
from emulator.server.route import Route

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/livez",
        handler=health.livez,
        summary="Is the server alive?",
        answers={200: "It is."},
    ),
    Route(
        method="GET",
        path="/readyz",
        handler=health.readyz,
        summary="Are the scenarios loaded, and can the journal store and read?",
        answers={200: "They are, and it can.", 503: "Not, with the reason."},
    ),
)
