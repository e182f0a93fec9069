"""What each fault makes of a webhook whose body and signature are known. The digests were made by OpenSSL."""

from __future__ import annotations

import gzip
import hmac
import json
from typing import Any

import pytest

from emulator.provider.profile import SignatureScheme
from emulator.provider.signing import with_digests
from emulator.record import AttemptRecord, Request
from emulator.scenario.load import load_text
from tests.helpers.journal import ListJournal
from tests.helpers.playing import Endpoint, play, scenario

BODY = '{"a":"x1"}'
DIGEST = "a2d8e6f71a184db2cd16dd0e81403286313bc197786e18f5d1522912b3f31e11"
HEADER = "X-Entuitive-Signature"


async def sent(fault: dict[str, Any], **more: Any) -> tuple[list[Request], ListJournal]:
    endpoint = Endpoint()
    _, journal = await play(scenario({"body": BODY, "faults": [fault], **more}), endpoint)
    return endpoint.came, journal


def signature(request: Request) -> str | None:
    return dict(request.headers).get(HEADER)


async def first(fault: dict[str, Any]) -> Request:
    return (await sent(fault))[0][0]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("missing", None),
        ("empty", ""),
        ("truncated", DIGEST[:32]),
        ("upper-case", DIGEST.upper()),
    ],
)
async def test_a_signature_that_follows_from_the_genuine_one(kind: str, expected: str | None) -> None:
    requests, journal = await sent({"signature": kind})
    assert [signature(request) for request in requests] == [expected, DIGEST]
    assert [request.body for request in requests] == [BODY.encode()] * 2
    assert [(each.trigger, each.number, each.copy, each.faults) for each in journal.made] == [
        ("fault", 1, 1, (f"signature: {kind}",)),
        ("schedule", 1, 0, ()),
    ]


async def test_a_wrong_signature_differs_in_one_character() -> None:
    forged = signature(await first({"signature": "wrong"}))
    assert forged is not None
    assert len(forged) == len(DIGEST)
    assert sum(a != b for a, b in zip(forged, DIGEST, strict=True)) == 1


@pytest.mark.parametrize("kind", ["other-secret", "stale-secret", "of-other-body"])
async def test_a_forged_signature_looks_like_a_genuine_one(kind: str) -> None:
    forged, again = signature(await first({"signature": kind})), signature(await first({"signature": kind}))
    assert forged is not None
    assert len(forged) == len(DIGEST)
    assert forged != DIGEST
    assert forged == again, "the same run draws the same"


async def test_a_record_says_that_a_forged_signature_is_not_valid() -> None:
    _, journal = await sent({"signature": "wrong"})
    assert [made.signature and made.signature.valid for made in journal.made] == [False, True]


@pytest.mark.parametrize(
    ("body", "tampered"),
    [
        ('{"a":"x1"}', '{"a":"y1"}'),
        ('{"a":"x1","k":[]}', '{"a":"y1","k":[]}'),
        ('{"a":{"b9":[12,3.5]}}', '{"a":{"b9":[12,1.5]}}'),
        ('{"name":true}', '{"name":true} '),
        ('{"a":"\\u00e9","b":""}', '{"a":"\\u00e9","b":""} '),
    ],
)
async def test_tampering_changes_one_value_behind_the_signature(body: str, tampered: str) -> None:
    requests, _ = await sent({"tamper": True}, body=body)
    assert [request.body.decode() for request in requests] == [tampered, body]
    assert signature(requests[0]) == signature(requests[1])
    json.loads(requests[0].body)


async def test_half_of_a_body_with_the_right_length_has_the_signature_of_the_whole() -> None:
    cut = await first({"truncate": "right-length"})
    assert cut.body == b'{"a":'
    assert dict(cut.headers)["Content-Length"] == "5"
    assert signature(cut) == DIGEST


async def test_half_of_a_body_with_the_wrong_length_promises_the_whole() -> None:
    requests, journal = await sent({"truncate": "wrong-length"})
    assert [request.body for request in requests] == [b'{"a":']
    assert dict(requests[0].headers)["Content-Length"] == "10"
    assert journal.made[0].trigger == "schedule"


@pytest.mark.parametrize(
    ("fault", "body", "digest"),
    [
        (
            {"encoding": "bom"},
            b"\xef\xbb\xbf" + BODY.encode(),
            "458b0316c3b368f0e37ef79b498f3afde4accc31dd0704302d21227a5087406e",
        ),
        (
            {"malformed": "invalid-json"},
            b'{"a":"x1",',
            "7da0374d3dc4ff39385601b83db72a7bf6521d15cb3f9b705f14b081185d46d7",
        ),
        ({"malformed": "empty"}, b"", "1b8b88da911b646e8e40df85073ff0e6e3b3b82d725da699b4480eb2bd466a7b"),
    ],
)
async def test_what_is_changed_before_signing_is_signed_as_it_is_sent(
    fault: dict[str, Any], body: bytes, digest: str
) -> None:
    request = await first(fault)
    assert request.body == body
    assert signature(request) == digest


async def test_encodings_that_nothing_tells_of() -> None:
    utf_16 = await first({"encoding": "utf-16"})
    assert utf_16.body.decode("utf-16") == BODY
    zipped = await first({"encoding": "gzip"})
    assert gzip.decompress(zipped.body).decode() == BODY
    assert "content-encoding" not in {name.lower() for name, _ in zipped.headers}


async def test_a_body_that_is_too_large_or_too_deep_is_still_json() -> None:
    large = await first({"oversize": 2})
    assert len(json.loads(large.body)["padding"]) == 2_000_000
    deep = await first({"deep": 500})
    assert deep.body == b'{"a":"x1","deep":' + b"[" * 500 + b"]" * 500 + b"}"


async def test_headers_and_methods_of_another_kind() -> None:
    other = await first({"content_type": "text/plain"})
    assert [text for name, text in other.headers if name.lower() == "content-type"] == ["text/plain"]
    more = await first({"extra_headers": {"X-Forwarded-For": "192.0.2.1"}})
    assert ("X-Forwarded-For", "192.0.2.1") in more.headers
    requests, _ = await sent({"method": "PUT"})
    assert [request.method for request in requests] == ["PUT", "POST"]


async def test_an_unknown_type_stands_on_the_wire_and_is_signed() -> None:
    endpoint = Endpoint()
    await play(scenario({"faults": [{"unknown_type": True}]}), endpoint)
    assert json.loads(endpoint.came[0].body)["event_type"] == "user.created.unheard_of"


def made_at(made: list[AttemptRecord]) -> list[tuple[int, int, float, str]]:
    return [(each.number, each.copy, each.offset_us / 1e6, each.trigger) for each in made]


async def test_copies_come_at_once_or_spaced_and_share_bytes_and_number() -> None:
    requests, journal = await sent({"duplicate": {"times": 2, "after": "5s"}})
    assert made_at(journal.made) == [(1, 0, 0, "schedule"), (1, 1, 5, "fault"), (1, 2, 10, "fault")]
    assert len({(request.body, request.headers) for request in requests}) == 1
    _, journal = await sent({"duplicate": 1})
    assert made_at(journal.made) == [(1, 0, 0, "schedule"), (1, 1, 0, "fault")]


async def test_a_replay_comes_after_the_end_of_the_delivery() -> None:
    endpoint = Endpoint(503, 200)
    _, journal = await play(scenario({"faults": [{"replay": "3d"}]}), endpoint)
    assert made_at(journal.made) == [
        (1, 0, 0, "schedule"),
        (2, 0, 10, "schedule"),
        (2, 1, 10 + 3 * 86_400, "fault"),
    ]


async def test_concurrent_copies_are_in_flight_together() -> None:
    endpoint = Endpoint()
    await play(scenario({"faults": [{"concurrent": 4}]}), endpoint)
    assert endpoint.most["hook"] == 5


async def test_a_delay_shifts_the_attempts_it_is_on() -> None:
    _, journal = await play(
        scenario({"faults": [{"delay": "4s", "on": [2]}], "expect": {"attempts": 3}}), Endpoint(503, 503, 200)
    )
    assert [made.offset_us / 1e6 for made in journal.made] == [0, 14, 24]


async def test_a_reordered_group_waits_for_its_last_and_goes_in_another_order() -> None:
    given = scenario({"repeat": {"times": 5, "every": "1m"}, "faults": [{"reorder": "g"}]})
    _, journal = await play(given, Endpoint())
    start = journal.made[0].due_at
    assert [(made.due_at - start) / 1e6 for made in journal.made] == [0, 1, 2, 3, 4]
    order = [made.index for made in journal.made]
    assert sorted(order) == [0, 1, 2, 3, 4] != order
    _, again = await play(given, Endpoint())
    assert [made.index for made in again.made] == order
    assert {made.offset_us for made in journal.made} == {0}


async def test_a_fault_is_on_the_attempts_that_are_named() -> None:
    event = {"faults": [{"signature": "missing", "on": [1, 3], "expect": "any"}], "expect": {"attempts": 4}}
    _, journal = await play(scenario(event), Endpoint(401, 503, 503, 401, 503, 200))
    assert [(made.number, made.trigger) for made in journal.made] == [
        (1, "fault"),
        (1, "schedule"),
        (2, "schedule"),
        (3, "fault"),
        (3, "schedule"),
        (4, "schedule"),
    ]
    event = {"faults": [{"content_type": "text/plain", "on": "last"}], "expect": {"outcome": "exhausted"}}
    _, journal = await play(scenario(event), Endpoint(503))
    assert [made.faults for made in journal.made] == [(), (), (), (), ("content_type: text/plain",)]


async def test_a_dropped_connection_is_a_failed_attempt_with_its_retry() -> None:
    _, journal = await play(scenario({"faults": [{"reset": "in", "on": 1}]}), Endpoint())
    assert [(made.number, made.error and made.error.kind.value) for made in journal.made] == [
        (1, "reset"),
        (2, None),
    ]


def signing(**scheme: Any) -> dict[str, Any]:
    return {"profile": {"signature": {"header": HEADER, **scheme}}}


@pytest.mark.parametrize("value", ["sig={signature},alg=sha256-abcdef", "{signature} t={timestamp}"])
@pytest.mark.parametrize(
    ("kind", "differ"),
    [("wrong", 1), ("truncated", None)],
)
async def test_the_digest_is_forged_and_not_what_stands_around_it(
    value: str, kind: str, differ: int | None
) -> None:
    requests, _ = await sent({"signature": kind}, **signing(value=value, message="{body}"))
    forged, genuine = (signature(request) for request in requests)
    assert forged is not None
    assert genuine is not None
    place = genuine.index(DIGEST)
    around = genuine[:place], genuine[place + 64 :]
    assert forged.startswith(around[0])
    assert forged.endswith(around[1])
    digest = forged[len(around[0]) : len(forged) - len(around[1])]
    if differ is None:
        assert digest == DIGEST[:32]
    else:
        assert sum(a != b for a, b in zip(digest, DIGEST, strict=True)) == differ


@pytest.mark.parametrize(
    ("encoding", "value", "expected"),
    [
        ("hex", f"v1={'a' * 64},{'b' * 64}.", "v1=<a>,<b>."),
        ("base64", f"v1={'a' * 43}=,{'b' * 43}=.", "v1=<a>,<b>."),
    ],
)
def test_each_of_several_digests_is_found(encoding: str, value: str, expected: str) -> None:
    scheme = SignatureScheme(
        header="X", value="v1={signature}.", encoding=encoding, separator=",", rotation="both"
    )
    assert with_digests(scheme, value, lambda digest: f"<{digest[0]}>") == expected


STAMPED = {"message": "{timestamp}.{body}", "value": "t={timestamp},v1={signature}"}


async def test_a_replay_has_a_real_moment_that_is_as_old_as_it_is_late() -> None:
    requests, journal = await sent({"replay": "3d"}, **signing(**STAMPED))
    times = [int((signature(request) or "").partition(",")[0].removeprefix("t=")) for request in requests]
    assert 3 * 86_400 <= times[0] - times[1] + 1 <= 3 * 86_400 + 2
    message = f"{times[1]}.{BODY}".encode()
    digest = hmac.new(b"test-secret-1", message, "sha256").hexdigest()
    assert signature(requests[1]) == f"t={times[1]},v1={digest}"
    assert journal.made[1].signature is not None
    assert journal.made[1].signature.value == signature(requests[1])


async def test_a_replay_with_an_emulated_moment_is_the_very_same() -> None:
    requests, _ = await sent({"replay": "3d"}, **signing(**STAMPED, stamp="emulated"))
    assert signature(requests[0]) == signature(requests[1])


async def test_a_delivery_without_a_secret_has_no_forged_signatures() -> None:
    registered = [
        {"url": "http://127.0.0.1:9/signed", "secret": "s3cret"},
        {"url": "http://127.0.0.1:9/plain", "secret": None},
    ]
    event = {"type": "user.created", "faults": [{"signature": "wrong"}, {"duplicate": 1}]}
    head = {"version": 1, "provider": "entuitive", "endpoints": registered, "events": [event]}
    _, journal = await play(load_text(head, environment={}), Endpoint())
    made = sorted((each.request.url.rpartition("/")[2], each.faults) for each in journal.made)
    assert made == [
        ("plain", ()),
        ("plain", ("duplicate: 1",)),
        ("signed", ()),
        ("signed", ("duplicate: 1",)),
        ("signed", ("signature: wrong",)),
    ]
