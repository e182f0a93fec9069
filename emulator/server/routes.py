"""The route table: all that the API answers, in the order of the docs."""

from __future__ import annotations

from emulator.server.api import (
    attempts,
    clock,
    deliveries,
    events,
    health,
    info,
    notifications,
    reset,
    runs,
    scenarios,
)
from emulator.server.parameters import PAGING, wait
from emulator.server.route import Route

_UNTIL_SETTLED = wait("How long to wait until the run has settled, or its manual clock is ready")
_NO_RUN = "There is no such run."
_GONE = "The records had to make room for newer ones."
_WRONG = "The content is wrong; `details` has a line for each problem."
_TOO_MANY = "Too many runs, or too many waiting calls; ask again in a second."
_NO_STORE = "The journal can no longer record."

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
    Route(
        method="GET",
        path="/api/v1/info",
        handler=info.info,
        summary="Version, settings in force, providers and counts.",
        answers={200: "All of it; secrets are masked."},
    ),
    Route(
        method="GET",
        path="/api/v1/scenarios",
        handler=scenarios.scenarios,
        summary="The scenarios that can be played by name.",
        parameters=PAGING,
        answers={200: "A page, by name; a file that is wrong stands there with its problems."},
    ),
    Route(
        method="GET",
        path="/api/v1/scenarios/{name+}",
        handler=scenarios.scenario,
        summary="One scenario, as its file stands now.",
        answers={200: "The scenario.", 404: "There is none of this name."},
    ),
    Route(
        method="POST",
        path="/api/v1/runs",
        handler=runs.create,
        summary="Begin a run of a scenario.",
        parameters=_UNTIL_SETTLED,
        body=runs.CREATE,
        answers={201: "The run; `Location` leads to it.", 422: _WRONG, 429: _TOO_MANY, 503: _NO_STORE},
    ),
    Route(
        method="GET",
        path="/api/v1/runs",
        handler=runs.runs,
        summary="The runs, in the order of their start.",
        parameters=PAGING,
        labelled=True,
        answers={200: "A page."},
    ),
    Route(
        method="GET",
        path="/api/v1/runs/{id}",
        handler=runs.run,
        summary="One run.",
        parameters=_UNTIL_SETTLED,
        answers={200: "The run as it stands.", 404: _NO_RUN, 429: _TOO_MANY, 503: _NO_STORE},
    ),
    Route(
        method="DELETE",
        path="/api/v1/runs/{id}",
        handler=runs.delete,
        summary="Cancel a run if it runs, and remove it with all its records.",
        answers={204: "It is gone.", 404: _NO_RUN},
    ),
    Route(
        method="POST",
        path="/api/v1/runs/{id}/cancel",
        handler=runs.cancel,
        summary="Stop a run at once; attempts in flight are cut, and its records stay.",
        answers={200: "The run; one that had ended, as it was.", 404: _NO_RUN},
    ),
    Route(
        method="POST",
        path="/api/v1/runs/{id}/clock",
        handler=clock.move,
        summary="Move the clock of a manual run.",
        parameters=wait("How long to wait until all that is due by then has settled (60 s where left out)"),
        body=clock.MOVE,
        answers={
            200: "The run; its clock is `ready`, or still `advancing` when the wait has ended.",
            404: _NO_RUN,
            409: "The speed is another one, the clock is moving, would go back, or the run has ended.",
            422: _WRONG,
            429: _TOO_MANY,
        },
    ),
    Route(
        method="GET",
        path="/api/v1/runs/{id}/deliveries",
        handler=deliveries.of_run,
        summary="The deliveries of a run, with their explanations.",
        parameters=PAGING,
        answers={200: "A page, in the order in which they began.", 404: _NO_RUN, 410: _GONE},
    ),
    Route(
        method="GET",
        path="/api/v1/deliveries/{id}",
        handler=deliveries.delivery,
        summary="One delivery, with its explanation.",
        answers={200: "The delivery.", 404: "There is no such delivery.", 410: _GONE},
    ),
    Route(
        method="POST",
        path="/api/v1/deliveries/{id}/redeliver",
        handler=deliveries.redeliver,
        summary="Make one more attempt of a delivery that has ended: the same bytes, now, without retries.",
        answers={
            201: "The attempt, answered; `Location` leads to it.",
            404: "There is no such delivery.",
            409: "It has not ended, or what it sent is no longer known.",
            410: _GONE,
        },
    ),
    Route(
        method="GET",
        path="/api/v1/attempts",
        handler=attempts.attempts,
        summary="Attempts, in the order in which they ended; all filters given hold together.",
        parameters={**attempts.FILTERS, **PAGING},
        labelled=True,
        answers={200: "A page.", 410: "The records of the run that was asked for had to make room."},
    ),
    Route(
        method="GET",
        path="/api/v1/attempts/{id}",
        handler=attempts.attempt,
        summary="One attempt.",
        answers={200: "The attempt.", 404: "There is no such attempt.", 410: _GONE},
    ),
    Route(
        method="GET",
        path="/api/v1/attempts/{id}/request/body",
        handler=attempts.request_body,
        summary="The exact bytes that were sent.",
        answers={
            200: "The bytes, as `application/octet-stream`.",
            404: "There is no such attempt.",
            410: _GONE,
        },
    ),
    Route(
        method="GET",
        path="/api/v1/attempts/{id}/response/body",
        handler=attempts.response_body,
        summary="The bytes that came back, unpacked, as far as they were kept.",
        answers={
            200: "The bytes, as `application/octet-stream`.",
            404: "There is no such attempt, or it has no whole answer.",
            410: _GONE,
        },
    ),
    Route(
        method="POST",
        path="/api/v1/events",
        handler=events.fire,
        summary="Send one event, without a scenario.",
        parameters=_UNTIL_SETTLED,
        body=events.FIRE,
        answers={201: "Its run; `Location` leads to it.", 422: _WRONG, 429: _TOO_MANY, 503: _NO_STORE},
    ),
    Route(
        method="GET",
        path="/api/v1/notifications",
        handler=notifications.notifications,
        summary="The e-mails that providers send when a delivery is exhausted.",
        parameters={**notifications.FILTERS, **PAGING},
        answers={
            200: "A page, in order.",
            410: "The records of the run that was asked for had to make room.",
        },
    ),
    Route(
        method="POST",
        path="/api/v1/reset",
        handler=reset.reset,
        summary="Cancel and remove runs with all their records: all, one, or those of some labels.",
        body=reset.RESET,
        answers={200: "How many runs went.", 404: _NO_RUN, 422: _WRONG},
    ),
)
