"""Did come what should?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from emulator.testing.answers import Verification
from emulator.testing.asking.forms import API, Labelled
from emulator.testing.asking.words import Duration, Match, given, seconds
from emulator.testing.call import Call, one


class Verifying(Labelled):
    """Questions that are answered once nothing can change the answer."""

    def verify(
        self,
        match: Match,
        *,
        count: int | Mapping[str, int] | None = None,
        never: Literal[True] | None = None,
        within: Duration | None = None,
        of: str | None = None,
    ) -> Call[Verification]:
        """Did come what should? Waits up to `within`, and answers as soon as nothing can change the answer.

        `count` is a number, or a mapping with `min` and `max`; at least one is expected where it is left out. `of` is
        what is looked through: `attempts` (where left out), `requests` or `notifications`. Raises ValueError for a
        `never` that is not True.
        """
        if never is not None and never is not True:
            raise ValueError(f"never is True or left out, found {never!r}; for at least one, leave it out")
        question = {"match": self._match(match), **given(count=count, never=never, of=of)}
        return _verifying(question, within)

    def verify_all(
        self,
        questions: Sequence[Mapping[str, Any]],
        *,
        in_order: bool = False,
        within: Duration | None = None,
    ) -> Call[Verification]:
        """Do several questions hold, each a mapping with `match`, and `count` or `never`, and `of` if need be?

        With `in_order`, what they ask for must have come in their order, too.
        """
        asked = [{**each, "match": self._match(each["match"])} for each in questions]
        return _verifying({"all": asked, **given(in_order=in_order or None)}, within)


def _verifying(question: Mapping[str, Any], within: Duration | None) -> Call[Verification]:
    def again(verification: Verification) -> Call[Verification] | None:
        return call if verification.verdict == "incomplete" else None

    call = Call(
        method="POST",
        path=f"{API}/verify",
        body=question,
        read=one(Verification),
        wait_s=seconds(within),
        wait_key="within",
        again=again,
    )
    return call
