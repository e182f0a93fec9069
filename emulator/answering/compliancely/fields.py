"""Fields of requests: each is judged by itself, all errors are told at once, in Django REST Framework's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from emulator.answering.compliancely.replies import Refused, answer
from emulator.scenario.target import check_target

MOST_URLS = 100

T = TypeVar("T")

_DIGITS = re.compile(r"\d{9}", re.ASCII)
_NAME = re.compile(r"(?:[^\W_]|[ &-])+")
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 &-]{0,38}[A-Za-z0-9])?", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_INTEGER = re.compile(r"\s*([+-]?\d{1,18})(?:\.0*)?\s*", re.ASCII)


class Invalid(Exception):
    """What is wrong with a value: texts, or texts by position for a list."""

    def __init__(self, *texts: str, within: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(*texts)
        self.detail: Any = dict(within) if within else list(texts)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body."""

    name: str
    data: bytes


class Form:
    """The fields of one request, each with its values in the order they came; JSON gives one value a field."""

    def __init__(self, values: Mapping[str, Sequence[Any]]) -> None:
        self._values = values
        self.errors: dict[str, Any] = {}

    def required(self, name: str, field: Callable[[Any], T], otherwise: T) -> T:
        """The value of a field that must be there; `otherwise` stands in for one that is wrong."""
        if name in self._values:
            return self.optional(name, field, otherwise)
        missing = "No file was submitted." if field is upload else "This field is required."
        self.errors[name] = [missing]
        return otherwise

    def optional(self, name: str, field: Callable[[Any], T], otherwise: T) -> T:
        """The value of a field that may be left out, which means `otherwise`."""
        if name not in self._values:
            return otherwise
        values = self._values[name]
        try:
            return field(values[-1])
        except Invalid as wrong:
            self.errors[name] = wrong.detail
            return otherwise

    def urls(self, name: str) -> tuple[str, ...]:
        """The URLs of a field: one, a list of them, or none. Those of a form-encoded body may repeat the field."""
        values = self._values.get(name, [None])
        try:
            return urls(list(values) if len(values) > 1 else values[0])
        except Invalid as wrong:
            self.errors[name] = wrong.detail
            return ()

    def check(self) -> None:
        """Raises Refused with the errors of all fields."""
        if self.errors:
            raise Refused(answer(400, self.errors))


def text(
    value: Any,
    *,
    longest: int = 255,
    trims: bool = True,
    blank: bool = False,
    fits: Callable[[str], object] = bool,
) -> str:
    """A text; numbers are taken as theirs. `fits` tells whether one that is not blank has the wanted pattern."""
    if value is None:
        raise Invalid("This field may not be null.")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Invalid("Not a valid string.")
    written = _written(value)
    if trims:
        written = written.strip()
    if not written:
        if blank:
            return ""
        raise Invalid("This field may not be blank.")
    wrong = list(_faults(written, longest))
    if not fits(written):
        wrong.append("This value does not match the required pattern.")
    if wrong:
        raise Invalid(*wrong)
    return written


def _faults(written: str, longest: int) -> Iterator[str]:
    if len(written) > longest:
        yield f"Ensure this field has no more than {longest} characters."
    if "\0" in written:
        yield "Null characters are not allowed."
    half = _SURROGATE.search(written)
    if half:
        yield f"Surrogate characters are not allowed: U+{ord(half[0]):X}."


def _written(value: str | float) -> str:
    try:
        return str(value)
    except ValueError:  # an integer of thousands of digits
        raise Invalid("Not a valid string.") from None


def secret(value: Any) -> str:
    """A password: blanks at its ends belong to it."""
    return text(value, longest=4_096, trims=False)


def token(value: Any) -> str:
    """A token, which may be long."""
    return text(value, longest=8_192)


def loose(value: Any) -> str:
    """A text that may be blank or null."""
    return "" if value is None else text(value, blank=True)


def tin(value: Any) -> str:
    """Nine digits without separators."""
    return text(value, longest=9, fits=_DIGITS.fullmatch)


def loose_tin(value: Any) -> str:
    """A TIN, or nothing."""
    return "" if value is None or value == "" else tin(value)


def name(value: Any) -> str:
    """At most 40 letters, digits and blanks; of the special characters `&` and `-` alone."""
    return text(value, longest=40, fits=_NAME.fullmatch)


def is_record(written_name: str, written_tin: str) -> bool:
    """Are both surely right? That is quickly seen; what is wrong else, `name` and `tin` tell."""
    return _DIGITS.fullmatch(written_tin) is not None and _PLAIN.fullmatch(written_name) is not None


def urls(value: Any) -> tuple[str, ...]:
    """A URL, a list of URLs, or null."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (_url(value),)
    if not isinstance(value, list):
        raise Invalid(f'Expected a list of items but got type "{type(value).__name__}".')
    if len(value) > MOST_URLS:
        raise Invalid(f"Ensure this field has no more than {MOST_URLS} elements.")
    good, wrong = [], {}
    for position, each in enumerate(value):
        try:
            good.append(_url(each))
        except Invalid as invalid:
            wrong[str(position)] = invalid.detail
    if wrong:
        raise Invalid(within=wrong)
    return tuple(good)


def _url(value: Any) -> str:
    written = text(value, longest=8_192)
    try:
        return check_target(written)
    except ValueError:
        raise Invalid("Enter a valid URL.") from None


def choice(value: Any, choices: frozenset[str]) -> str:
    """One of a fixed list."""
    if value is None:
        raise Invalid("This field may not be null.")
    if not isinstance(value, str) or value not in choices:
        shown = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _shown(value))
        raise Invalid(f'"{shown}" is not a valid choice.')
    return value


def _shown(value: Any) -> str:
    try:
        return str(value)[:200]
    except ValueError:  # an integer of thousands of digits
        return type(value).__name__


def priority(value: Any) -> int:
    """A whole number from 1 to 10."""
    if value is None:
        raise Invalid("This field may not be null.")
    match = _INTEGER.fullmatch(_shown(value))
    if match is None:
        raise Invalid("A valid integer is required.")
    number = int(match[1])
    if number < 1:
        raise Invalid("Ensure this value is greater than or equal to 1.")
    if number > 10:
        raise Invalid("Ensure this value is less than or equal to 10.")
    return number


def upload(value: Any) -> Upload:
    """A file that holds something."""
    if not isinstance(value, Upload):
        raise Invalid("The submitted data was not a file. Check the encoding type on the form.")
    if not value.data:
        raise Invalid("The submitted file is empty.")
    return value
