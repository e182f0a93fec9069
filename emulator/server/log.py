"""The log: a line for what happens to the server, to runs, and to deliveries that did not get through.

No secret, no body, no credentials and no query of a URL ever stands in it, and no value can forge a line or steer a
terminal. There is no line for each attempt: those are in the journal.
"""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Protocol

from emulator.duration import SECOND, format_moment
from emulator.errors import EmulatorError, on_one_line
from emulator.server.settings import LogFormat

LONGEST = 2_000
"""Characters of one value; what is longer is cut."""

LONGEST_TRACE = 20_000

_PLAIN = re.compile(r"[A-Za-z0-9_./:@+,-]+", re.ASCII)


class Lines(Protocol):
    """Where lines go."""

    def put(self, line: str) -> None:
        """Take a line, without its end."""
        ...

    def dropped(self) -> int:
        """How many lines were lost since this was asked last."""
        ...


class Log:
    """Writes lines in one of the two forms. Fields that are None are left out; an exception has its traceback with it,
    but for errors of ours, which say all there is to say.
    """

    def __init__(
        self, lines: Lines, form: LogFormat = "text", *, wall_ns: Callable[[], int] = time.time_ns
    ) -> None:
        self._lines = lines
        self._formatted = json_line if form == "json" else text_line
        self._wall_ns = wall_ns

    def info(self, event: str, **fields: Any) -> None:
        """What is as it should be."""
        self._tell("info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """What is probably not meant."""
        self._tell("warning", event, fields)

    def error(self, event: str, **fields: Any) -> None:
        """What must not be."""
        self._tell("error", event, fields)

    def _tell(self, level: str, event: str, fields: Mapping[str, Any]) -> None:
        at, fields = self._wall_ns() // 1_000, dict(_told(fields))
        lost = self._lines.dropped()
        if lost:
            told = {"lines": lost, "message": "nobody read the log fast enough"}
            self._lines.put(self._formatted(at, "warning", "log lines dropped", told))
        self._lines.put(self._formatted(at, level, event, fields))


def _told(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        if isinstance(value, BaseException):
            yield name, str(value) or type(value).__name__
            if not isinstance(value, EmulatorError):
                yield "traceback", "".join(traceback.format_exception(value)).rstrip()
        elif value is not None and value != {}:
            yield name, value


def text_line(at: int, level: str, event: str, fields: Mapping[str, Any]) -> str:
    """`2026-11-22T10:00:00.123Z INFO run settled run=run_1 verdict=passed`; `at` is in microseconds since 1970."""
    pairs = " ".join(f"{name}={_quoted(value)}" for name, value in _pairs(fields))
    return f"{_moment(at)} {level.upper()} {event} {pairs}".rstrip()


def json_line(at: int, level: str, event: str, fields: Mapping[str, Any]) -> str:
    """The same as a JSON object."""
    shown = {name: _cut(value, name) for name, value in fields.items()}
    return json.dumps({"time": _moment(at), "level": level, "event": event, **shown})


def _moment(at: int) -> str:
    return f"{_second(at // SECOND)}.{at % SECOND // 1_000:03}Z"


@lru_cache(maxsize=2)
def _second(second: int) -> str:
    return format_moment(second * SECOND).removesuffix("Z")


def _pairs(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from ((_quoted(f"{name}.{key}"), each) for key, each in value.items())
        else:
            yield name, _cut(value, name)


def _cut(value: Any, name: str) -> Any:
    if isinstance(value, str) and len(value) > LONGEST:
        longest = LONGEST_TRACE if name == "traceback" else LONGEST
        return value if len(value) <= longest else value[:longest] + "…"
    return value


def _quoted(value: Any) -> str:
    text = str(value)
    if _PLAIN.fullmatch(text):
        return text
    return '"' + on_one_line(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


class _Foreign(logging.Handler):
    """Puts what comes by Python's own logging into our form. `extra={"fields": …}` adds fields."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = getattr(record, "fields", None) or {"logger": record.name}
        error = record.exc_info[1] if record.exc_info else None
        if record.levelno >= logging.ERROR:
            self._log.error("internal error", **fields, message=record.getMessage(), error=error)
        else:
            event = "run warning" if "run" in fields else "warning"
            self._log.warning(event, **fields, message=record.getMessage(), error=error)


@contextmanager
def libraries_logged(log: Log) -> Iterator[None]:
    """While this is open, what aiohttp, asyncio and others log goes into `log`."""
    root, handler = logging.getLogger(), _Foreign(log)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
