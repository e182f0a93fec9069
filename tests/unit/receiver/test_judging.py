"""A request judged: signature, type, and the answer that is due. The signatures are literals from openssl."""

from __future__ import annotations

import pytest

from emulator.provider.load import read_definition
from emulator.provider.registry import find_profile
from emulator.receiver import Answer, Replies, parse_answers
from emulator.receiver.judging import Judge, default_answer, type_of

BODY = rb'{"event_type":"user.deactivated","data":{"company_name":"A\/B Caf\u00e9"}}'
SIGNATURE = "7bc8f85dbf1b92dcdf4902c0c1d90caafd41acd329415713607ebf1809245afe"
SIGNED = (("Host", "localhost"), ("x-entuitive-signature", SIGNATURE))

WITH_ID = """
version: 1
provider: acme
signature:
  header: X-Acme-Signature
  message: "{id}.{body}"
  headers: {X-Acme-Id: "{id}"}
envelope: [{kind: "{{ type }}"}, "{{ data }}"]
accept: [202, 204]
"""
ACME = read_definition(WITH_ID, "acme.yaml").profile


def judge(*replies: str, secret: str | None = "test-secret-1", **more) -> Judge:
    return Judge(
        find_profile("entuitive"),
        secret,
        Replies(parse_answers(",".join(replies)) if replies else (), **more),
    )


def statuses(judge: Judge, *requests) -> list[int | None]:
    return [judge.received(0, "POST", "/w", headers, body).answer.status for headers, body in requests]


def test_a_signed_webhook_is_valid_and_accepted():
    received = judge().received(1_767_603_600_000_000, "POST", "/webhooks?a=1", SIGNED, BODY)
    assert received.check is not None
    assert received.check.valid
    assert (received.number, received.type, received.answer) == (1, "user.deactivated", Answer(200))
    assert received.to_json() == {
        "number": 1,
        "at": "2026-01-05T09:00:00Z",
        "method": "POST",
        "path": "/webhooks?a=1",
        "type": "user.deactivated",
        "signature": {"valid": True, "reason": "the signature fits"},
        "answer": "200",
        "headers": [["Host", "localhost"], ["x-entuitive-signature", SIGNATURE]],
        "body": BODY.decode(),
        "body_base64": None,
        "size": 74,
    }


def test_a_wrong_signature_is_refused_and_takes_no_turn():
    strict = judge("503", "200")
    assert statuses(strict, (SIGNED, BODY + b" "), ((), BODY), (SIGNED, BODY), (SIGNED, BODY)) == [
        401,
        401,
        503,
        200,
    ]


def test_a_wrong_signature_may_be_answered_like_a_right_one():
    assert statuses(judge("503", "200", invalid=None), ((), BODY), ((), BODY)) == [503, 200]


def test_without_a_secret_nothing_is_checked():
    received = judge(secret=None).received(0, "POST", "/", (), BODY)
    assert received.check is None
    assert received.answer == Answer(200)
    assert received.to_json()["signature"] is None


def test_what_is_no_post_is_no_webhook_and_takes_no_turn():
    one = judge("503", "200")
    assert one.received(0, "GET", "/", (), b"").answer == Answer(405)
    assert one.received(0, "POST", "/", SIGNED, BODY).answer == Answer(503)


def test_a_body_that_was_too_long_is_told_so():
    received = judge().received(0, "POST", "/", SIGNED, None)
    assert (received.answer, received.check, received.type, received.body) == (Answer(413), None, None, b"")


def test_each_delivery_goes_through_the_answers_for_itself():
    one = Judge(find_profile("entuitive"), None, Replies(parse_answers("503,200"), each=True))
    assert statuses(one, ((), b"a"), ((), b"b"), ((), b"a"), ((), b"b"), ((), b"a")) == [
        503,
        503,
        200,
        200,
        503,
    ]
    assert one.received(0, "POST", "/elsewhere", (), b"b").answer == Answer(503)


def test_a_delivery_is_known_by_its_id_where_its_headers_carry_one():
    one = Judge(ACME, None, Replies(parse_answers("503,204"), each=True))
    first, second = (("X-Acme-Id", "evt_1"),), (("x-acme-id", "evt_2"),)
    assert statuses(one, (first, b"1"), (first, b"changed"), (second, b"changed")) == [503, 204, 503]


@pytest.mark.parametrize(
    ("profile", "answer"),
    [(find_profile("compliancely"), 200), (find_profile("entuitive"), 200), (ACME, 202)],
)
def test_what_accepts_is_answered_where_nothing_else_is_said(profile, answer: int):
    assert default_answer(profile) == Answer(answer)


@pytest.mark.parametrize(
    ("profile", "body", "expected"),
    [
        (find_profile("entuitive"), BODY, "user.deactivated"),
        (find_profile("entuitive"), b'{"event_type": 7}', None),
        (find_profile("entuitive"), b"[]", None),
        (find_profile("entuitive"), b"\xff", None),
        (find_profile("entuitive"), b"[" * 100_000, None),
        (find_profile("compliancely"), b'{"event_type": "x"}', None),
        (ACME, b'[{"kind": "parcel.sent"}, {}]', "parcel.sent"),
        (ACME, b"[]", None),
    ],
)
def test_the_type_is_read_where_the_envelope_has_it(profile, body: bytes, expected: str | None):
    assert type_of(profile, body) == expected
