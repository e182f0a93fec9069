"""The HTTP API of a server on a port of this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

LIMIT_S = 70


@dataclass(frozen=True, slots=True)
class Api:
    """A server on a loopback port."""

    port: int

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status, and the JSON that came with it."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        """What is there."""
        status, found = self.call("GET", path)
        assert status == 200, found
        return found

    def play(self, scenario: Any, **more: Any) -> Any:
        """A run, once it has settled."""
        status, run = self.call("POST", "/api/v1/runs?wait=30s", {"scenario": scenario, **more})
        assert status == 201, run
        return run

    def attempts(self, run: str) -> list[Any]:
        """Its attempts in their order."""
        found: list[Any] = self.get(f"/api/v1/attempts?run={run}")["items"]
        return found
