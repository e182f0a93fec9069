"""Who may ask: every sentence of the contract about Host, Origin, content types and the token."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from emulator.server.admission import Head, Rules, admit, check_name, check_token
from emulator.server.errors import ApiError
from emulator.server.provider_path import is_provider_path
from emulator.server.routes import ROUTES

HOST = ("Host", "localhost:4622")
JSON = ("Content-Type", "application/json")
TOKEN = "marker-token-5d2e"


def head(*headers: tuple[str, str], path: str = "/api/v1/runs", body: bool = False, target: str = "") -> Head:
    return Head(target=target or path, path=path, fields=CIMultiDict(headers), has_body=body)


def refusal(asked: Head, rules: Rules | None = None) -> ApiError | None:
    try:
        admit(asked, rules or Rules())
    except ApiError as error:
        return error
    return None


def status(asked: Head, rules: Rules | None = None) -> int | None:
    error = refusal(asked, rules)
    return None if error is None else error.status


LOCAL = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "localhost:4622",
    "localhost:",
    "a.localhost",
    "deep.er.localhost.",
    "emulator",
    "my_service-1",
    "host.docker.internal",
    "db.internal",
    "app.test",
    "APP.TEST:80",
]
ADDRESSES = [
    "127.0.0.1",
    "127.0.0.1:4622",
    "127.1",
    "0x7f.1",
    "2130706433",
    "0177.0.0.1",
    "10.0.0.7",
    "192.168.1.20:80",
    "8.8.8.8",
    "[::1]",
    "[::1]:4622",
    "[::ffff:127.0.0.1]",
    "[fe80::1%25eth0]:80",
    "[FD00::1]",
]
FOREIGN = [
    "attacker.example",
    "attacker.example:4622",
    "attacker.example.",
    "localhost.attacker.example",
    "127.0.0.1.attacker.example",
    "127.0.0.1.nip.io",
    "attackerinternal.example",
    "x.localhost.com",
    "app.testing",
    "1.2.3.4.x",
    "test.example",
]
MALFORMED = [
    "",
    " ",
    ":4622",
    "::1",
    "[::1",
    "[nonsense]",
    "localhost:http",
    "localhost:65536",
    "localhost:123456",
    "a..b",
    ".test",
    "..",
    ".",
    "256.256.256.256",
    "1.2.3.4.5",
    "user@localhost",
    "localhost/path",
    "localhost,attacker.example",
    "localhost attacker.example",
    "höst",
    "localhost\udc80",
    "a" * 64,
    ".".join(["a" * 60] * 5),
]


@pytest.mark.parametrize("host", [*LOCAL, *ADDRESSES])
def test_names_that_nobody_can_register_and_addresses_are_names_of_this_server(host: str):
    assert status(head(("Host", host))) is None


@pytest.mark.parametrize("host", FOREIGN)
def test_any_other_name_is_refused(host: str):
    assert status(head(("Host", host))) == 403


@pytest.mark.parametrize("host", MALFORMED)
def test_what_is_no_host_is_malformed(host: str):
    assert status(head(("Host", host))) == 400


def test_a_refused_name_is_told_with_what_would_allow_it():
    error = refusal(head(("Host", "Emulator.Example.Com:4622")))
    assert error is not None
    assert "--allow-host emulator.example.com" in error.message
    assert "WEBHOOK_EMULATOR_ALLOW_HOST=emulator.example.com" in error.message


@pytest.mark.parametrize("host", ["ci.example.com", "CI.Example.Com:4622", "ci.example.com."])
@pytest.mark.parametrize("allowed", ["ci.example.com", "CI.EXAMPLE.COM", "ci.example.com."])
def test_an_allowed_name_is_allowed_in_every_spelling_and_on_every_port(host: str, allowed: str):
    rules = Rules.of([allowed])
    assert status(head(("Host", host)), rules) is None
    assert status(head(("Host", f"x.{host}")), rules) == 403


@pytest.mark.parametrize("headers", [(), (HOST, HOST), (HOST, ("host", "attacker.example"))])
def test_there_must_be_one_host_header(headers: tuple[tuple[str, str], ...]):
    assert status(head(*headers)) == 400


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("http://localhost:4622/livez", None),
        ("HTTP://LOCALHOST:4622/livez", None),
        ("http://attacker.example/livez", 400),
        ("http://localhost/livez", 400),
        ("http://user@localhost:4622/livez", 400),
        ("http:///livez", 400),
        ("attacker.example:80", 400),
        ("localhost:4622", 400),
        ("*", None),
    ],
)
def test_a_request_target_may_name_no_other_host(target: str, expected: int | None):
    assert status(head(HOST, target=target)) == expected
    assert status(head(("Host", "attacker.example"), target=target)) in (400, 403)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:4622", "http://localhost:4622"),
        ("LOCALHOST:4622", "http://localhost:4622"),
        ("localhost", "http://localhost"),
        ("localhost:80", "http://localhost"),
        ("localhost", "http://localhost:80"),
        ("127.0.0.1:4622", "http://127.0.0.1:4622"),
        ("[::1]:4622", "http://[::1]:4622"),
    ],
)
def test_the_servers_own_page_may_ask(host: str, origin: str):
    assert status(head(("Host", host), ("Origin", origin))) is None


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://attacker.example",
        "http://localhost",
        "http://localhost:3000",
        "https://localhost:4622",
        "http://127.0.0.1:4622",
        "http://localhost:4622.attacker.example",
        "http://localhost:4622@attacker.example",
        "http://attacker.example#localhost:4622",
        "http://localhost:4622/",
        "http://localhost:4622 http://attacker.example",
        "localhost:4622",
        "file://",
        "chrome-extension://abcdef",
    ],
)
def test_a_page_of_any_other_origin_may_not(origin: str):
    assert status(head(HOST, ("Origin", origin))) == 403


def test_several_origins_are_none_of_ours():
    own = ("Origin", "http://localhost:4622")
    assert status(head(HOST, own, own)) == 403


@pytest.mark.parametrize(
    ("site", "expected"),
    [("cross-site", 403), ("same-site", 403), ("Cross-Site", 403), ("same-origin", None), ("none", None)],
)
def test_without_an_origin_the_browser_tells_whose_page_asks(site: str, expected: int | None):
    assert status(head(HOST, ("Sec-Fetch-Site", site))) == expected


@pytest.mark.parametrize(
    "value",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
    ],
)
def test_json_in_utf_8_is_a_body_of_the_api(value: str):
    assert status(head(HOST, ("Content-Type", value), body=True)) is None


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("Content-Type", ""),),
        (("Content-Type", "text/plain"),),
        (("Content-Type", "text/plain; application/json"),),
        (("Content-Type", "application/x-www-form-urlencoded"),),
        (("Content-Type", "multipart/form-data; boundary=x"),),
        (("Content-Type", "application/jsonp"),),
        (("Content-Type", "application/json, text/plain"),),
        (("Content-Type", "application/json; charset=utf-16"),),
        (("Content-Type", "application/json; charset=utf-8; charset=latin-1"),),
        (JSON, JSON),
        (JSON, ("Content-Encoding", "gzip")),
        (JSON, ("Content-Encoding", "identity, br")),
        (JSON, ("Content-Encoding", "identity"), ("Content-Encoding", "deflate")),
    ],
    ids=str,
)
def test_any_other_body_is_refused(headers: tuple[tuple[str, str], ...]):
    assert status(head(HOST, *headers, body=True)) == 415


def test_the_content_type_counts_only_where_a_body_is_and_only_on_the_api():
    form = ("Content-Type", "application/x-www-form-urlencoded")
    assert status(head(HOST, form)) is None
    assert status(head(HOST, form, path="/compliancely/api/token", body=True)) is None
    assert status(head(HOST, form, path="/api/v1", body=True)) == 415


def test_identity_is_no_encoding():
    assert status(head(HOST, JSON, ("Content-Encoding", "identity"), body=True)) is None


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_token_lets_in(scheme: str):
    assert status(head(HOST, ("Authorization", f"{scheme} {TOKEN}")), Rules.of(token=TOKEN)) is None


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("Authorization", ""),),
        (("Authorization", "Bearer"),),
        (("Authorization", TOKEN),),
        (("Authorization", f"Basic {TOKEN}"),),
        (("Authorization", f"Bearer {TOKEN}x"),),
        (("Authorization", f"Bearer {TOKEN[:-1]}"),),
        (("Authorization", f"Bearer {TOKEN.upper()}"),),
        (("Authorization", "Bearer wr\udc80ng"),),
        (("Authorization", f"Bearer {TOKEN}"), ("Authorization", f"Bearer {TOKEN}")),
    ],
    ids=str,
)
def test_all_else_does_not_and_nothing_of_it_is_shown(headers: tuple[tuple[str, str], ...]):
    error = refusal(head(HOST, *headers), Rules.of(token=TOKEN))
    assert error is not None
    assert (error.status, error.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert TOKEN[:-1] not in error.message


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/openapi.json", "/docs"])
def test_health_and_the_documentation_stay_open(path: str):
    assert status(head(HOST, path=path), Rules.of(token=TOKEN)) is None
    assert status(head(HOST, path=f"{path}/"), Rules.of(token=TOKEN)) == 401


@pytest.mark.parametrize(
    "path",
    [
        "/compliancely",
        "/compliancely/api/v2/token/",
        "/entuitive/v1/users",
        "/acme-2/x",
        "/runs/run_1/compliancely/api/v1/submissions/7",
    ],
)
def test_a_providers_own_api_takes_the_providers_own_credentials(path: str):
    rules = Rules.of(token=TOKEN)
    for own in ([], [("Authorization", "Token abc")], [("Authorization", "Bearer x.y.z")]):
        assert status(head(HOST, *own, path=path), rules) is None
    assert status(head(("Host", "attacker.example"), path=path), rules) == 403
    assert status(head(HOST, ("Origin", "http://attacker.example"), path=path), rules) == 403


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/api", "/api/v1/info", "/api/nothing", "/metrics", "/page/x"),
        *("/runs", "/runs/", "/runs/run_1", "/runs/run_1/", "/runs/run_1/api/v1/info", "/runs/run_1/metrics"),
        *("/runs//compliancely/x", "//compliancely/x", "/Compliancely/x", "/.env", "/favicon.ico", "*"),
    ],
)
def test_the_token_is_asked_for_on_every_other_path(path: str):
    assert status(head(HOST, path=path, target="/"), Rules.of(token=TOKEN)) == 401


def test_no_path_of_the_route_table_is_taken_for_a_providers():
    for route in ROUTES:
        path = re.sub(r"\{.*?\}", "compliancely", route.path)
        assert not is_provider_path(path), path


def test_a_token_opens_nothing_to_a_page_of_another_site():
    bearer = ("Authorization", f"Bearer {TOKEN}")
    rules = Rules.of(token=TOKEN)
    assert status(head(HOST, bearer, ("Origin", "http://attacker.example")), rules) == 403
    assert status(head(("Host", "attacker.example"), bearer), rules) == 403


def test_the_rules_show_no_token():
    assert TOKEN not in repr(Rules.of(token=TOKEN))


@pytest.mark.parametrize("token", ["", "two words", "tab\t", "line\n", "schlüssel"])
def test_a_token_is_what_a_header_can_hold(token: str):
    with pytest.raises(ValueError, match="printable ASCII characters without blanks"):
        check_token(token)


@pytest.mark.parametrize("name", ["", "a b", "http://a.example", "a.example/", "*", "*.example", "a..b"])
def test_an_allowed_name_is_a_name(name: str):
    with pytest.raises(ValueError, match="expected the name of a host"):
        check_name(name)


def test_an_allowed_name_has_no_port():
    with pytest.raises(ValueError, match="without a port"):
        check_name("a.example:80")


names = st.sampled_from(
    ["Host", "Origin", "Sec-Fetch-Site", "Authorization", "Content-Type", "Content-Encoding"]
)
words = st.sampled_from(
    [*LOCAL, *ADDRESSES, *FOREIGN, "http://", "null", "Bearer ", "application/json", ";", "=", ":"]
)
texts = st.text(max_size=30) | st.lists(words, max_size=4).map("".join)


@given(st.lists(st.tuples(names, texts), max_size=5), texts, st.booleans())
def test_whatever_is_sent_is_admitted_or_refused_with_a_status(
    headers: list[tuple[str, str]], target: str, body: bool
):
    asked: Any = head(HOST, *headers, target=target, body=body)
    assert status(asked, Rules.of(["ci.example.com"], TOKEN)) in (None, 400, 401, 403, 415)


@given(
    st.from_regex(
        r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,10}){0,3}\.(com|example|dev|io|x1)\.?(:\d{1,4})?", fullmatch=True
    )
)
def test_no_name_that_somebody_can_register_is_let_in(host: str):
    assert status(head(("Host", host))) in (400, 403)
