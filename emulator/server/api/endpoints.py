"""Registered endpoints: made, listed, shown, changed and removed."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.document import Field, Invalid, Place, Shape, narrowed, record, text
from emulator.endpoint import Endpoint, Source
from emulator.errors import InvalidInput
from emulator.provider.profile import Profile
from emulator.provider.registry import find_profile
from emulator.registered import Endpoints, new_secret
from emulator.scenario.draft import Draft
from emulator.scenario.endpoints import MOST_ENDPOINTS, endpoint_fields, endpoint_json, fits
from emulator.scenario.timing import duration_shape
from emulator.server.answer import Answer, empty_answer, json_answer, list_answer, to_text
from emulator.server.api.finding import unknown
from emulator.server.call import Call
from emulator.server.context import Context
from emulator.server.errors import ApiError
from emulator.server.parameters import page_of

_LOGGER = logging.getLogger("emulator.server")

_CURSOR = "endpoints-"
_BEHIND = re.compile(rf"{_CURSOR}([0-9a-f]{{1,15}})", re.ASCII)
_KEPT = ("url", "types", "active", "description")

FILTERS = {"provider": Field(text("a provider"), "Those of this provider.")}


async def create(call: Call) -> Answer:
    """Register one."""
    draft: Draft = call.body
    provider: str = draft.get("provider")
    await asyncio.to_thread(_check, call.context, draft, provider)
    endpoints = call.context.emulator.endpoints
    if len(endpoints.all()) >= MOST_ENDPOINTS:
        raise ApiError(429, f"{MOST_ENDPOINTS} endpoints are registered already")
    secret = draft.get("secret") if draft.stands("secret") else new_secret()
    given = {key: draft.get(key) for key in _KEPT if draft.stands(key)}
    endpoint = endpoints.add(provider=provider, secret=secret, **given)
    await _stored(call.context)
    told = _told(call.context, endpoint)
    return json_answer(told, 201, {"Location": f"/api/v1/endpoints/{endpoint.id}"})


async def endpoints(call: Call) -> Answer:
    """A page of them, in the order of their making; the id of one is a cursor behind it, too."""
    page, provider = page_of(call.query), call.query.get("provider")
    found = [each for each in call.context.emulator.endpoints.all() if provider in (None, each.provider)]
    if page.descending:
        found.reverse()
    endpoints = call.context.emulator.endpoints
    numbered = {each.id: endpoints.number(each.id) or 0 for each in found}
    if page.after is not None:
        behind = _number(endpoints, page.after)
        found = [
            each
            for each in found
            if (numbered[each.id] < behind if page.descending else numbered[each.id] > behind)
        ]
    shown = found[: page.limit]
    cursor = f"{_CURSOR}{numbered[shown[-1].id]:x}" if len(found) > page.limit else None
    return list_answer((to_text(endpoint_json(each, masked=True)) for each in shown), cursor)


async def endpoint(call: Call) -> Answer:
    """One of them, with its secret."""
    return json_answer(endpoint_json(_find(call)))


async def change(call: Call) -> Answer:
    """Change what the body names."""
    draft: Draft = call.body
    found = _changeable(call)
    await asyncio.to_thread(_check, call.context, draft, found.provider)
    found = _changeable(call)
    endpoints = call.context.emulator.endpoints
    changed = replace(found, **{key: draft.get(key) for key in _KEPT if draft.stands(key)})
    if draft.stands("secret") or draft.stands("rotate"):
        secret = draft.get("secret") if draft.stands("secret") else new_secret()
        changed = endpoints.rotate(changed, secret, draft.get("rotate", 0))
    endpoints.change(changed)
    await _stored(call.context)
    return json_answer(_told(call.context, changed))


async def delete(call: Call) -> Answer:
    """Remove one."""
    call.context.emulator.endpoints.remove(_changeable(call).id)
    await _stored(call.context)
    return empty_answer()


def _number(endpoints: Endpoints, after: str) -> int:
    """The number of the endpoint behind which a page begins, which may be gone by now."""
    no = endpoints.number(after)
    if no is not None:
        return no
    match = _BEHIND.fullmatch(after)
    if match is None:
        told = "expected a cursor as `next` gives it, or the id of a record in this list"
        raise InvalidInput.of(told, key="after")
    return int(match[1], 16)


def _told(context: Context, endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint that was made or changed, with what is hardly meant; the log has that, too."""
    warnings = [
        f"{other.id} has the same URL and wants the same types: webhooks that both want are sent there twice"
        for other in context.emulator.endpoints.doubles(endpoint)
    ]
    for warning in warnings:
        _LOGGER.warning(warning, extra={"fields": {"endpoint": endpoint.id}})
    return {**endpoint_json(endpoint), "warnings": warnings}


def _find(call: Call) -> Endpoint:
    found = call.context.emulator.endpoints.find(call.path["id"])
    if found is None:
        raise unknown("end", call.path["id"])
    return found


def _changeable(call: Call) -> Endpoint:
    found = _find(call)
    if found.source is not Source.API:
        raise ApiError(
            409, "this endpoint stands in the settings of the server (--endpoints); change it there"
        )
    return found


def _check(context: Context, draft: Draft, provider: str) -> None:
    """Raises InvalidInput for an unknown provider, and for types that are not in its catalog."""
    fits(draft.place, draft.get("types"), _profile(context, provider))
    draft.place.report.check()


def _profile(context: Context, provider: str) -> Profile:
    try:
        return find_profile(provider, context.catalog.folder)
    except InvalidInput as error:
        raise InvalidInput(
            problem if problem.path else replace(problem, key="provider") for problem in error.problems
        ) from None


async def _stored(context: Context) -> None:
    if context.emulator.journal.lasting:
        await context.emulator.journal.flush()


def _changes(place: Place, values: Mapping[str, Any]) -> Draft | Invalid:
    if "rotate" in values and values.get("secret", "") is None:
        return place.child("rotate").problem(
            "expected a new secret to rotate to, found null; leave `rotate` out"
        )
    return Draft(place, values)


CREATE: Shape[Draft] = record(
    Draft,
    {
        "provider": Field(
            text("a provider such as entuitive"), "The provider whose webhooks go there.", required=True
        ),
        **endpoint_fields(
            "The secret that signs what goes there; null sends unsigned. Left out: one is made."
        ),
    },
    wanted="a mapping with provider and url",
)

CHANGE: Shape[Draft] = narrowed(
    record(
        _changes,
        {
            **endpoint_fields("Another secret, or null. Without `rotate`, the old one ends at once."),
            "rotate": Field(
                duration_shape(),
                "Rotate the secret: the old one is good for so long in real time. Without `secret`, one is made.",
            ),
        },
        wanted='a mapping such as {"active": false} or {"rotate": "24h"}',
        refused={"provider": "an endpoint keeps its provider; remove it, and register another"},
        partial=True,
    ),
    **{"not": {"required": ["secret", "rotate"], "properties": {"secret": {"type": "null"}}}},
)
