"""Whatever is sent: an answer, always JSON or CSV, and the same again when the calls are played again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.answering.compliancely import CompliancelyApi, CompliancelySettings, Result
from emulator.answering.seam import Call
from tests.helpers.compliancely import HOOK, START, multipart

POSTS = [
    "/api/v1/auth-token",
    "/api/v2/token/",
    "/api/v2/token/refresh/",
    "/api/v2/token/validate/",
    "/api/v1/submissions/",
    "/api/v1/tin/match/",
    "/api/v1/sos_submissions/",
    "/api/v2/taxexempt/",
    "/api/v1/bulk_upload/tin/",
]
STATUSES = {200, 201, 400, 401, 403, 404, 405, 415, 429}
NAMES = [
    "tin",
    "name",
    "webhook_urls",
    "callback_url",
    "state",
    "address",
    "username",
    "password",
    "refresh",
    "token",
    "file",
    "priority",
]

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["900000006", "ohio", HOOK]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(st.sampled_from(NAMES), anything, max_size=6)
good = st.fixed_dictionaries(
    {
        "tin": st.sampled_from(["900000006", "111232314", "900000001"]),
        "name": st.sampled_from(["A", "Media Zenwork"]),
    },
    optional={
        "webhook_urls": st.none() | st.just(HOOK) | st.lists(st.just(HOOK), max_size=3),
        "state": st.just("ohio"),
        "username": st.text(min_size=1, max_size=4),
        "password": st.just("x"),
    },
)


def as_json(value):
    return json.dumps(value).encode(), "application/json"


def as_parts(value):
    parts = [(name, str(each).encode("utf-8", "replace").decode()) for name, each in value.items()]
    return multipart(*parts, ("file", "a.csv", b"name,tin\nA,900000006\nA,9\n"))


bodies = (
    (objects | good | anything).map(as_json)
    | good.map(as_parts)
    | st.tuples(
        st.binary(max_size=200),
        st.sampled_from(
            [
                "application/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=cut",
                "",
                "text/plain",
            ]
        )
        | st.text(max_size=30),
    )
)
authorizations = st.sampled_from(["Token known", "Token known", "Token known", "Bearer x", ""]) | st.text(
    max_size=20
)
paths = st.sampled_from(POSTS) | st.sampled_from(POSTS[4:]).filter(lambda path: "match" not in path).map(
    lambda path: path.removesuffix("/") + "/1208603"
)
settings = st.builds(
    CompliancelySettings,
    tokens=st.just({"known": "demo-user"}),
    rate_limit=st.booleans(),
    credits=st.none() | st.integers(0, 3),
    also_in_review=st.booleans(),
    after_us=st.integers(0, 60_000_000),
    results=st.just({"900000001": Result(irs_code=10, then=Result(irs_code=3))}),
)


@st.composite
def calls(draw):
    body, kind = draw(bodies)
    moment = draw(st.integers(0, 100_000_000_000))
    headers = (
        ("Authorization", draw(authorizations)),
        ("Content-Type", kind),
        ("Host", draw(st.text(max_size=9))),
    )
    method = draw(st.sampled_from(["POST", "POST", "POST", "GET", "HEAD", "OPTIONS", "DELETE"]))
    return Call(method=method, path=draw(paths), headers=headers, body=body, at=START + moment, wall=START)


def check(answered):
    reply = answered.reply
    assert reply.status in STATUSES
    assert dict(reply.headers)["Content-Type"] in ("application/json", "text/csv")
    if dict(reply.headers)["Content-Type"] == "application/json":
        json.loads(reply.body, parse_constant=pytest.fail)
    assert reply.delay_us >= 0
    for emission in answered.emissions:
        assert reply.status == 201
        assert emission.targets
        assert emission.delay_us >= 0
        json.dumps(emission.data, ensure_ascii=False, allow_nan=False).encode()


@given(settings, calls())
def test_every_call_is_answered_in_a_documented_way(chosen, call):
    answered = CompliancelyApi(7, chosen).answer(call)
    assert answered is not None
    check(answered)


@given(st.sampled_from(POSTS[4:]), objects | good)
def test_every_body_is_taken_or_told(path, value):
    body, kind = as_json(value)
    api = CompliancelyApi(7, CompliancelySettings(tokens={"known": "demo-user"}))
    headers = (("Authorization", "Token known"), ("Content-Type", kind))
    answered = api.answer(Call(method="POST", path=path, headers=headers, body=body, at=START, wall=START))
    assert answered is not None
    assert answered.reply.status in (201, 400)
    check(answered)


@given(st.integers(), settings, st.lists(calls(), max_size=8))
def test_the_same_calls_again_give_equal_answers(seed, chosen, made):
    first, second = CompliancelyApi(seed, chosen), CompliancelyApi(seed, chosen)
    assert [first.answer(call) for call in made] == [second.answer(call) for call in made]


@given(st.sampled_from(["webhook_urls"]), good)
def test_what_a_webhook_carries_is_what_get_answers_then(name, asked):
    api = CompliancelyApi(7, CompliancelySettings(tokens={"known": "demo-user"}))
    headers = (("Authorization", "Token known"), ("Content-Type", "application/json"))
    for path in ("/api/v1/submissions/", "/api/v2/taxexempt/"):
        body = json.dumps(asked).encode()
        answered = api.answer(
            Call(method="POST", path=path, headers=headers, body=body, at=START, wall=START)
        )
        assert answered is not None
        told = json.loads(answered.reply.body)
        number = told.get("id") or told["data"]["id"]
        for emission in answered.emissions:
            at = START + emission.delay_us
            got = api.answer(Call(method="GET", path=f"{path}{number}", headers=headers, at=at, wall=START))
            assert got is not None
            assert json.loads(got.reply.body) == emission.data
