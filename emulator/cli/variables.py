"""Settings by flag, else by environment variable, else by default.

The variable of `--allow-host` is `WEBHOOK_EMULATOR_ALLOW_HOST`. One that is empty counts as not set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from emulator.errors import InvalidInput, Problem

T = TypeVar("T")

_WORDS = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}
_BETWEEN = re.compile(r"[\s,]+")


def variable_name(flag: str) -> str:
    """The environment variable of a flag."""
    return "WEBHOOK_EMULATOR_" + flag.removeprefix("--").upper().replace("-", "_")


class Choices:
    """Reads settings one after the other, and gathers what is wrong with them; `check` tells all of it.

    `sources` has the variable of each flag whose value came out of the environment.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self.sources: dict[str, str] = {}
        self._environment = environment
        self._problems: list[Problem] = []

    def text(self, flag: str, given: str | None, read: Callable[[str], T], default: T) -> T:
        """A setting that `read` makes of a text. Its ValueError says what was expected."""
        if given is not None:
            return self.flag(flag, given, read, default)
        found = self._found(flag)
        return default if found is None else self._read(self.sources[flag], found, read, default)

    def flag(self, flag: str, given: str, read: Callable[[str], T], default: T) -> T:
        """A setting that has no variable. Where it is wrong, the default lets reading go on."""
        return self._read(flag, given, read, default)

    def secret(self, flag: str, given: str | None, read: Callable[[str], T]) -> T | None:
        """The same, but also out of the file that `…_FILE` names. No problem shows it."""
        from emulator.cli.environment import FILE, secret_in_file

        name = variable_name(flag)
        key, found = (flag, given) if given is not None else (name, self._environment.get(name) or None)
        if found is None and (path := self._environment.get(name + FILE)):
            key, found = name + FILE, secret_in_file(name + FILE, path)
        try:
            return None if found is None else read(found)
        except ValueError as error:
            self.problem(key, str(error))
        return None

    def content(self, flag: str, given: str | None) -> tuple[str, bytes | str] | None:
        """What the file of a flag holds, or of `…_FILE`, with its path; or the text of the variable, with its name."""
        from emulator.cli.environment import FILE
        from emulator.scenario.files import read_scenario

        name = variable_name(flag)
        text = self._environment.get(name) or None
        if given is None and text is not None:
            return name, text
        path = given if given is not None else self._environment.get(name + FILE) or None
        if path is None:
            return None
        try:
            return path, read_scenario(Path(filled_text(path)))
        except ValueError as error:
            self.problem(flag, str(error))
        except InvalidInput as error:
            self._problems += error.problems
        return None

    def texts(self, flag: str, given: Sequence[str], read: Callable[[str], T]) -> tuple[T, ...]:
        """A list: a flag that is repeated, or a variable with blanks or commas between."""
        key, words = flag, given
        if not given and (found := self._found(flag)):
            key, words = self.sources[flag], [word for word in _BETWEEN.split(found) if word]
        values = [self._read(key, word, read, None) for word in words]
        return tuple(value for value in values if value is not None)

    def on(self, flag: str, *, given: bool) -> bool:
        """A flag that is there or not."""
        return given or self.text(flag, None, _truth, default=False)

    def problem(self, key: str, message: str) -> None:
        """Note something else that is wrong."""
        self._problems.append(Problem(key=key, message=message))

    def check(self) -> None:
        """Raise InvalidInput for all that was wrong."""
        if self._problems:
            raise InvalidInput(self._problems)

    def _found(self, flag: str) -> str | None:
        name = variable_name(flag)
        found = self._environment.get(name) or None
        if found is not None:
            self.sources[flag] = name
        return found

    def _read(self, key: str, text: str, read: Callable[[str], T], default: T) -> T:
        try:
            text.encode()
            return read(text)
        except UnicodeEncodeError:
            self.problem(key, "expected text in UTF-8, found other bytes")
        except ValueError as error:
            self.problem(key, f"{error}" if ", found " in str(error) else f"{error}, found {text[:60]!r}")
        return default


def port_number(text: str) -> int:
    """A port that can be listened on; 0 is any free one. Raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65_535):
        raise ValueError("expected a port from 0 to 65535")
    return int(text)


def host_text(text: str) -> str:
    """A name or an address, whose brackets may be left out. Raises ValueError."""
    return filled_text(text.strip()).removeprefix("[").removesuffix("]")


def filled_text(text: str) -> str:
    """Any text but an empty one. Raises ValueError."""
    if not text.strip():
        raise ValueError("expected a text, found empty text")
    return text


def _truth(text: str) -> bool:
    if text.lower() not in _WORDS:
        raise ValueError("expected one of 1, true, yes, on, 0, false, no, off")
    return _WORDS[text.lower()]
