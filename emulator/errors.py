"""The tree of our errors, and the one form in which a mistake in a user's input is told.

    EmulatorError
    ├── InvalidInput      what a user wrote is wrong: files, flags, requests; carries every problem found
    ├── TemplateError     a template could not be rendered with the values it met while playing
    ├── JournalError      the journal could not be opened, or can no longer record
    ├── ClockError        the clock of a run cannot be moved that way
    ├── RedeliveryError   a delivery cannot be delivered again
    └── FinishedError     a run takes no requests any more, or never did

A target that refuses, stalls or lies is no error of ours: it is recorded as an attempt's result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


def on_one_line(text: str) -> str:
    """The text with line breaks and all else escaped that could steer a terminal: file names may hold anything."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One mistake: where it stands, which key it concerns, and what was found and would be accepted.

    `line` and `column` count from 1; they and `path` are left out where there is no file.
    """

    path: str | None = None
    line: int | None = None
    column: int | None = None
    key: str = ""
    message: str

    def __str__(self) -> str:
        """`path:line:column: key.path: message`, on one line."""
        place = self.path or ""
        if self.line is not None:
            place += f":{self.line}:{self.column or 1}"
        return on_one_line(": ".join(part for part in (place.lstrip(":"), self.key, self.message) if part))


class EmulatorError(Exception):
    """Whatever this package raises on purpose."""


class InvalidInput(EmulatorError):
    """A user's input is wrong. `problems` holds all that was found, in the order of the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def of(cls, message: str, *, key: str = "", path: str | None = None) -> InvalidInput:
        """An error of a single problem."""
        return cls([Problem(message=message, key=key, path=path)])


class TemplateError(EmulatorError):
    """A template that passed its checks cannot be rendered with these values."""


class JournalError(EmulatorError):
    """The journal cannot be opened, or cannot record any more."""


class RecordsGoneError(JournalError):
    """A run's records were removed, or had to make room, while they were read."""


class ClockError(EmulatorError):
    """The clock cannot be moved as asked: another speed, backwards, or while it moves already."""


class RedeliveryError(EmulatorError):
    """A delivery cannot be delivered again: it has not ended, or what it sent is no longer known."""


class FinishedError(EmulatorError):
    """A run takes no requests: it is finished, or has no routes."""
