"""What is told of a call that nearly fits a route."""

import json

import pytest

from emulator.answering.routes import RouteApi
from emulator.answering.seam import Call
from emulator.scenario.load import load_text
from emulator.scenario.render import RunFacts

ORDERS = {
    "method": "POST",
    "path": "/orders/{id}",
    "headers": {"X-Tenant": "blue", "Authorization": "Bearer sk-1"},
    "query": {"token": "t-1"},
    "json": {"$.kind": "new"},
}
GOOD = {
    "method": "POST",
    "path": "/orders/7",
    "headers": (("x-tenant", "blue"), ("authorization", "Bearer sk-1")),
    "query": (("token", "t-1"),),
    "body": b'{"kind": "new"}',
}
NEAREST = "no route fits; the nearest is 'POST /orders/{id}': "


def told(*requests, **changed):
    routes = [{"request": request} for request in requests or (ORDERS,)]
    loaded = load_text(
        {"version": 1, "provider": "entuitive", "secret": None, "routes": routes}, environment={}
    )
    facts = RunFacts(name="it", labels={}, seed=7, variables={})
    api, call = RouteApi(loaded, "entuitive", facts), Call(**{**GOOD, **changed}, at=0, wall=0)
    assert api.answer(call) is None
    return api.nearest(call)


@pytest.mark.parametrize(
    ("changed", "misses"),
    [
        (
            {"headers": GOOD["headers"][1:]},
            'header X-Tenant: expected "blue", found nothing',
        ),
        ({"body": b'{"kind": "old"}'}, '$.kind: expected "new", found "old"'),
        ({"body": b"kind"}, "the body is not JSON"),
        ({"method": "PUT"}, "the method: expected POST, found PUT"),
        ({"path": "/order/7"}, "the path: expected /orders/{id}, found /order/7"),
    ],
)
def test_the_nearest_route_is_named_with_what_does_not_fit(changed, misses):
    assert told(**changed) == NEAREST + misses


def test_neither_the_secrets_of_a_call_nor_those_it_should_have_are_told():
    headers = (("x-tenant", "blue"), ("authorization", "Bearer sk-2"))
    assert told(headers=headers) == NEAREST + "header Authorization: has another value"
    assert told(headers=headers[:1], query=()) == (
        f"{NEAREST}query token: nothing was sent; header Authorization: nothing was sent"
    )
    body = json.dumps({"a": {"password": "pw-1", "b": 1}}).encode()
    route = {"method": "POST", "path": "/orders/7", "json": {"$.a": {"b": 2}}}
    assert "pw-1" not in told(route, body=body)


def test_of_several_routes_the_one_with_the_fewest_misses_is_the_nearest():
    far = {**ORDERS, "headers": {"a": "1", "b": "2"}}
    assert told(far, {**far, "headers": {"a": "1"}}) == (
        "no route fits; the nearest is 'POST /orders/{id}': header a: expected \"1\", found nothing"
    )


def test_a_head_that_nearly_fits_is_compared_as_a_get():
    get = {"method": "GET", "path": "/orders/{id}", "headers": {"a": "1"}}
    assert told(get, method="HEAD").endswith('header a: expected "1", found nothing')


def test_nothing_is_told_where_nothing_comes_near():
    assert told(path="/") is None
