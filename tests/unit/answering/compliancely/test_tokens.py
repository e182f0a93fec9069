import base64
import json

import pytest

from emulator.answering.compliancely import Lifetimes
from emulator.answering.compliancely.issued import Issued
from tests.helpers.compliancely import Application, stranger

LOGIN = {"username": "demo-user", "password": "any"}
NOT_PROVIDED = {"detail": "Authentication credentials were not provided."}
INVALID = {"detail": "Invalid token."}
NOT_VALID = {"detail": "Token is invalid or expired", "code": "token_not_valid"}


def match(app: Application, authorization: str | None):
    headers = () if authorization is None else (("authorization", authorization),)
    body = b'{"tin": "123456780", "name": "A"}'
    return app.call("POST", "/api/v1/submissions/", body, ("Content-Type", "application/json"), *headers)


@pytest.mark.parametrize("path", ["/api/v1/auth-token", "/api/v1/auth-token/"])
def test_a_v1_token_lets_in_for_ever(path):
    app = stranger()
    heard = app.post(path, LOGIN)
    assert (heard.status, list(heard.json)) == (200, ["token"])
    assert heard.answered.route == "POST /api/v1/auth-token"
    app.at = app.wall = 3_000 * 86_400
    assert match(app, f"Token {heard.json['token']}").status == 201


def test_a_v1_token_is_forty_hex_digits_from_the_seed():
    assert stranger(7).post("/api/v1/auth-token", LOGIN).json == {
        "token": "4fa428573ed729748ced98dc39080a968ae83c07"
    }
    assert (
        stranger(8).post("/api/v1/auth-token", LOGIN).json
        != stranger(7).post("/api/v1/auth-token", LOGIN).json
    )


def test_a_user_keeps_the_v1_token_and_another_gets_another():
    app = stranger()
    first = app.post("/api/v1/auth-token", LOGIN).json
    assert app.post("/api/v1/auth-token", LOGIN).json == first
    assert app.post("/api/v1/auth-token", {**LOGIN, "username": "other"}).json != first


def test_a_v2_token_is_a_pair_with_its_lifetimes():
    heard = stranger().post("/api/v2/token/", LOGIN)
    assert heard.status == 200
    assert list(heard.json) == ["access", "access_expiry_seconds", "refresh", "refresh_expiry_seconds"]
    assert heard.json["access_expiry_seconds"] == 3600
    assert heard.json["refresh_expiry_seconds"] == 86400


def test_a_client_can_read_a_v2_token():
    access = stranger().post("/api/v2/token/", LOGIN).json["access"]
    head, payload, _ = (base64.urlsafe_b64decode(part + "==") for part in access.split("."))
    assert json.loads(head) == {"alg": "HS256", "typ": "JWT"}
    read = json.loads(payload)
    assert (read["token_type"], read["user_id"]) == ("access", "demo-user")
    assert (read["iat"], read["exp"]) == (1767603600, 1767607200)


def test_two_v2_tokens_of_one_moment_differ():
    app = stranger()
    first, second = app.post("/api/v2/token/", LOGIN).json, app.post("/api/v2/token/", LOGIN).json
    assert len({first["access"], first["refresh"], second["access"], second["refresh"]}) == 4


@pytest.mark.parametrize(
    ("lifetimes", "moves", "stands"), [("emulated", "at", "wall"), ("wall", "wall", "at")]
)
def test_an_access_token_lasts_an_hour_on_the_clock_of_the_settings(lifetimes, moves, stands):
    app = stranger(lifetimes=Lifetimes(lifetimes))
    bearer = "Bearer " + app.post("/api/v2/token/", LOGIN).json["access"]
    setattr(app, stands, 1_000_000)
    setattr(app, moves, 3599.999999)
    assert match(app, bearer).status == 201
    setattr(app, moves, 3600)
    assert (match(app, bearer).status, match(app, bearer).json) == (401, INVALID)


def test_a_refresh_token_gives_access_for_a_day():
    app = stranger()
    refresh = app.post("/api/v2/token/", LOGIN).json["refresh"]
    app.at = 86_399
    heard = app.post("/api/v2/token/refresh/", {"refresh": refresh})
    assert (heard.status, list(heard.json)) == (200, ["access", "access_expiry_seconds"])
    assert match(app, f"Bearer {heard.json['access']}").json["created_by"] == "demo-user"
    app.at = 86_400
    heard = app.post("/api/v2/token/refresh/", {"refresh": refresh})
    assert (heard.status, heard.json) == (401, NOT_VALID)


def test_the_token_of_a_long_name_can_be_refreshed():
    app = stranger()
    refresh = app.post("/api/v2/token/", {**LOGIN, "username": "\N{GRINNING FACE}" * 255}).json["refresh"]
    assert app.post("/api/v2/token/refresh/", {"refresh": refresh}).status == 200


def test_an_access_token_refreshes_nothing_and_a_refresh_token_lets_nobody_in():
    app = stranger()
    pair = app.post("/api/v2/token/", LOGIN).json
    assert app.post("/api/v2/token/refresh/", {"refresh": pair["access"]}).status == 401
    assert match(app, f"Bearer {pair['refresh']}").status == 401


def test_validate_tells_good_tokens_from_expired_and_unknown_ones():
    app = stranger()
    pair = app.post("/api/v2/token/", LOGIN).json
    for kind in ("access", "refresh"):
        heard = app.post("/api/v2/token/validate/", {"token": pair[kind]})
        assert (heard.status, heard.json) == (200, {})
    app.at = 3600
    assert app.post("/api/v2/token/validate/", {"token": pair["access"]}).json == NOT_VALID
    assert app.post("/api/v2/token/validate/", {"token": pair["refresh"]}).status == 200
    heard = app.post("/api/v2/token/validate/", {"token": "made-up"})
    assert (heard.status, heard.json) == (401, NOT_VALID)


@pytest.mark.parametrize("authorization", [None, "", "Basic ZGVtbzpkZW1v", "Digest a", "from-the-dashboard"])
def test_no_credentials_of_a_known_scheme_are_none(authorization):
    heard = match(stranger(), authorization)
    assert (heard.status, heard.json) == (401, NOT_PROVIDED)
    assert heard.header("WWW-Authenticate") == "Token"


@pytest.mark.parametrize(
    "authorization", ["Token", "Token ", "Token no", "Bearer", "Bearer a.b.c", "token \xff"]
)
def test_unknown_tokens_are_told(authorization):
    heard = match(stranger(), authorization)
    assert (heard.status, heard.json) == (401, INVALID)


def test_the_schemes_do_not_mix():
    app = stranger()
    token = app.post("/api/v1/auth-token", LOGIN).json["token"]
    access = app.post("/api/v2/token/", LOGIN).json["access"]
    assert match(app, f"Bearer {token}").json == INVALID
    assert match(app, f"Token {access}").json == INVALID
    assert match(app, f"bearer  {access} ").status == 201
    assert match(app, f"TOKEN {token}").status == 201


@pytest.mark.parametrize("path", ["/api/v1/auth-token", "/api/v2/token/"])
def test_a_login_needs_both_fields(path):
    heard = stranger().post(path, {})
    assert (heard.status, heard.json) == (
        400,
        {"username": ["This field is required."], "password": ["This field is required."]},
    )
    heard = stranger().post(path, {"username": " ", "password": None})
    assert heard.json == {
        "username": ["This field may not be blank."],
        "password": ["This field may not be null."],
    }


@pytest.mark.parametrize(("path", "name"), [("refresh", "refresh"), ("validate", "token")])
def test_refresh_and_validate_need_their_token(path, name):
    heard = stranger().post(f"/api/v2/token/{path}/", {})
    assert (heard.status, heard.json) == (400, {name: ["This field is required."]})


@pytest.mark.parametrize("wrong", [{"password": "other"}, {"username": "nobody"}, {"password": "any "}])
def test_settings_name_the_only_good_logins(wrong):
    app = stranger(accounts={"demo-user": "any"})
    heard = app.post("/api/v1/auth-token", {**LOGIN, **wrong})
    assert (heard.status, heard.json) == (
        400,
        {"non_field_errors": ["Unable to log in with provided credentials."]},
    )
    heard = app.post("/api/v2/token/", {**LOGIN, **wrong})
    assert (heard.status, heard.json) == (
        401,
        {"detail": "No active account found with the given credentials"},
    )
    assert app.post("/api/v1/auth-token", LOGIN).status == app.post("/api/v2/token/", LOGIN).status == 200


@pytest.mark.parametrize("lifetimes", ["emulated", "wall"])
def test_the_eleventh_token_request_of_a_minute_is_refused_for_ten_minutes(lifetimes):
    app = stranger(rate_limit=True, lifetimes=Lifetimes(lifetimes))
    paths = ["/api/v1/auth-token", "/api/v2/token/", "/api/v2/token/refresh/", "/api/v2/token/validate/"]
    for number in range(10):
        assert app.post(paths[number % 4], LOGIN).status != 429
    app.at = app.wall = 59.5
    heard = app.post("/api/v2/token/", LOGIN)
    assert (heard.status, heard.json) == (
        429,
        {"detail": "Request was throttled. Expected available in 600 seconds."},
    )
    assert heard.header("Retry-After") == "600"
    app.at = app.wall = 659
    heard = app.post("/api/v1/auth-token", LOGIN)
    assert heard.json == {"detail": "Request was throttled. Expected available in 1 seconds."}
    app.at = app.wall = 659.5
    assert app.post("/api/v1/auth-token", LOGIN).status == 200


def test_ten_token_requests_in_any_minute_are_no_more_than_allowed():
    app = stranger(rate_limit=True)
    for number in range(30):
        app.at = 6 * number
        assert app.post("/api/v2/token/", LOGIN).status == 200


def test_the_rate_limit_is_off_by_default_and_never_concerns_other_calls():
    app = stranger()
    assert {app.post("/api/v2/token/", LOGIN).status for _ in range(50)} == {200}
    limited = stranger(rate_limit=True, tokens={"t": "u"})
    assert {match(limited, "Token t").status for _ in range(50)} == {201}


def test_expired_tokens_are_forgotten():
    issued = Issued(7, "access", 3_600)
    for moment in range(0, 36_000, 360):
        issued.issue("demo-user", moment)
    assert len(issued) == 10
