"""The OpenAPI document (3.1) of the API, as a pure function of its routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from emulator import __version__
from emulator.document import without_variables
from emulator.server.admission import OPEN
from emulator.server.errors import CODES
from emulator.server.openapi.answers import answer_schemas, reference
from emulator.server.route import JSON, LABEL, Gives, Route
from emulator.value import value

OPENAPI = "3.1.1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

WHEN = {
    400: "the request cannot be read: no JSON, not UTF-8, a key twice, no HTTP",
    401: "the token is missing, or is another one",
    403: "the Host or Origin header is not trusted; the message names the flag",
    404: "there is no such path, run, delivery, attempt or scenario",
    405: "the path takes other methods: see `Allow`",
    409: "not in this state: the clock moves, the delivery has not ended",
    410: "it was there, and had to make room",
    413: "the body is larger than 16 MiB",
    415: "the body is not `application/json`",
    417: "the `Expect` header asks for something else than `100-continue`",
    422: "well-formed, and wrong: a key, a parameter, a scenario",
    429: "too many runs or waiting calls: ask again after `Retry-After` seconds",
    500: "a mistake of ours; the log has more",
    503: "the journal can no longer record, or the server is stopping",
}
"""When each error is answered."""

_ABOUT = """The API of webhook-emulator, which plays a provider's webhooks to your application.

Every error has one form. A path that takes other methods answers 405 and names them in `Allow`; `HEAD` answers wherever
`GET` does; an `Expect` header that asks for something else than `100-continue` is answered with 417. A query parameter
or key that is not known is an error (422), never ignored. Every key that is described stands in every answer,
unless it may be left out; later versions may add further ones.

Not in this document: the provider's own API under `/{provider}/…` and `/runs/{id}/{provider}/…`. It is the one that the
provider documents, and what scenarios add to it."""

_OFTEN = (400, 403, 422, 500, 503)
"""What any call may be answered with."""

_MANY = {
    "runs": "Run",
    "deliveries": "Delivery",
    "attempts": "Attempt",
    "endpoints": "Endpoint",
    "requests": "Request",
}
"""Whose id stands behind a part of a path."""

_BEARER = "token"
_RETRY = {
    "Retry-After": {"description": "After how many seconds to ask again.", "schema": {"type": "integer"}}
}
_CHALLENGE = {
    "WWW-Authenticate": {"description": "`Bearer`", "schema": {"const": "Bearer"}, "required": True}
}
_HEADERS = {401: _CHALLENGE, 429: _RETRY}


@value(frozen=True, slots=True, kw_only=True)
class _Made:
    """What operations refer to: schemas by name, and by that name the routes that take the id of what it describes."""

    schemas: dict[str, Any]
    followers: dict[str, list[Route]]
    token: bool


def document(routes: Sequence[Route], *, token: bool) -> dict[str, Any]:
    """The document of a server with these routes; `token` tells whether it asks for one."""
    made = _Made(schemas=answer_schemas(), followers=_followers(routes), token=token)
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(_path(route), {})[route.method.lower()] = _operation(route, made)
    secured: dict[str, Any] = {
        "securitySchemes": {
            _BEARER: {"type": "http", "scheme": "bearer", "description": "That of `--token`."}
        }
    }
    return {
        "openapi": OPENAPI,
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "webhook-emulator",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": made.schemas,
            "responses": {
                CODES[status]: _error(status, _sentence(status)) for status in (*_OFTEN, 401, 413, 415)
            },
            **(secured if token else {}),
        },
        **({"security": [{_BEARER: []}]} if token else {}),
    }


def example_of(schema: Any, schemas: dict[str, Any]) -> Any:
    """An example of what a schema describes, put together from those of its parts."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas)
    if schema["type"] == "array":
        return [example_of(schema["items"], schemas)]
    return {key: example_of(schema["properties"][key], schemas) for key in schema["required"]}


def _path(route: Route) -> str:
    return route.path.replace("+}", "}")


def _parts(route: Route) -> list[str]:
    return [part for part in route.path.split("/") if part not in ("", "api", "v1")]


def _operation(route: Route, made: _Made) -> dict[str, Any]:
    parameters = list(_parameters(route, made.schemas))
    return {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "tags": [_tag(route)],
        **({"parameters": parameters} if parameters else {}),
        **({} if route.body is None else {"requestBody": _request_body(route)}),
        "responses": dict(_responses(route, made)),
        **({"security": []} if made.token and route.path in OPEN else {}),
    }


def _tag(route: Route) -> str:
    part = _parts(route)[0]
    return part if route.path.startswith("/api/") and part != "info" else "server"


def _operation_id(route: Route) -> str:
    """`get_run`, `get_runs`, `post_run_cancel`: what an id follows is one of many."""
    words = [route.method.lower()]
    for part in _parts(route):
        if part.startswith("{"):
            words[-1] = (
                words[-1].removesuffix("ies") + "y"
                if words[-1].endswith("ies")
                else words[-1].removesuffix("s")
            )
        else:
            words.append(part.replace(".", "_"))
    return "_".join(words)


def _parameters(route: Route, schemas: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)\+?}", route.path):
        yield {"name": name, "in": "path", "required": True, **_of_path(route, schemas)}
    for name, field in route.parameters.items():
        schema = without_variables(field.shape.schema)
        required = {"required": True} if field.required else {}
        yield {"name": name, "in": "query", **required, "description": field.doc, "schema": schema}
    for name, field in route.headers.items():
        schema = without_variables(field.shape.schema)
        yield {"name": name, "in": "header", "description": field.doc, "schema": schema}
    if route.labelled:
        yield {
            "name": "labels",
            "in": "query",
            "description": f"Those whose run has these labels, each as a parameter `{LABEL}KEY=value`.",
            "style": "form",
            "explode": True,
            "schema": {
                "type": "object",
                "propertyNames": {"pattern": rf"^{re.escape(LABEL)}"},
                "additionalProperties": {"type": "string"},
            },
        }


def _of_path(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    """A path has one id at most, behind what it is of, or the name of a scenario."""
    many = _parts(route)[0]
    if many == "scenarios":
        return {
            "description": "The name of the scenario; it may hold slashes.",
            "schema": {"type": "string", "minLength": 1},
            "example": example_of(schemas["Scenario"]["properties"]["name"], schemas),
        }
    id = schemas[_MANY[many]]["properties"]["id"]
    kind, _, _ = example_of(id, schemas).partition("_")
    schema = {"type": "string", "pattern": f"^{kind}_[0-9a-z_]+$"}
    return {"description": id["description"], "schema": schema, "example": example_of(id, schemas)}


def _request_body(route: Route) -> dict[str, Any]:
    assert route.body is not None  # noqa: S101 - who calls this has looked
    schema = without_variables(route.body.schema)
    return {
        "required": bool(schema["required"]),
        "content": {JSON: {"schema": schema, "example": route.example}},
    }


def _responses(route: Route, made: _Made) -> Iterator[tuple[str, dict[str, Any]]]:
    own = {
        status: _success(sentence, route.gives, made) if status < 400 else _error(status, sentence)
        for status, sentence in route.answers.items()
    }
    often = set(_OFTEN)
    if made.token and route.path not in OPEN:
        often.add(401)
    if route.method != "GET":
        often |= {413, 415}
    for status in sorted({*own, *often}):
        yield str(status), own.get(status) or {"$ref": f"#/components/responses/{CODES[status]}"}


def _success(sentence: str, gives: Gives, made: _Made) -> dict[str, Any]:
    headers = {
        name: {"description": told, "required": True, "schema": {"type": "string"}}
        for name, told in gives.headers.items()
    }
    content = {type: _content(type, schema, made.schemas) for type, schema in gives.content.items()}
    links = dict(_links(gives, made))
    return {
        "description": sentence,
        **({"headers": headers} if headers else {}),
        **({"content": content} if content else {}),
        **({"links": links} if links else {}),
    }


def _followers(routes: Iterable[Route]) -> dict[str, list[Route]]:
    found: dict[str, list[Route]] = {}
    for route in routes:
        if "{id}" in route.path:
            found.setdefault(_MANY[_parts(route)[0]], []).append(route)
    return found


def _links(gives: Gives, made: _Made) -> Iterator[tuple[str, dict[str, Any]]]:
    """What can be done next with the id of what is answered; of a list, with that of its first item."""
    name = gives.content.get(JSON) or ""
    one = name.removesuffix("List")
    for route in made.followers.get(one, ()):
        id = "$response.body#/id" if one == name else "$response.body#/items/0/id"
        yield _operation_id(route), {"operationId": _operation_id(route), "parameters": {"id": id}}


def _content(type: str, schema: str | None, schemas: dict[str, Any]) -> dict[str, Any]:
    if schema is not None:
        return {"schema": reference(schema), "example": example_of(schemas[schema], schemas)}
    if type == JSON:
        return {"schema": {}}
    return {
        "schema": {"type": "string"} if type.startswith("text/") else {"type": "string", "format": "binary"}
    }


def _error(status: int, sentence: str) -> dict[str, Any]:
    told = {"code": CODES[status], "message": sentence, "details": []}
    content = {JSON: {"schema": reference("Error"), "example": {"error": told}}}
    headers = {"headers": _HEADERS[status]} if status in _HEADERS else {}
    return {"description": sentence, **headers, "content": content}


def _sentence(status: int) -> str:
    return f"{WHEN[status][0].upper()}{WHEN[status][1:]}."
