import pytest

from emulator.duration import SECOND
from tests.helpers.compliancely import HOOK, application

ASKED = {"tin": "900000006", "name": "Larkspur Community Trust", "webhook_urls": [HOOK]}
PATH = "/api/v2/taxexempt/"


def refused(*errors: tuple[str, str]):
    told = [{"code": code, "message": message} for code, message in errors]
    return {"errors": told, "data": None, "success": False}


def test_a_check_is_pending_at_first():
    heard = application().post(PATH, ASKED)
    assert heard.status == 201
    assert list(heard.json) == ["success_message", "data", "success"]
    assert heard.json["success"] is True
    assert list(heard.json["data"].items()) == [
        ("id", 1626),
        ("tin", "900000006"),
        ("name", "Larkspur Community Trust"),
        ("status", "Pending"),
        ("created_at", "2026-01-05T09:00:00.000000Z"),
        ("created_by", "demo-user"),
        ("webhook_urls", [HOOK]),
    ]


def test_the_webhook_carries_what_get_answers():
    app = application()
    asked = app.post(PATH, ASKED)
    path = f"{PATH}{asked.json['data']['id']}/"
    assert app.get(path).json == asked.json
    app.at = 2
    heard = app.get(path)
    assert heard.json == {**asked.json, "data": asked.json["data"] | {"status": "Completed"}}
    (emission,) = asked.emissions
    assert (emission.event, emission.type, emission.delay_us) == ("tax_exempt", "tax_exempt", 2 * SECOND)
    assert (emission.targets, emission.data) == ((HOOK,), heard.json)


@pytest.mark.parametrize(
    ("asked", "tin", "name"),
    [
        ({"tin": "900000006"}, "900000006", ""),
        ({"name": "Trust, Inc."}, "", "Trust, Inc."),
        ({"tin": "900000006", "name": ""}, "900000006", ""),
        ({"tin": "", "name": "Trust"}, "", "Trust"),
        ({"tin": None, "name": "Trust"}, "", "Trust"),
    ],
)
def test_a_tin_or_a_name_is_enough(asked, tin, name):
    heard = application().post(PATH, asked)
    assert heard.status == 201
    assert (heard.json["data"]["tin"], heard.json["data"]["name"]) == (tin, name)
    assert heard.json["data"]["webhook_urls"] == []
    assert heard.emissions == ()


@pytest.mark.parametrize("asked", [{}, {"tin": "", "name": ""}, {"tin": None, "name": None}, {"name": "  "}])
def test_neither_is_refused_in_its_own_form(asked):
    heard = application().post(PATH, asked)
    assert (heard.status, heard.json) == (400, refused(("required", "Either tin or name is required.")))
    assert list(heard.json) == ["errors", "data", "success"]


def test_wrong_fields_are_told_in_its_own_form():
    heard = application().post(PATH, {"tin": "1", "name": [], "webhook_urls": ["x"]})
    assert (heard.status, heard.json) == (
        400,
        refused(
            ("invalid", "tin: This value does not match the required pattern."),
            ("invalid", "name: Not a valid string."),
            ("invalid", "webhook_urls: 0: Enter a valid URL."),
        ),
    )


def test_a_body_that_is_no_object_is_told_in_its_own_form():
    heard = application().post(PATH, ["900000006"])
    told = "non_field_errors: Invalid data. Expected a dictionary, but got list."
    assert (heard.status, heard.json) == (400, refused(("invalid", told)))


def test_three_urls_are_three_targets():
    urls = [HOOK, HOOK + "/2", HOOK + "/3"]
    (emission,) = application().post(PATH, {**ASKED, "webhook_urls": urls}).emissions
    assert emission.targets == tuple(urls)


def test_a_url_as_text_is_shown_as_a_list():
    heard = application().post(PATH, {**ASKED, "webhook_urls": HOOK})
    assert heard.json["data"]["webhook_urls"] == [HOOK]


def test_an_unknown_id_is_told_in_its_own_form():
    heard = application().get(PATH + "1")
    assert (heard.status, heard.json) == (404, refused(("not_found", "Not found.")))


def test_the_credit_limit_is_told_in_its_own_form():
    heard = application(credits=0).post(PATH, ASKED)
    assert (heard.status, heard.json) == (403, refused(("credit_message", "Credit limit reached!")))
