"""The document as one page of HTML. It runs no script and loads nothing, so any browser shows it, on any network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 110rem; display: grid; grid-template-columns: minmax(14rem, 22rem) minmax(0, 1fr) }
header, main { padding: 0 1.5rem; grid-column: 2 }
nav { grid-row: 1 / span 2; position: sticky; top: 0; height: 100vh; overflow: auto; padding: 0 1.5rem }
nav ul { list-style: none; padding: 0 } nav a { text-decoration: none }
code, pre { font: .9em/1.45 ui-monospace, monospace }
pre { overflow: auto; padding: .75rem; background: #8881; border-radius: 4px; max-height: 30rem }
h2 { margin-top: 3rem; text-transform: capitalize } h3 { margin-top: 2.5rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid #8884 }
summary { cursor: pointer }
@media (max-width: 60rem) { body { display: block } nav { position: static; height: auto } }
"""

POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy under which the page is shown: nothing but its own style."""

Rows = Iterable[tuple[str, ...]]


def page(document: Mapping[str, Any]) -> str:
    """The page of an OpenAPI document."""
    groups = _groups(document)
    schemas = document["components"]["schemas"]
    info = document["info"]
    parts = [
        "<!doctype html>\n",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>{escape(info['title'])} {escape(info['version'])}</title><style>{_STYLE}</style></head><body>\n",
        *_navigation(groups, schemas),
        f"<header><h1>{escape(info['title'])} {escape(info['version'])}</h1>",
        *(f"<p>{_prose(paragraph)}</p>" for paragraph in info["description"].split("\n\n")),
        '<p>The same for programs: <a href="openapi.json">openapi.json</a></p></header>\n<main>\n',
    ]
    for tag, operations in groups.items():
        parts.append(f"<h2>{escape(tag)}</h2>\n")
        for method, path, operation in operations:
            parts += _operation(document, method, path, operation)
    parts.append("<h2>Schemas</h2>\n")
    for name, schema in schemas.items():
        parts += _schema(name, schema)
    return "".join([*parts, "</main></body></html>\n"])


def _groups(document: Mapping[str, Any]) -> dict[str, list[tuple[str, str, Mapping[str, Any]]]]:
    groups: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return groups


def _navigation(groups: Mapping[str, Any], schemas: Iterable[str]) -> Iterator[str]:
    yield "<nav>"
    for tag, operations in groups.items():
        yield f"<h4>{escape(tag)}</h4><ul>"
        for method, path, operation in operations:
            yield f'<li><a href="#{operation["operationId"]}"><code>{method} {escape(path)}</code></a></li>'
        yield "</ul>"
    yield "<h4>schemas</h4><ul>"
    yield from (f'<li><a href="#{name}">{name}</a></li>' for name in schemas)
    yield "</ul></nav>\n"


def _operation(
    document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]
) -> Iterator[str]:
    yield f'<section id="{operation["operationId"]}"><h3><code>{method} {escape(path)}</code></h3>'
    yield f"<p>{_prose(operation['summary'])}</p>"
    parameters = operation.get("parameters", ())
    if parameters:
        rows = (
            (_code(each["name"]), each["in"], _type(each["schema"]), _prose(each["description"]))
            for each in parameters
        )
        yield _table(("parameter", "in", "type", "meaning"), rows)
    if "requestBody" in operation:
        yield from _body(operation["requestBody"])
    yield from _responses(document, operation["responses"])
    yield "</section>\n"


def _body(body: Mapping[str, Any]) -> Iterator[str]:
    for type, content in body["content"].items():
        yield f"<h4>Body, {_code(type)}</h4>"
        yield _table(("key", "type", "meaning"), _rows(content["schema"], deep=False))
        yield f"<pre>{_json(content['example'])}</pre>"
        yield f"<details><summary>JSON Schema</summary><pre>{_json(content['schema'])}</pre></details>"


def _responses(document: Mapping[str, Any], responses: Mapping[str, Any]) -> Iterator[str]:
    whole = {status: _resolved(document, response) for status, response in responses.items()}
    rows = (
        (status, _prose(response["description"]), " ".join(_contents(response)))
        for status, response in whole.items()
    )
    yield f"<h4>Answers</h4>{_table(('status', 'meaning', 'content'), rows)}"
    for status, response in whole.items():
        for content in response.get("content", {}).values():
            if status < "400" and "example" in content:
                example = _json(content["example"])
                yield f"<details><summary>{status}, for example</summary><pre>{example}</pre></details>"


def _contents(response: Mapping[str, Any]) -> Iterator[str]:
    for type, content in response.get("content", {}).items():
        yield _type(content["schema"]) if type == "application/json" else _code(type)


def _resolved(document: Mapping[str, Any], response: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = response
    if "$ref" in response:
        found = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return found


def _schema(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f'<section id="{name}"><h3>{name}</h3><p>{_prose(schema["description"])}</p>'
    yield _table(("key", "type", "meaning"), _rows(schema))
    yield "</section>\n"


def _rows(schema: Mapping[str, Any], path: str = "", *, deep: bool = True) -> Iterator[tuple[str, str, str]]:
    """A row for each key; those of mappings within it are told by their paths."""
    for name, part in schema["properties"].items():
        key = f"{path}{name}"
        required = name in schema["required"]
        yield (
            _code(key),
            _type(part) + ("" if required else ", may be left out"),
            _prose(part.get("description", "")),
        )
        inner = next((each for each in part.get("anyOf", ()) if "properties" in each), part)
        item = inner.get("items", {})
        if deep and "properties" in inner:
            yield from _rows(inner, f"{key}.")
        elif deep and "properties" in item:
            yield from _rows(item, f"{key}[].")


def _type(schema: Mapping[str, Any]) -> str:
    """What a schema describes, in a few words."""
    match schema:
        case {"$ref": reference}:
            name = reference.rpartition("/")[2]
            return f'<a href="#{name}">{name}</a>'
        case {"anyOf": parts}:
            return " or ".join(dict.fromkeys(map(_type, parts)))
        case {"enum": words}:
            return " or ".join(_code(json.dumps(word)) for word in words)
        case {"const": word}:
            return _code(json.dumps(word))
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"type": str(type)}:
            return escape(str(schema.get("format", type)))
        case _:
            return "any"


def _table(head: tuple[str, ...], rows: Rows) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>{body}</table>"


def _prose(text: str) -> str:
    """A sentence whose backticks enclose code."""
    return "".join(_code(part) if number % 2 else escape(part) for number, part in enumerate(text.split("`")))


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _json(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False, indent=2))
