"""The JSON Schemas (draft 7) of the files that users write, for their editors.

They come from the shapes that read the files. What a shape cannot say of one key alone, such as which keys exclude each
other, is added here; what depends on profiles and other files only the loader knows.
"""

from __future__ import annotations

from itertools import combinations

from emulator.document.shape import Schema
from emulator.provider.form import FILE, OVERRIDE
from emulator.scenario.form import BODIES, scenario_shape

DRAFT = "http://json-schema.org/draft-07/schema#"


def scenario_schema() -> Schema:
    """The schema of a scenario file."""
    schema = scenario_shape().schema
    properties = schema["properties"]
    events = {**properties["events"], "items": _event(properties["events"]["items"])}
    routes = {**properties["routes"], "items": _route(properties["routes"]["items"])}
    return {
        **_headed("A scenario of webhook-emulator", "Events in time, and what must come of them."),
        **schema,
        "properties": _with_reference({**properties, "events": events, "routes": routes}),
        "anyOf": [{"required": [key]} for key in ("events", "routes", "api")],
        "definitions": {"profile": OVERRIDE.schema},
    }


def profile_schema() -> Schema:
    """The schema of a provider's file."""
    return (
        _headed("A provider of webhook-emulator", "How a provider signs, retries and writes.") | FILE.schema
    )


def _headed(title: str, description: str) -> Schema:
    return {"$schema": DRAFT, "title": title, "description": description}


def _event(schema: Schema) -> Schema:
    exclusive = (*combinations(BODIES, 2), ("at", "after"))
    return {
        **schema,
        "properties": _with_reference(schema["properties"]),
        "anyOf": [{"required": [key]} for key in ("type", *BODIES)],
        "not": {"anyOf": [{"required": list(pair)} for pair in exclusive]},
    }


def _route(schema: Schema) -> Schema:
    properties = schema["properties"]
    answered = ("status", "headers", "json", "text")
    dropped = {"properties": {"drop": {"const": True}}, "required": ["drop"]}
    response = {
        **properties["response"],
        "not": {
            "anyOf": [
                {"required": ["json", "text"]},
                {**dropped, "anyOf": [{"required": [key]} for key in answered]},
            ]
        },
    }
    return {**schema, "properties": {**properties, "response": response}}


def _with_reference(properties: Schema) -> Schema:
    """Profiles can be overridden in two places, and the same is true of both."""
    profile = {
        "allOf": [{"$ref": "#/definitions/profile"}],
        "description": properties["profile"]["description"],
    }
    return {**properties, "profile": profile}
