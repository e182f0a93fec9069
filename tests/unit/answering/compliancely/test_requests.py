import json

import pytest

from emulator.answering.compliancely import not_found
from emulator.answering.seam import Call
from tests.helpers.compliancely import START, application, multipart, stranger

PATH = "/api/v1/submissions/"
ASKED = {"tin": "900000006", "name": "A"}

POSTS = [
    "/api/v1/auth-token",
    "/api/v2/token/",
    "/api/v2/token/refresh/",
    "/api/v2/token/validate/",
    "/api/v1/submissions/",
    "/api/v1/tin/match/",
    "/api/v1/tin/match/tin/match/",
    "/api/v1/sos_submissions/",
    "/api/v2/taxexempt/",
    "/api/v1/bulk_upload/tin/",
]
GETS = [
    "/api/v1/submissions/{id}",
    "/api/v1/sos_submissions/{id}",
    "/api/v2/taxexempt/{id}",
    "/api/v1/bulk_upload/tin/{id}",
]
OPEN = 4


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "TRACE", "post"])
def test_what_is_posted_to_takes_no_other_method(path, method):
    heard = application().call(method, path)
    assert (heard.status, heard.json) == (405, {"detail": f'Method "{method}" not allowed.'})
    assert heard.header("Allow") == "POST, OPTIONS"
    assert heard.answered.route == f"{method} {path}"


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_is_fetched_takes_no_other_method(path, method):
    heard = application().call(method, path.replace("{id}", "5"))
    assert (heard.status, heard.json) == (405, {"detail": f'Method "{method}" not allowed.'})
    assert heard.header("Allow") == "GET, HEAD, OPTIONS"
    assert heard.answered.route == f"{method} {path}"


@pytest.mark.parametrize("path", POSTS[OPEN:] + GETS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_who_is_not_let_in_learns_nothing_else(path, method):
    heard = stranger().call(method, path, b"{", ("Content-Type", "application/json"))
    assert (heard.status, heard.json) == (401, {"detail": "Authentication credentials were not provided."})


@pytest.mark.parametrize("path", POSTS + GETS)
def test_a_slash_at_the_end_is_all_the_same(path):
    app = application()
    with_slash, without = path.removesuffix("/") + "/", path.removesuffix("/")
    assert app.post(with_slash, {}).answered == app.post(without, {}).answered


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/api",
        "/api/v1/",
        "/api/v1/submissions//",
        "/api/v1/submissions/1/2",
        "//api/v1/submissions",
        "/API/v1/submissions/",
        "x",
    ],
)
def test_other_paths_are_not_known(path):
    call = Call(method="GET", path=path, at=START, wall=START)
    assert application().api.answer(call) is None
    reply = not_found(call)
    assert (reply.status, reply.body) == (404, b'{"detail":"Not found."}')


@pytest.mark.parametrize("path", POSTS)
def test_options_describe_a_path(path):
    heard = application().call("OPTIONS", path)
    assert (heard.status, heard.json["renders"]) == (200, ["application/json"])
    assert len(heard.json["parses"]) == 3


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b'{"tin":', "Expecting value: line 1 column 8 (char 7)"),
        (b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b'{"tin": NaN}', "Out of range float values are not JSON compliant: 'NaN'"),
        (b"[" * 100_000, "nested too deeply"),
        (b"{} {}", "Extra data: line 1 column 4 (char 3)"),
    ],
)
def test_malformed_json_is_told(body, told):
    heard = application().call("POST", PATH, body, ("Content-Type", "application/json"))
    assert (heard.status, heard.json) == (400, {"detail": f"JSON parse error - {told}"})


@pytest.mark.parametrize(("levels", "status"), [(99, 201), (100, 400)])
def test_json_is_a_hundred_levels_deep_at_most(levels, status):
    body = json.dumps(ASKED)[:-1] + ', "other": ' + "[" * levels + "]" * levels + "}"
    heard = application().call("POST", PATH, body.encode(), ("Content-Type", "application/json"))
    assert heard.status == status


def test_an_integer_of_very_many_digits_is_told():
    body = b'{"tin": ' + b"9" * 5_000 + b"}"
    assert application().call("POST", PATH, body, ("Content-Type", "application/json")).status == 400


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([], "Invalid data. Expected a dictionary, but got list."),
        ("a", "Invalid data. Expected a dictionary, but got str."),
        (3, "Invalid data. Expected a dictionary, but got int."),
        (None, "No data provided"),
    ],
)
def test_json_must_be_an_object(value, told):
    heard = application().post(PATH, value)
    assert (heard.status, heard.json) == (400, {"non_field_errors": [told]})


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "", "application/jsonx", "nonsense", "text/\xe9"]
)
def test_other_content_types_are_refused(kind):
    heard = application().call("POST", PATH, b"{}", ("Content-Type", kind))
    assert (heard.status, heard.json) == (415, {"detail": f'Unsupported media type "{kind}" in request.'})


def test_a_body_without_a_content_type_is_refused():
    heard = application().call("POST", PATH, b"{}")
    assert (heard.status, heard.json) == (415, {"detail": 'Unsupported media type "" in request.'})


def test_no_body_lacks_every_field():
    for headers in ((), (("Content-Type", "text/plain"),)):
        heard = application().call("POST", PATH, b"", *headers)
        assert (heard.status, list(heard.json)) == (400, ["tin", "name"])


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", " application/json"])
def test_spellings_of_json(kind):
    assert application().call("POST", PATH, json.dumps(ASKED).encode(), ("CONTENT-TYPE", kind)).status == 201


def test_form_encoded_bodies_are_taken():
    kind = ("Content-Type", "application/x-www-form-urlencoded")
    body = b"tin=900000006&name=Caf%C3%A9+%26+Co&webhook_urls=http%3A%2F%2Fa.test%2F1&webhook_urls=http://a.test/2"
    heard = application().call("POST", PATH, body, kind)
    assert (heard.status, heard.json["name"]) == (201, "Café & Co")
    assert heard.emissions[0].targets == ("http://a.test/1", "http://a.test/2")
    assert application().call("POST", PATH, b"tin=1&tin=900000006&name=A", kind).status == 201
    heard = application().call("POST", PATH, b"a=1&" * 1_001, kind)
    assert (heard.status, heard.json) == (400, {"detail": "Form parse error - more than 1000 fields"})


def test_multipart_bodies_are_taken_everywhere():
    body, kind = multipart(("tin", "900000006"), ("name", "A"))
    assert application().call("POST", PATH, body, ("Content-Type", kind)).status == 201
    body, kind = multipart(("tin", "900000006"), ("name", "A.csv", b"A"))
    heard = application().call("POST", PATH, body, ("Content-Type", kind))
    assert (heard.status, heard.json) == (400, {"name": ["Not a valid string."]})


def test_line_ends_of_javascript_are_escaped():
    heard = application().post("/api/v1/sos_submissions/", {"name": "a\u2028b\u2029c", "state": "ohio"})
    assert rb"a\u2028b\u2029c" in heard.answered.reply.body
