"""What a server was told by flags and environment."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Any, Literal

from emulator.notify.place import MailServer
from emulator.value import value

PORT = 4622
LogFormat = Literal["text", "json"]


@value(frozen=True, slots=True)
class Written:
    """A text of the settings that may hold secrets, out of the file (bytes) or the variable called `name`."""

    name: str
    text: bytes | str = field(repr=False)


@value(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings in force. `target` and `speed` hold for runs whose scenario and request say nothing of their own."""

    host: str = "127.0.0.1"
    port: int = PORT
    scenarios: Path | None = None
    database: Path | None = None
    target: str | None = None
    speed: str | None = None
    play: tuple[str, ...] = ()
    token: str | None = field(default=None, repr=False)
    allow_hosts: tuple[str, ...] = ()
    allow_targets: tuple[str, ...] = ()
    allow_public: bool = False
    ca_file: str | None = None
    insecure: bool = False
    smtp: MailServer | None = None
    endpoints: Written | None = None
    log_format: LogFormat = "text"

    def to_json(self) -> dict[str, Any]:
        """As `GET /api/v1/info` shows them, by the names of the flags; the token and credentials are masked."""
        from emulator.scenario.target import without_credentials  # noqa: PLC0415 - brings YAML, which readyz can do without

        return {
            "host": self.host,
            "port": self.port,
            "scenarios": None if self.scenarios is None else str(self.scenarios),
            "database": None if self.database is None else str(self.database),
            "target": None if self.target is None else without_credentials(self.target),
            "speed": self.speed,
            "play": list(self.play),
            "token": None if self.token is None else "***",
            "allow_host": list(self.allow_hosts),
            "allow_target": list(self.allow_targets),
            "allow_public": self.allow_public,
            "ca_file": self.ca_file,
            "insecure": self.insecure,
            "smtp": None if self.smtp is None else str(self.smtp),
            "smtp_from": None if self.smtp is None else self.smtp.sender,
            "endpoints": None if self.endpoints is None else self.endpoints.name,
            "log_format": self.log_format,
        }
