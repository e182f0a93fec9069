"""The built-in providers: every documented fact, and every assumption with the override that sends the other reading.

Facts: Compliancely's and Entuitive's public developer pages, read 2026-11.
"""

import pytest

from emulator.document import Place, Report, from_json
from emulator.duration import SECOND
from emulator.provider.encoding import encode
from emulator.provider.load import Definition
from emulator.provider.profile import Encoding, RetryOn, WaitFrom
from emulator.provider.registry import BUILT_IN, find_definition, find_profile
from emulator.provider.signing import sign
from emulator.template import Scope

COMPLIANCELY = find_profile("compliancely")
ENTUITIVE = find_profile("entuitive")


@pytest.mark.parametrize(
    ("profile", "header"), [(COMPLIANCELY, "Compliancely-Signature"), (ENTUITIVE, "X-Entuitive-Signature")]
)
def test_both_sign_the_exact_body_with_hmac_sha256_in_bare_lower_case_hex(profile, header):
    scheme = profile.signature
    assert scheme.header == header
    assert (scheme.algorithm, scheme.encoding, scheme.message, scheme.value) == (
        "hmac-sha256",
        "hex",
        "{body}",
        "{signature}",
    )
    assert scheme.headers == {}
    assert (scheme.sign, scheme.without_secret) == ("once", "omit")


def signature(profile, body):
    signed = sign(profile.signature, "test-secret-1", body, wire_id="", timestamp=0)
    assert signed
    return signed.headers


def test_both_send_the_vectors_signatures():
    body = b'{"id":7300412,"irs_code":6,"status":"TIN Matched"}'
    expected = "5b6e14239815712dcecf5dccf1a4b140f5d8d579de1ac4fa2ea986a92e5eacd3"
    assert signature(COMPLIANCELY, body) == (("Compliancely-Signature", expected),)
    body = encode(
        {"event_type": "user.deactivated", "data": {"company_name": "A/B Café"}}, ENTUITIVE.encoding
    )
    expected = "7bc8f85dbf1b92dcdf4902c0c1d90caafd41acd329415713607ebf1809245afe"
    assert signature(ENTUITIVE, body) == (("X-Entuitive-Signature", expected),)


def test_compliancely_accepts_any_2xx_and_entuitive_200_alone():
    assert [status for status in range(100, 600) if COMPLIANCELY.accept.accepts(status)] == list(
        range(200, 300)
    )
    assert [status for status in range(100, 600) if ENTUITIVE.accept.accepts(status)] == [200]


def test_the_schedules():
    assert COMPLIANCELY.retry.waits == (180 * SECOND, 360 * SECOND)
    assert COMPLIANCELY.attempts == 3
    assert ENTUITIVE.retry.waits == (10 * SECOND, 10 * SECOND, 10 * SECOND, 100 * SECOND)
    assert ENTUITIVE.attempts == 5
    for profile in (COMPLIANCELY, ENTUITIVE):
        assert profile.retry.wait_from is WaitFrom.RESPONSE
        assert profile.retry.on == frozenset(RetryOn)
        assert not profile.follow_redirects
        assert not profile.rebuild


def test_the_time_outs():
    assert COMPLIANCELY.timeout_us == 30 * SECOND
    assert ENTUITIVE.timeout_us == 3 * SECOND


def test_the_encodings_and_headers():
    assert COMPLIANCELY.encoding is Encoding.PYTHON
    assert COMPLIANCELY.headers == {
        "User-Agent": "python-requests/2.32.5",
        "Content-Type": "application/json",
    }
    assert ENTUITIVE.encoding is Encoding.PHP
    assert ENTUITIVE.headers == {"User-Agent": "GuzzleHttp/7", "Content-Type": "application/json"}


def test_compliancely_sends_the_bare_object():
    assert COMPLIANCELY.envelope is None


def test_entuitive_sends_its_envelope():
    assert ENTUITIVE.envelope is not None
    sent = ENTUITIVE.envelope.render(Scope(names={"type": "user.created", "data": {"a": 1}}, place=""))
    assert list(sent.items()) == [("event_type", "user.created"), ("data", {"a": 1})]


def test_only_entuitive_mails_when_the_schedule_is_used_up():
    assert COMPLIANCELY.email is None
    assert ENTUITIVE.email is not None
    assert ENTUITIVE.email.to == "management.company@example.test"


TIN_MATCH = [
    *("id", "name", "tin", "status", "created_by", "irs_code", "irs_reason", "irs_service_status"),
    *("last_irs_check_date", "created_date", "updated_date"),
]
USER = [
    *(
        "fname",
        "lname",
        "email",
        "phone",
        "company_id",
        "company_name",
        "status",
        "profile_code",
        "city",
        "address",
    ),
    *("country_id", "province_id", "postal_code", "notification_email", "created_on", "updated_on"),
]
BULK = [
    *("id", "input_file_url", "regular_file_url", "result_file_url", "error_file_url"),
    *("duplicate_record_file_results", "original_file_name", "status", "priority", "result_updated_at"),
    *("created_by", "created_at", "updated_at"),
]


def fields(profile, type):
    return list(profile.events[type].data)


def test_compliancelys_samples_have_the_documented_fields_in_their_order():
    assert list(COMPLIANCELY.events) == ["tin_match", "sos_search", "tax_exempt", "bulk_tin"]
    assert fields(COMPLIANCELY, "tin_match") == TIN_MATCH
    search = ["id", "status", "name", "address", "callback_url", "states", "created_at"]
    assert fields(COMPLIANCELY, "sos_search") == [*search, "results"]
    assert list(COMPLIANCELY.events["sos_search"].data["results"][0]) == [
        "status",
        "standing",
        "match_percentage",
    ]
    for type in ("tax_exempt", "bulk_tin"):
        assert fields(COMPLIANCELY, type) == ["success_message", "data", "success"]
    exempt = ["id", "tin", "name", "status", "created_at", "created_by", "webhook_urls"]
    assert list(COMPLIANCELY.events["tax_exempt"].data["data"]) == exempt
    assert list(COMPLIANCELY.events["bulk_tin"].data["data"]) == BULK


def test_compliancelys_tin_match_keeps_its_types():
    data = COMPLIANCELY.events["tin_match"].data
    assert (data["tin"], data["irs_code"], data["status"]) == ("900000006", 6, "TIN Matched")
    assert data["irs_service_status"] == "RUNNING"
    assert data["created_date"] == "2025-03-04T09:15:20Z"


def test_entuitives_samples_have_the_documented_fields_in_their_order():
    types = ["user.created", "user.updated", "user.deactivated", "user.compliance_status.updated"]
    assert list(ENTUITIVE.events) == types
    assert fields(ENTUITIVE, "user.created") == USER
    assert fields(ENTUITIVE, "user.updated") == USER
    deactivated = ["name", "email", "company_id", "company_name", "status", "profile_id", "profile_code"]
    assert fields(ENTUITIVE, "user.deactivated") == deactivated
    compliance = ["compliance_company_id", "user_company_id", "user_email"]
    assert fields(ENTUITIVE, "user.compliance_status.updated") == compliance


def test_entuitives_values_have_the_documented_forms():
    data = ENTUITIVE.events["user.created"].data
    assert (data["status"], data["profile_code"], data["phone"]) == ("active", "C", None)
    assert data["created_on"] == "2025-05-06T08:30:00.000000Z"
    assert ENTUITIVE.events["user.deactivated"].data["status"] == "deactivated"


def ids(profile):
    return [assumption.id for assumption in profile.assumptions if assumption.id]


def test_every_assumption_about_each_provider_is_listed():
    numbers = [1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 24]
    assert ids(COMPLIANCELY) == [f"A{number}" for number in numbers]
    assert ids(ENTUITIVE) == [f"A{number}" for number in (6, 7, 9, 10, 11, 12, 13, 19, 20, 21, 22, 23, 24)]


ASSUMPTIONS = [(name, assumption) for name in BUILT_IN for assumption in find_profile(name).assumptions]
NAMES = [f"{name}-{assumption.id or assumption.key}" for name, assumption in ASSUMPTIONS]


@pytest.mark.parametrize(("name", "assumption"), ASSUMPTIONS, ids=NAMES)
def test_every_other_reading_is_an_override_that_changes_its_key(name, assumption):
    assert assumption.question
    assert assumption.why
    if assumption.other is None:
        return
    base = find_definition(name)
    report = Report()
    other = base.overridden(Place(from_json(assumption.other), report))
    assert report.problems == []
    assert isinstance(other, Definition)
    assert other.profile != base.profile
    assert assumption.key.split(".")[0] in assumption.other


WITHOUT_SWITCH = {"A4", "A8", "A14", "A15", "A16", "A17", "A18", "A21"}


def test_only_what_no_override_can_send_is_without_a_switch():
    assert {assumption.id for _, assumption in ASSUMPTIONS if assumption.other is None} == WITHOUT_SWITCH


@pytest.mark.parametrize(
    ("name", "id", "offsets"),
    [
        ("compliancely", "A1", [0, 180, 360]),
        ("compliancely", "A2", [0, 180]),
        ("entuitive", "A6", [0, 10, 20, 30, 120]),
    ],
)
def test_the_other_schedules_are_those_of_the_other_readings(name, id, offsets):
    base = find_definition(name)
    assumption = next(each for each in base.profile.assumptions if each.id == id)
    other = base.overridden(Place(from_json(assumption.other), Report()))
    assert isinstance(other, Definition)
    retry, due = other.profile.retry, [0]
    for wait in retry.waits:
        due.append(wait if retry.wait_from is WaitFrom.FIRST else due[-1] + wait)
    assert [moment // SECOND for moment in due] == offsets
