"""The words of the methods: what they take, and how it is spelt in a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, Literal
from urllib.parse import quote

from emulator.duration import SECOND, parse_duration
from emulator.testing.answers import Endpoint
from emulator.testing.records import Attempt, Delivery, Request, Run


class Unset(Enum):
    """Left out, where None means something of its own."""

    UNSET = "left out"


UNSET: Final = Unset.UNSET

Duration = str | float
"""`250ms`, `10s`, `1m30s`, or a number of seconds."""
Moment = str | datetime
"""`2026-01-05T09:00:10Z`, or a datetime with a time zone."""
Match = Mapping[str, Any]
"""What is looked for, as `match` of the HTTP API has it."""
Target = str | Sequence[str]
Secret = str | Mapping[str, str] | Literal[Unset.UNSET] | None
Order = Literal["asc", "desc"]


def given(**values: Any) -> dict[str, Any]:
    """What was not left out."""
    return {key: each for key, each in values.items() if each is not None}


def id_of(of: str | Run | Delivery | Attempt | Request | Endpoint) -> str:
    """The id of a thing, or of what is one already."""
    return of if isinstance(of, str) else of.id


def segment(of: str | Run | Delivery | Attempt | Request | Endpoint) -> str:
    """The id as it stands in a path."""
    return quote(id_of(of), safe="")


def seconds(wait: Duration | None) -> float:
    """How long that is. Raises ValueError, saying what is wanted, for what is no duration."""
    return 0.0 if wait is None else parse_duration(wait) / SECOND


def moment_of(moment: Moment | None) -> str | None:
    """The moment as text. Raises ValueError for a datetime without a time zone."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("expected a datetime with a time zone, such as datetime(2026, 1, 5, 9, tzinfo=UTC)")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def texts(target: Target | None) -> Target | None:
    """One target or several, as JSON has them."""
    return target if target is None or isinstance(target, str) else list(target)


def secret_of(secret: Secret) -> dict[str, Any]:
    """The key `secret`, where None says something, too."""
    return {} if secret is UNSET else {"secret": secret}


def label_filters(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels as a query has them."""
    return {f"label.{key}": each for key, each in labels.items()}
