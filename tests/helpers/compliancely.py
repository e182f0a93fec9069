"""An application that calls Compliancely's API at moments that the test decides."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from emulator.answering.compliancely import CompliancelyApi, CompliancelySettings
from emulator.answering.seam import Answered, Call, Emission
from emulator.duration import SECOND, parse_moment

START = parse_moment("2026-01-05T09:00:00Z")
HOOK = "http://localhost:3000/hooks"


@dataclass(frozen=True)
class Heard:
    """An answer, with its JSON."""

    answered: Answered

    @property
    def status(self) -> int:
        return self.answered.reply.status

    @property
    def json(self) -> Any:
        return json.loads(self.answered.reply.body)

    @property
    def emissions(self) -> tuple[Emission, ...]:
        return self.answered.emissions

    def header(self, name: str) -> str | None:
        return dict(self.answered.reply.headers).get(name)


@dataclass
class Application:
    """`at` and `wall` are seconds since the start; `headers` go with every call."""

    api: CompliancelyApi
    headers: tuple[tuple[str, str], ...] = ()
    at: float = 0
    wall: float = 0
    calls: list[Call] = field(default_factory=list)

    def call(self, method: str, path: str, body: bytes = b"", *headers: tuple[str, str]) -> Heard:
        call = Call(
            method=method,
            path=path,
            headers=(*self.headers, *headers),
            body=body,
            at=START + round(self.at * SECOND),
            wall=START + round(self.wall * SECOND),
        )
        self.calls.append(call)
        answered = self.api.answer(call)
        assert answered is not None
        return Heard(answered)

    def post(self, path: str, value: Any) -> Heard:
        return self.call("POST", path, json.dumps(value).encode(), ("Content-Type", "application/json"))

    def get(self, path: str) -> Heard:
        return self.call("GET", path)

    def upload(self, name: str, data: bytes, *fields: tuple[str, str], host: str = "emulator:4622") -> Heard:
        body, kind = multipart(("file", name, data), *fields)
        return self.call("POST", "/api/v1/bulk_upload/tin/", body, ("Content-Type", kind), ("Host", host))


def multipart(*parts: tuple[str, str] | tuple[str, str, bytes]) -> tuple[bytes, str]:
    """A multipart body of fields (name, value) and files (field, file name, bytes), and its content type."""
    body = b""
    for part in parts:
        file = f'; filename="{part[1]}"' if len(part) == 3 else ""
        data = part[2] if len(part) == 3 else part[1].encode()
        body += (
            f'--cut\r\nContent-Disposition: form-data; name="{part[0]}"{file}\r\n\r\n'.encode()
            + data
            + b"\r\n"
        )
    return body + b"--cut--\r\n", "multipart/form-data; boundary=cut"


def stranger(seed: int = 7, **settings: Any) -> Application:
    """An application that has not logged in."""
    return Application(CompliancelyApi(seed, CompliancelySettings(**settings)))


def application(seed: int = 7, **settings: Any) -> Application:
    """An application with a token from the dashboard, of the user `demo-user`."""
    known = {"tokens": {"from-the-dashboard": "demo-user"}, **settings}
    made = stranger(seed, **known)
    made.headers = (("Authorization", "Token from-the-dashboard"),)
    return made
