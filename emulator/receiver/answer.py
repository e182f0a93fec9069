"""What a receiver answers: the words for it, and whose turn it is."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence

from emulator.duration import format_duration, parse_duration
from emulator.value import value

WANTED = "a status from 200 to 599, timeout, reset, redirect, or slow:DURATION such as slow:2s"
_STATUS = re.compile(r"[2-5][0-9]{2}", re.ASCII)
_MOST_REMEMBERED = 100_000


@value(frozen=True, slots=True)
class Answer:
    """An answer with a status; or without one, silence or, with `reset`, a connection that is cut.

    `delay_us` comes before it, in real microseconds.
    """

    status: int | None = None
    reset: bool = False
    delay_us: int = 0

    def __str__(self) -> str:
        """In a word or two, for people."""
        what = str(self.status) if self.status else "reset" if self.reset else "no answer"
        return f"{what} after {format_duration(self.delay_us)}" if self.delay_us else what


UNAUTHORIZED = Answer(401)


@value(frozen=True, slots=True)
class Replies:
    """How a receiver behaves. The n-th webhook gets the n-th answer, all further ones the last.

    With `each`, every webhook goes through the answers for itself. One whose signature does not fit gets `invalid` and
    takes no turn; None answers it like the others. `delay_us` comes before every answer, in real microseconds.
    """

    answers: tuple[Answer, ...] = ()
    each: bool = False
    invalid: Answer | None = UNAUTHORIZED
    delay_us: int = 0


def parse_answer(text: str) -> Answer:
    """The answer that a word means. Raises ValueError, saying what is wanted."""
    word, colon, rest = text.strip().partition(":")
    if word == "slow" and colon:
        return Answer(200, delay_us=_delay(rest))
    answers = {"timeout": Answer(), "reset": Answer(reset=True), "redirect": Answer(302)}
    if not colon and word in answers:
        return answers[word]
    if not _STATUS.fullmatch(text.strip()):
        raise ValueError(f"expected {WANTED}, found {text.strip()[:60]!r}")
    return Answer(int(word))


def _delay(text: str) -> int:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ValueError(f"{error}, found {text[:60]!r}") from None


def parse_answers(text: str) -> tuple[Answer, ...]:
    """Answers with commas between them. Raises ValueError, saying what is wanted."""
    return tuple(map(parse_answer, text.split(",")))


class Turns:
    """Whose turn it is: the n-th request gets the n-th answer, and when all were given, the last one again.

    With `each`, every webhook counts for itself, and anew once `ends` says of an answer that it ended the delivery.
    """

    def __init__(self, answers: Sequence[Answer], *, each: bool, ends: Callable[[Answer], bool]) -> None:
        self._answers = tuple(answers)
        self._each = each
        self._ends = ends
        self._given: OrderedDict[bytes, int] = OrderedDict()

    def next(self, webhook: bytes) -> Answer:
        """The answer to this request. `webhook` is what all attempts of a delivery have in common."""
        key = webhook if self._each else b""
        given = self._given.pop(key, 0)
        answer = self._answers[min(given, len(self._answers) - 1)]
        if not (self._each and self._ends(answer)):
            self._given[key] = given + 1
        if len(self._given) > _MOST_REMEMBERED:
            self._given.popitem(last=False)
        return answer
