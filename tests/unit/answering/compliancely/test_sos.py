import pytest

from emulator.answering.compliancely.states import STATES
from emulator.duration import SECOND
from tests.helpers.compliancely import HOOK, application

ASKED = {"name": "O'Hara & Sons, Inc.", "state": "new york", "callback_url": [HOOK]}
PATH = "/api/v1/sos_submissions/"


def test_a_search_is_pending_at_first():
    app = application()
    app.at = 0.25
    heard = app.post(PATH, ASKED)
    assert heard.status == 201
    assert list(heard.json.items()) == [
        ("id", 17713),
        ("status", "Pending"),
        ("name", "O'Hara & Sons, Inc."),
        ("address", None),
        ("callback_url", [HOOK]),
        ("states", "new york"),
        ("created_at", "2026-01-05T09:00:00.250000Z"),
    ]


def test_the_webhook_carries_what_get_answers():
    app = application()
    asked = app.post(PATH, ASKED)
    path = f"{PATH}{asked.json['id']}"
    assert app.get(path).json == asked.json | {"results": []}
    app.at = 2
    heard = app.get(path)
    assert heard.json == asked.json | {
        "status": "Completed",
        "results": [{"status": "Active", "standing": "Good", "match_percentage": 100}],
    }
    (emission,) = asked.emissions
    assert (emission.event, emission.type, emission.delay_us) == ("sos_search", "sos_search", 2 * SECOND)
    assert (emission.targets, emission.data) == ((HOOK,), heard.json)


@pytest.mark.parametrize(
    ("urls", "shown", "targets"),
    [
        (None, None, []),
        ("", None, []),
        ([], None, []),
        (HOOK, [HOOK], [(HOOK,)]),
        (
            [HOOK, HOOK + "/2", HOOK + "/3"],
            [HOOK, HOOK + "/2", HOOK + "/3"],
            [(HOOK, HOOK + "/2", HOOK + "/3")],
        ),
    ],
)
def test_the_callback_url_is_a_list_a_text_or_null(urls, shown, targets):
    heard = application().post(PATH, {**ASKED, "callback_url": urls})
    assert heard.json["callback_url"] == shown
    assert [emission.targets for emission in heard.emissions] == targets


def test_webhook_urls_mean_nothing_to_a_search():
    heard = application().post(PATH, {"name": "A", "state": "ohio", "webhook_urls": [HOOK]})
    assert (heard.status, heard.json["callback_url"], heard.emissions) == (201, None, ())


def test_the_states_are_fifty_and_the_district():
    assert len(STATES) == 51
    assert {"alabama", "district of columbia", "new hampshire", "wyoming"} <= STATES


@pytest.mark.parametrize("state", ["New York", "ny", "puerto rico", " ohio", 5, ["ohio"]])
def test_other_states_are_refused(state):
    heard = application().post(PATH, {**ASKED, "state": state})
    assert (heard.status, heard.json) == (400, {"state": [f'"{state}" is not a valid choice.']})


def test_missing_fields_are_told():
    heard = application().post(PATH, {"state": None, "callback_url": 7})
    assert (heard.status, heard.json) == (
        400,
        {
            "name": ["This field is required."],
            "state": ["This field may not be null."],
            "callback_url": ['Expected a list of items but got type "int".'],
        },
    )


def test_an_address_is_shown_again():
    assert application().post(PATH, {**ASKED, "address": "1 Dock Rd"}).json["address"] == "1 Dock Rd"


def test_the_credit_limit_is_told_as_detail():
    heard = application(credits=0).post(PATH, ASKED)
    assert (heard.status, heard.json) == (403, {"detail": "Credit limit reached!"})


def test_an_unknown_id_is_not_found():
    heard = application().get(PATH + "1")
    assert (heard.status, heard.json) == (404, {"detail": "Not found."})
