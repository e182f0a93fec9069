import pytest

from emulator.answering.compliancely import Result
from emulator.answering.compliancely.shelf import Shelf
from emulator.duration import SECOND
from tests.helpers.compliancely import HOOK, application

ASKED = {"tin": "900000006", "name": "Larkspur Tool Hire", "webhook_urls": [HOOK]}
PATH = "/api/v1/submissions/"


def test_a_match_is_pending_at_first():
    app = application()
    app.at = 0.75
    heard = app.post(PATH, ASKED)
    assert heard.status == 201
    assert heard.answered.route == "POST /api/v1/submissions/"
    assert list(heard.json.items()) == [
        ("id", 1208603),
        ("name", "Larkspur Tool Hire"),
        ("tin", "900000006"),
        ("status", "Pending"),
        ("created_by", "demo-user"),
        ("irs_code", -1),
        ("irs_reason", ""),
        ("irs_service_status", "RUNNING"),
        ("last_irs_check_date", "2026-01-05T09:00:00Z"),
        ("created_date", "2026-01-05T09:00:00Z"),
        ("updated_date", "2026-01-05T09:00:00Z"),
    ]


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_match_has_its_result_after_two_seconds_and_the_webhook_carries_what_get_answers(slash):
    app = application()
    asked = app.post(PATH, ASKED)
    path = f"{PATH}{asked.json['id']}{slash}"
    app.at = 1.999999
    assert (app.get(path).status, app.get(path).json) == (200, asked.json)
    app.at = 2
    heard = app.get(path)
    assert heard.json == asked.json | {
        "status": "TIN Matched",
        "irs_code": 6,
        "irs_reason": "TIN and name match IRS records (SSN).",
        "last_irs_check_date": "2026-01-05T09:00:02Z",
        "updated_date": "2026-01-05T09:00:02Z",
    }
    (emission,) = asked.emissions
    assert (emission.event, emission.type, emission.delay_us) == ("tin_match", "tin_match", 2 * SECOND)
    assert emission.targets == (HOOK,)
    assert list(emission.data.items()) == list(heard.json.items())
    assert heard.answered.route == "GET /api/v1/submissions/{id}"
    assert heard.emissions == ()


@pytest.mark.parametrize(
    ("digit", "code", "status"),
    [
        (0, 0, "TIN Matched"),
        (1, 1, "Did Not Match"),
        (2, 2, "Did Not Match"),
        (3, 3, "Did Not Match"),
        (4, 4, "Did Not Match"),
        (5, 5, "Did Not Match"),
        (6, 6, "TIN Matched"),
        (7, 7, "TIN Matched"),
        (8, 8, "TIN Matched"),
        (9, 0, "TIN Matched"),
    ],
)
def test_the_last_digit_of_the_tin_decides(digit, code, status):
    app = application()
    (emission,) = app.post(PATH, {**ASKED, "tin": f"90000000{digit}"}).emissions
    assert (emission.data["irs_code"], emission.data["status"]) == (code, status)
    assert emission.data["irs_service_status"] == "RUNNING"


def test_the_documented_reason_of_code_3():
    (emission,) = application().post(PATH, {**ASKED, "tin": "900000003"}).emissions
    assert emission.data["irs_reason"] == "TIN and Name combination does not match IRS records."


@pytest.mark.parametrize(("name", "tin"), [("Zenwork", "111232312"), ("Name Name", "112233445")])
def test_fixed_samples_come_before_the_last_digit(name, tin):
    heard = application().post(PATH, {"name": name, "tin": tin, "webhook_urls": [HOOK]})
    assert (heard.json["irs_code"], heard.json["status"]) == (3, "Did Not Match")
    (emission,) = heard.emissions
    assert (emission.delay_us, emission.data) == (0, heard.json)


def test_the_pending_sample_stays_pending_and_raises_no_webhook():
    app = application()
    heard = app.post(PATH, {"name": "Media Zenwork", "tin": "111232314", "webhook_urls": [HOOK]})
    assert heard.emissions == ()
    app.at = 1_000_000
    now = app.get(f"{PATH}{heard.json['id']}").json
    assert (now["irs_code"], now["status"], now["irs_reason"]) == (-1, "Pending", "")
    assert (
        now["irs_service_status"]
        == "THE IRS TIN MATCHING SERVICE IS SLOW OR CURRENTLY EXPERIENCING AN OUTAGE"
    )


def test_another_name_with_a_samples_tin_follows_its_last_digit():
    (emission,) = application().post(PATH, {**ASKED, "tin": "111232312"}).emissions
    assert emission.data["irs_code"] == 2


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 5, 6, 7, 8])
def test_settings_decide_before_samples_and_digits(code):
    app = application(results={"111232312": Result(irs_code=code, after_us=7 * SECOND)})
    (emission,) = app.post(PATH, {**ASKED, "name": "Zenwork", "tin": "111232312"}).emissions
    assert (emission.delay_us, emission.data["irs_code"]) == (7 * SECOND, code)


def test_settings_decide_how_long_a_result_takes():
    app = application(after_us=90 * SECOND, results={"900000001": Result(irs_code=0)})
    for tin in ("900000001", "900000002"):
        (emission,) = app.post(PATH, {**ASKED, "tin": tin}).emissions
        assert emission.delay_us == 90 * SECOND


def test_a_result_that_takes_no_time_is_the_answer():
    heard = application(after_us=0).post(PATH, ASKED)
    assert (heard.json["irs_code"], heard.emissions[0].data) == (6, heard.json)


REVIEWED = Result(irs_code=10, after_us=SECOND, then=Result(irs_code=7, after_us=60 * SECOND))


def test_a_match_in_review_raises_a_webhook_only_when_it_is_final():
    app = application(results={"900000006": REVIEWED})
    heard = app.post(PATH, ASKED)
    (emission,) = heard.emissions
    assert (emission.delay_us, emission.data["irs_code"]) == (61 * SECOND, 7)
    seen = []
    for moment in (0, 1, 60.9, 61):
        app.at = moment
        now = app.get(f"{PATH}{heard.json['id']}").json
        seen.append((now["irs_code"], now["status"], now["irs_reason"], now["updated_date"][-3:]))
    assert seen == [
        (-1, "Pending", "", "00Z"),
        (10, "In Review", "", "01Z"),
        (10, "In Review", "", "01Z"),
        (7, "TIN Matched", "TIN and name match IRS records (EIN).", "01Z"),
    ]


def test_a_match_in_review_raises_a_webhook_too_when_told_to():
    app = application(results={"900000006": REVIEWED}, also_in_review=True)
    review, final = app.post(PATH, ASKED).emissions
    assert (review.delay_us, review.data["irs_code"], review.data["status"]) == (SECOND, 10, "In Review")
    assert (final.delay_us, final.data["irs_code"]) == (61 * SECOND, 7)
    assert review.targets == final.targets == (HOOK,)


def test_a_match_that_stays_in_review_has_no_final_webhook():
    results = {"900000006": Result(irs_code=10)}
    assert application(results=results).post(PATH, ASKED).emissions == ()
    assert len(application(results=results, also_in_review=True).post(PATH, ASKED).emissions) == 1


URLS = ["http://a.test/1", "https://b.test/2?x=y", "http://[::1]:8080/3"]


@pytest.mark.parametrize(
    ("urls", "targets"),
    [
        (URLS, [tuple(URLS)]),
        (URLS[0], [(URLS[0],)]),
        ([URLS[1]], [(URLS[1],)]),
        (None, []),
        ("", []),
        ([], []),
    ],
)
def test_urls_are_a_list_a_text_or_null_and_each_is_a_target(urls, targets):
    heard = application().post(PATH, {**ASKED, "webhook_urls": urls})
    assert heard.status == 201
    assert [emission.targets for emission in heard.emissions] == targets
    assert "webhook_urls" not in heard.json


def test_without_urls_no_webhook_follows():
    heard = application().post(PATH, {"tin": "900000006", "name": "A"})
    assert (heard.status, heard.emissions) == (201, ())


PATTERN = "This value does not match the required pattern."
LONG_TIN = "Ensure this field has no more than 9 characters."
LONG_NAME = "Ensure this field has no more than 40 characters."


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"tin": "12345678"}, {"tin": [PATTERN]}),
        ({"tin": "12-345678"}, {"tin": [PATTERN]}),
        ({"tin": "12-3456789"}, {"tin": [LONG_TIN, PATTERN]}),
        ({"tin": "1234567890"}, {"tin": [LONG_TIN, PATTERN]}),
        ({"tin": "١٢٣٤٥٦٧٨٩"}, {"tin": [PATTERN]}),
        ({"tin": ""}, {"tin": ["This field may not be blank."]}),
        ({"tin": None}, {"tin": ["This field may not be null."]}),
        ({"tin": True}, {"tin": ["Not a valid string."]}),
        ({"tin": ["900000006"]}, {"tin": ["Not a valid string."]}),
        ({"name": "A" * 41}, {"name": [LONG_NAME]}),
        ({"name": "O'Hara"}, {"name": [PATTERN]}),
        ({"name": "A, Inc."}, {"name": [PATTERN]}),
        ({"name": "a_b"}, {"name": [PATTERN]}),
        ({"name": "a\nb"}, {"name": [PATTERN]}),
        ({"name": "  "}, {"name": ["This field may not be blank."]}),
        ({"name": "a\0"}, {"name": ["Null characters are not allowed.", PATTERN]}),
        ({"name": "a\ud800"}, {"name": ["Surrogate characters are not allowed: U+D800.", PATTERN]}),
        ({"name": {}}, {"name": ["Not a valid string."]}),
        (
            {"webhook_urls": [HOOK] * 101},
            {"webhook_urls": ["Ensure this field has no more than 100 elements."]},
        ),
        ({"webhook_urls": "x"}, {"webhook_urls": ["Enter a valid URL."]}),
        ({"webhook_urls": "ftp://a.test/"}, {"webhook_urls": ["Enter a valid URL."]}),
        ({"webhook_urls": 5}, {"webhook_urls": ['Expected a list of items but got type "int".']}),
        ({"webhook_urls": {"a": 1}}, {"webhook_urls": ['Expected a list of items but got type "dict".']}),
        (
            {"webhook_urls": [HOOK, "x", None, ""]},
            {
                "webhook_urls": {
                    "1": ["Enter a valid URL."],
                    "2": ["This field may not be null."],
                    "3": ["This field may not be blank."],
                }
            },
        ),
        ({"tin": "1", "name": ""}, {"tin": [PATTERN], "name": ["This field may not be blank."]}),
    ],
)
def test_wrong_fields_are_told_and_nothing_follows(change, errors):
    heard = application().post(PATH, {**ASKED, **change})
    assert (heard.status, heard.json, heard.emissions) == (400, errors, ())


def test_missing_fields_are_told_together():
    heard = application().post(PATH, {})
    assert (heard.status, heard.json) == (
        400,
        {"tin": ["This field is required."], "name": ["This field is required."]},
    )


@pytest.mark.parametrize("name", ["A" * 40, "Ben & Jerry", "Smith-Jones 3", "Café Zoë", " trimmed "])
def test_good_names_are_taken(name):
    heard = application().post(PATH, {**ASKED, "name": name})
    assert (heard.status, heard.json["name"]) == (201, name.strip())


def test_a_tin_may_be_a_number():
    assert application().post(PATH, {**ASKED, "tin": 900000006}).json["tin"] == "900000006"


def test_ids_count_up_from_a_start_that_the_seed_decides():
    app = application(7)
    ids = [app.post(PATH, ASKED).json["id"] for _ in range(3)]
    assert ids == [1208603, 1208604, 1208605]
    assert application(8).post(PATH, ASKED).json["id"] not in ids


@pytest.mark.parametrize("number", ["1", "abc", "-1", "99999999999999999999", "1_0", "٣", "%2e"])
def test_an_unknown_id_is_not_found(number):
    heard = application().get(PATH + number)
    assert (heard.status, heard.json) == (404, {"detail": "Not found."})


def test_a_refused_request_takes_no_id():
    app = application()
    app.post(PATH, {})
    assert app.post(PATH, ASKED).json["id"] == 1208603


def test_the_credit_limit_is_told_with_code_and_message():
    app = application(credits=2)
    assert [app.post(PATH, ASKED).status for _ in range(2)] == [201, 201]
    heard = app.post(PATH, ASKED)
    assert (heard.status, heard.json) == (403, {"code": "credit_message", "message": "Credit limit reached!"})
    assert app.post("/api/v1/tin/match/", ASKED).status == 403


def test_the_answer_is_compact_json_that_is_not_escaped():
    heard = application().post(PATH, {**ASKED, "name": "Café"})
    assert heard.answered.reply.body.startswith('{"id":1208603,"name":"Café","tin":"900000006",'.encode())
    assert heard.header("Content-Type") == "application/json"


def test_the_oldest_of_too_many_goes():
    shelf: Shelf[int] = Shelf(1, "kind", least=10, most=3)
    made = [shelf.put(lambda number: number) for _ in range(4)]
    assert [shelf.get(number) for number in made] == [None, *made[1:]]
