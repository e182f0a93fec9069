import pytest

from emulator.answering.compliancely import Result
from emulator.duration import SECOND
from tests.helpers.compliancely import HOOK, application

ASKED = {"tin": "900000006", "name": "Larkspur Tool Hire", "webhook_urls": [HOOK]}
PATH = "/api/v1/tin/match/"


@pytest.mark.parametrize("path", [PATH, "/api/v1/tin/match/tin/match/", "/api/v1/tin/match"])
def test_a_result_in_time_is_the_answer_and_raises_no_webhook(path):
    heard = application().post(path, ASKED)
    assert (heard.status, heard.answered.reply.delay_us, heard.emissions) == (201, 2 * SECOND, ())
    assert "message" not in heard.json
    assert (heard.json["irs_code"], heard.json["updated_date"]) == (6, "2026-01-05T09:00:02Z")
    assert heard.json["created_date"] == "2026-01-05T09:00:00Z"


def test_a_result_after_exactly_thirty_seconds_is_in_time():
    heard = application(after_us=30 * SECOND).post(PATH, ASKED)
    assert (heard.answered.reply.delay_us, heard.json["irs_code"]) == (30 * SECOND, 6)


def test_a_late_result_is_queued_with_a_message_and_raises_a_webhook():
    app = application(after_us=30 * SECOND + 1)
    heard = app.post(PATH, ASKED)
    assert (heard.status, heard.answered.reply.delay_us) == (201, 30 * SECOND)
    assert (heard.json["irs_code"], heard.json["status"]) == (-1, "Pending")
    assert list(heard.json)[-1] == "message"
    (emission,) = heard.emissions
    assert (emission.event, emission.delay_us, emission.targets) == ("tin_match", 30 * SECOND + 1, (HOOK,))
    app.at = 40
    later = app.get(f"/api/v1/submissions/{heard.json['id']}").json
    assert later == emission.data
    assert "message" not in later


def test_a_match_in_review_is_waited_for():
    review = Result(irs_code=10, after_us=SECOND, then=Result(irs_code=8, after_us=28 * SECOND))
    heard = application(results={"900000006": review}, also_in_review=True).post(PATH, ASKED)
    assert (heard.answered.reply.delay_us, heard.json["irs_code"]) == (29 * SECOND, 8)
    assert heard.emissions == ()


def test_a_long_review_is_what_the_message_comes_with_and_only_later_stages_raise_webhooks():
    review = Result(irs_code=10, after_us=SECOND, then=Result(irs_code=8, after_us=60 * SECOND))
    heard = application(results={"900000006": review}, also_in_review=True).post(PATH, ASKED)
    assert (heard.json["irs_code"], heard.json["status"]) == (10, "In Review")
    assert [emission.delay_us for emission in heard.emissions] == [61 * SECOND]


def test_a_match_that_never_ends_times_out_without_a_webhook():
    heard = application(results={"900000006": Result(irs_code=-1)}).post(PATH, ASKED)
    assert (heard.answered.reply.delay_us, heard.emissions) == (30 * SECOND, ())
    assert "message" in heard.json


def test_without_urls_a_time_out_raises_no_webhook():
    heard = application(after_us=60 * SECOND).post(PATH, {"tin": "900000006", "name": "A"})
    assert (heard.status, heard.emissions) == (201, ())


def test_a_sample_is_answered_at_once():
    heard = application().post(PATH, {"name": "Zenwork", "tin": "111232312"})
    assert (heard.answered.reply.delay_us, heard.json["irs_code"]) == (0, 3)


def test_wrong_fields_are_told_at_once():
    heard = application().post(PATH, {"tin": "1"})
    assert (heard.status, heard.answered.reply.delay_us) == (400, 0)
    assert list(heard.json) == ["tin", "name"]


def test_ids_are_shared_with_the_other_matches():
    app = application()
    first = app.post(PATH, ASKED).json["id"]
    assert app.post("/api/v1/submissions/", ASKED).json["id"] == first + 1
