"""The form of a route: its keys, what each may be, and what each is for."""

from __future__ import annotations

from typing import Any

from emulator.document import (
    INVALID,
    Field,
    Invalid,
    Place,
    Shape,
    anything,
    boolean,
    choice,
    integer,
    list_of,
    map_of,
    parsed,
    record,
    text,
)
from emulator.matcher import MessageMatcher
from emulator.matcher.message import message_fields, query_field
from emulator.scenario import shape
from emulator.scenario.draft import Draft
from emulator.scenario.path import WANTED, parse_path
from emulator.scenario.route import Asked
from emulator.scenario.target import WANTED as A_URL
from emulator.scenario.timing import duration_shape

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
MOST_ROUTES = 1_000
MOST_EMITS = 100

_REQUEST_KEYS = ("method", "path", "query", "body")
_RESPONSE_KEYS = ("status", "headers", "json", "text", "delay", "drop")
_EMITS_KEYS = ("event", "targets", "data")
_MISPLACED = {
    **dict.fromkeys(_REQUEST_KEYS, "this key belongs below `request`"),
    **dict.fromkeys(_RESPONSE_KEYS, "this key belongs below `response`"),
    **dict.fromkeys(_EMITS_KEYS, "this key belongs to an item of `emits`"),
    "headers": "this key belongs below `request` or `response`",
    "json": "this key belongs below `request` or `response`",
}


def routes_shape() -> Shape[tuple[Draft, ...]]:
    """The routes of a scenario."""
    return list_of(_route_or_broken(), least=1, most=MOST_ROUTES, wanted="a list of routes")


def _route_or_broken() -> Shape[Draft]:
    """A route. One that is no mapping is told, and hinders nobody from looking at the others."""
    route = _route()

    def reader(place: Place) -> Draft:
        draft = route.read(place)
        return Draft(place, {}, broken=True) if isinstance(draft, Invalid) else draft

    return Shape(reader, route.schema, route.wanted)


def _route() -> Shape[Draft]:
    fields = {
        "name": Field(
            shape.name("a name"),
            "What the route is called in records; its method and path where left out.",
        ),
        "provider": Field(
            text("a provider such as entuitive"),
            "Whose API it belongs to; the scenario's provider where left out.",
        ),
        "request": Field(_request(), "Which requests the route answers.", required=True),
        "response": Field(_response(), "What it answers; 200 without a body where left out."),
        "emits": Field(
            list_of(_emit(), least=1, most=MOST_EMITS, wanted="a list such as [{event: NAME, delay: 5s}]"),
            "The events that follow from each of its calls.",
        ),
        "set": Field(
            map_of(anything(), key=_state_fault, wanted="a mapping of names and values"),
            "What later calls see as `state.NAME`; names and values may hold templates.",
        ),
    }
    return _record(
        fields,
        wanted="a route: a mapping such as {request: {method: GET, path: /status}, response: {status: 204}}",
        refused=_MISPLACED,
    )


def _record(fields: dict[str, Field], *, wanted: str, refused: dict[str, str] | None = None) -> Shape[Draft]:
    return record(Draft, fields, wanted=wanted, refused=refused or {}, lenient=True)


def _request() -> Shape[Asked]:
    common = message_fields()
    fields = {
        "method": Field(choice(*METHODS), "The method; a route for GET also answers HEAD.", required=True),
        "path": Field(
            parsed(parse_path, {"type": "string", "pattern": r"^/|\$\{"}, WANTED),
            "The path below the provider's own, `{name}` for a parameter: /api/v1/submissions/{id}.",
            required=True,
        ),
        "query": query_field(),
        **common,
    }

    def build(_: Place, values: dict[str, Any]) -> Asked:
        method, path = values.pop("method"), values.pop("path")
        return Asked(method=method, path=path, wanted=MessageMatcher(**values))

    return record(build, fields, wanted="a mapping such as {method: POST, path: /api/v1/submissions/}")


def _response() -> Shape[Draft]:
    fields = {
        "status": Field(integer(200, 599), "The status of the answer (200 where left out)."),
        "headers": Field(shape.headers_of_answer(), "Headers of the answer; may hold templates."),
        "json": Field(anything(), "The body as JSON; may hold templates."),
        "text": Field(text("a text", empty=True), "The body as text; may hold templates."),
        "delay": Field(duration_shape(), "Emulated time that passes before the answer (0s where left out)."),
        "drop": Field(boolean(), "true drops the connection instead of answering."),
    }
    return _record(fields, wanted="a mapping such as {status: 201, json: {ok: true}}")


def _emit() -> Shape[Draft]:
    fields = {
        "event": Field(
            text("the name of an event"), "The event of this scenario that follows.", required=True
        ),
        "delay": Field(duration_shape(), "How long after the answer it is due (0s where left out)."),
        "targets": Field(
            _targets(),
            "The URL, or URLs, that it goes to instead of its own; one template may give a URL, a list or null.",
        ),
        "data": Field(
            anything(), "What is laid on the event's own data; may hold templates that see the request."
        ),
    }
    return _record(fields, wanted="a mapping such as {event: NAME, delay: 5s}")


def _targets() -> Shape[Any]:
    """As they are written, since one template may stand for a list."""
    given = shape.targets()

    def reader(place: Place) -> Any:
        return INVALID if isinstance(given.read(place), Invalid) else place.node.plain()

    return Shape(reader, given.schema, A_URL)


def _state_fault(name: str) -> str | None:
    if not 0 < len(name) <= 200:
        return "expected a name of 1 to 200 characters"
    return None
