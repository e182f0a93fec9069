"""The key `api`: the provider's own API, played as its pages document it, and what a test wants to be otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.document import (
    INVALID,
    Field,
    Invalid,
    Place,
    Shape,
    boolean,
    by_kind,
    choice,
    integer,
    map_of,
    record,
    text,
)
from emulator.scenario.compliancely import CompliancelySettings, Lifetimes, Result
from emulator.scenario.timing import duration_shape

PROVIDERS = frozenset({"compliancely"})
"""Those whose API is built in."""

_CODE = integer(-1, 10)
_USER = "the name of a user"


def api_shape() -> Shape[CompliancelySettings]:
    """The settings of a provider's API; `{}` plays it as documented."""
    fields = {
        "accounts": Field(
            map_of(_password(), key=_user_fault, wanted="passwords by user name", secret=True),
            "The only users who may log in; any user with any password where left out.",
        ),
        "tokens": Field(
            _tokens(),
            "Tokens that are good from the start, as those of the dashboard, each with its user.",
        ),
        "lifetimes": Field(
            choice(*(each.value for each in Lifetimes)),
            "Which clock tokens expire by: `emulated` (the default) or `wall`.",
        ),
        "rate_limit": Field(
            boolean(), "Ten requests for tokens a minute, then none for ten minutes; off by default."
        ),
        "credits": Field(
            integer(0, 1_000_000_000), "How many checks can be paid; any number where left out."
        ),
        "after": Field(duration_shape(), "How long results take; 2s where left out."),
        "results": Field(
            map_of(_result(), key=_tin_fault, wanted="results by TIN"),
            "Results of TIN matches, before the rules of the sandbox.",
        ),
        "also_in_review": Field(
            boolean(), "Whether a TIN match in review (irs_code 10) raises a webhook, too."
        ),
    }
    return record(_settings, fields, wanted="the settings of the API, or {}")


def _settings(place: Place, values: dict[str, Any]) -> CompliancelySettings | Invalid:
    given = {key: value for key, value in values.items() if key not in ("after", "lifetimes")}
    if "after" in values:
        given["after_us"] = values["after"]
    if "lifetimes" in values:
        given["lifetimes"] = Lifetimes(values["lifetimes"])
    try:
        return CompliancelySettings(**given)
    except ValueError as error:
        return place.problem(str(error))


def _password() -> Shape[str]:
    plain = text("a password, in quotes if it is a number", secret=True)

    def reader(place: Place) -> str | Invalid:
        value = plain.read(place)
        if isinstance(value, str):
            place.report.hide(value)
        return value

    return Shape(reader, plain.schema, plain.wanted)


def _tokens() -> Shape[Mapping[str, str]]:
    """Tokens are secrets, so no message tells which one is wrong."""
    plain = map_of(text(_USER), wanted="user names by token")

    def reader(place: Place) -> Mapping[str, str] | Invalid:
        nodes = place.node.value
        if not isinstance(nodes, dict):
            return place.problem("expected user names by token, such as {a-token: demo}")
        for token, node in nodes.items():
            place.report.hide(token)
            if not token or not isinstance(node.value, str) or not node.value:
                return place.problem("expected tokens that are not empty, each with the name of a user")
        return plain.read(place)

    return Shape(reader, plain.schema, plain.wanted)


def _result() -> Shape[Result]:
    last = by_kind(scalar=_coded(), mapping=_one_result({}))
    then = {"then": Field(last, "What follows on 10, in review.")}
    return by_kind(scalar=_coded(), mapping=_one_result(then))


def _coded() -> Shape[Result]:
    def reader(place: Place) -> Result | Invalid:
        code = _CODE.read(place)
        return INVALID if isinstance(code, Invalid) else _checked(place, {"irs_code": code})

    return Shape(reader, _CODE.schema, "an irs_code")


def _one_result(more: dict[str, Field]) -> Shape[Result]:
    fields = {
        "irs_code": Field(_CODE, "-1 (pending), 0 to 8 as the IRS says, or 10 (in review).", required=True),
        "after": Field(duration_shape(), "How long it takes, from the request or from the result before."),
        **more,
    }
    return record(_checked, fields, wanted="a mapping such as {irs_code: 3, after: 10s}")


def _checked(place: Place, values: dict[str, Any]) -> Result | Invalid:
    try:
        return Result(irs_code=values["irs_code"], after_us=values.get("after"), then=values.get("then"))
    except ValueError as error:
        return place.problem(str(error))


def _tin_fault(key: str) -> str | None:
    if len(key) == 9 and key.isascii() and key.isdigit():
        return None
    return "expected a TIN of nine digits, without separators"


def _user_fault(key: str) -> str | None:
    return None if key else f"expected {_USER}, found empty text"
