"""What can be wrong with a template, and how it is said: when it is read, and when it is rendered."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from emulator.errors import EmulatorError, TemplateError
from emulator.value import value

Path = tuple[str | int, ...]


@value(frozen=True, slots=True)
class TemplateProblem:
    """One mistake, and the place of its text within the value: keys and indexes from the outside in."""

    path: Path
    message: str


class BadTemplate(EmulatorError):
    """A value holds templates that are wrong. `problems` holds all that was found, in the order of the value."""

    def __init__(self, problems: Iterable[TemplateProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


class Unrenderable(TemplateError):
    """A template met values it cannot be rendered with. `path` is the place of its text within the value."""

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        super().__init__(message)


class Refusal(TemplateError):
    """Why one operation of an expression is refused; where a template is rendered, it becomes Unrenderable."""


class Wrong(Exception):
    """What is wrong with one expression. Never leaves this room: it becomes TemplateProblems."""

    def __init__(self, *messages: str) -> None:
        self.messages = messages
        super().__init__(*messages)


def quoted(source: str) -> str:
    """An expression as a message shows it: braced, on one line, and shortened when long."""
    line = " ".join(source.split())
    line = "".join(each if each.isprintable() else "?" for each in line)
    return "{{ " + (line if len(line) <= 80 else line[:77] + "…") + " }}"


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """`unknown name 'compny'; did you mean 'company'? Known: company, index`."""
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    message = f"unknown {kind} {shown(name)}"
    if near := get_close_matches(name[:100], sorted(known), n=1):
        message += f"; did you mean '{near[0]}'?"
        return f"{message} Known: {', '.join(sorted(known))}" if len(known) <= 40 else message
    return f"{message}; known: {', '.join(sorted(known))}" if known else message


def shown(name: str) -> str:
    """A name in quotes, shortened when long."""
    return repr(name if len(name) <= 60 else name[:57] + "…")
