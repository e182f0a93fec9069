"""Whether answers are such as the OpenAPI document tells."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from emulator.server.openapi.document import document
from emulator.server.routes import ROUTES
from tests.helpers.serving import Answer

DOCUMENT = document(ROUTES, token=True)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Of a schema of the document, whose references lead into it."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def response(operation: dict[str, Any], status: str) -> dict[str, Any]:
    """What an operation answers with a status; a test that asks for one it never has fails."""
    found: dict[str, Any] = operation["responses"][status]
    if "$ref" in found:
        found = DOCUMENT["components"]["responses"][found["$ref"].rpartition("/")[2]]
    return found


class Described:
    """Checks answers, each against the operation that its call was of."""

    def __init__(self) -> None:
        self._schema = cache(self._validator)

    def check(self, method: str, path: str, answer: Answer) -> None:
        """Fail if the document does not know such an answer."""
        operation = self._operation(method, path.partition("?")[0])
        told = response(operation, str(answer.status))
        assert set(told.get("headers", {})) <= set(answer.headers)
        if "content" not in told:
            assert answer.body == b""
            return
        type = answer.headers["Content-Type"].partition(";")[0]
        assert type in told["content"]
        if type == "application/json":
            found = self._schema(operation["operationId"], str(answer.status)).iter_errors(answer.json)
            assert [f"{error.json_path}: {error.message}" for error in found] == []

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        fitting = [known for known in DOCUMENT["paths"] if pattern(known).fullmatch(path)]
        plain = min(fitting, key=lambda known: known.count("{"))
        operation: dict[str, Any] = DOCUMENT["paths"][plain][method.lower()]
        return operation

    def _validator(self, id: str, status: str) -> Draft202012Validator:
        operation = next(each for each in operations() if each["operationId"] == id)
        return validator(response(operation, status)["content"]["application/json"]["schema"])


def operations() -> list[dict[str, Any]]:
    """All that the document has."""
    return [operation for path in DOCUMENT["paths"].values() for operation in path.values()]


def pattern(path: str) -> re.Pattern[str]:
    """What paths the document means; the name of a scenario may hold slashes."""
    return re.compile(path.replace("{id}", "[^/]+").replace("{name}", ".+"))
