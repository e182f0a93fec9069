"""Calls as they are recorded: no credential that came under its usual name survives, and all else does."""

import json
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.answering.masked import masked_call
from emulator.answering.seam import Call

SECRET_NAMES = (
    "password",
    "new_password",
    "passwd",
    "secret",
    "clientSecret",
    "token",
    "access_token",
    "api_key",
    "api-key",
    "apiKey",
    "access",
    "refresh",
)

MARKER = "m4rker"
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "xXx"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def call(body=b"", kind=None, *, query=(), headers=()):
    given = headers if kind is None else (*headers, ("Content-Type", kind))
    return Call(method="POST", path="/things", query=query, headers=given, body=body, at=0, wall=0)


def masked_body(body, kind=None):
    return masked_call(call(body, kind)).body


def part(disposition, content):
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer abc", "Bearer ***"),
        ("authorization", "Token abc def", "Token ***"),
        ("PROXY-Authorization", "Basic dTpw", "Basic ***"),
        ("Authorization", "abc", "***"),
        ("Cookie", "session=abc", "***"),
        ("X-Request-Id", "Bearer abc", "Bearer abc"),
    ],
)
def test_credentials_of_headers_are_masked_and_schemes_kept(name, value, shown):
    assert masked_call(call(headers=((name, value),))).headers == ((name, shown),)


def test_secrets_of_the_query_are_masked():
    query = (("Token", "a"), ("page", "2"), ("user[api_key]", "b"), ("tokens", "c"))
    assert masked_call(call(query=query)).query == (
        ("Token", "***"),
        ("page", "2"),
        ("user[api_key]", "***"),
        ("tokens", "c"),
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (
            b'{"username" : "ines",\n "PassWord":"a b", "n": 1.50}',
            b'{"username" : "ines",\n "PassWord":"***", "n": 1.50}',
        ),
        (b'[{"a": {"refresh": {"x": ["}", 2]}, "b": null}}]', b'[{"a": {"refresh": "***", "b": null}}]'),
        (
            b'{"secret": 12, "access": null, "token": []}',
            b'{"secret": "***", "access": "***", "token": "***"}',
        ),
        (b'{"p\\u0061ssword": "x"}', b'{"p\\u0061ssword": "***"}'),
        (b'{"secret": "a", "secret": "b"}', b'{"secret": "***", "secret": "***"}'),
        (b'\xef\xbb\xbf{"secret": "\xff"}', b'\xef\xbb\xbf{"secret": "***"}'),
        ('{"secret": "é", "a": "é"}'.encode("utf-16-le"), '{"secret": "***", "a": "é"}'.encode("utf-16-le")),
        (b'{"secret": ' + b"9" * 5_000 + b"}", b'{"secret": "***"}'),
    ],
    ids=lambda value: repr(value[:30]),
)
def test_secrets_of_json_are_masked_and_all_else_keeps_its_spelling(body, shown):
    assert masked_body(body) == shown
    assert masked_body(body, "application/json; charset=utf-8") == shown
    assert masked_body(body, FORM) == shown


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\xfa password",
        b"password is the word",
        b'"password"',
        b'{"tokens": 3, "key": "a", "tin": "900000006", "note": "password"}',
        b"<p>the secret of tokens: key=1</p>",
        b"\x00",
    ],
)
def test_a_body_that_holds_no_secret_field_stays_as_it_is(body):
    assert masked_body(body) == body
    assert masked_body(body, MULTIPART) == body


def test_json_that_breaks_off_tells_no_secret():
    assert masked_body(b'{"password": "abc') == b'{"password": ***'
    assert masked_body(b'{"password": {"a": "abc"') == b'{"password": ***'
    assert masked_body(b'{"secret": ' + b"[" * 5_000 + b"]" * 5_000 + b"}") == b'{"secret": ***'


def test_secrets_of_forms_are_masked():
    body = b"username=ines&password=a%20b&user%5Bsecret%5D=x&user.token=y&TOKEN=&note=password"
    shown = b"username=ines&password=***&user%5Bsecret%5D=***&user.token=***&TOKEN=***&note=password"
    assert masked_body(body, FORM) == shown
    assert masked_body(b"a=1;password=x;y&b=2", FORM) == b"a=1;password=***&b=2"
    assert masked_body(b"p%61ssword=x", FORM) == b"p%61ssword=***"
    assert masked_body(body, "text/plain") == shown


def test_password_fields_of_multipart_are_masked_and_files_are_not():
    file = part('name="file"; filename="password.csv"', b'{"password": "x"}')
    body = b"".join(
        (
            part('name="password"', b"hunter2\nhunter3"),
            part("name=API_KEY", b"k"),
            part('name="meta"', b'{"secret": "x", "a": 1}'),
            file,
            part('name="priority"', b"5"),
            b"--xXx--\r\n",
        )
    )
    assert masked_body(body, MULTIPART) == b"".join(
        (
            part('name="password"', b"***"),
            part("name=API_KEY", b"***"),
            part('name="meta"', b'{"secret": "***", "a": 1}'),
            file,
            part('name="priority"', b"5"),
            b"--xXx--\r\n",
        )
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"webhook_urls": ["http://ada:pw@h/a"]}', b'{"webhook_urls": ["http://ada:***@h/a"]}'),
        (
            b'{"callback_url":"https:\\/\\/ada:pw@h\\/a","n":"\\/"}',
            b'{"callback_url":"https://ada:***@h/a","n":"\\/"}',
        ),
        (b'{"u": "http://ada:p\\u0040w\\u0040h/"}', b'{"u": "http://ada:***@h/"}'),
        (b'{"u": "http\\u003a\\u002f\\u002fada\\u003Apw@h"}', b'{"u": "http://ada:***@h"}'),
        (b'{"http://:pw@h": "amqp://tok@h\xc3\xa9"}', b'{"http://:***@h": "amqp://***@h\xc3\xa9"}'),
        (b'{"u": "see http://ada:pw@h, http://b:q@i"}', b'{"u": "see http://ada:***@h, http://b:***@i"}'),
        (b'{"u": "http://ada:p/w@h"}', b'{"u": "http://ada:***@h"}'),
        (b'{"u": "http://ada:p\\"w@h"}', b'{"u": "http://ada:***@h"}'),
        (b'{"u": "{\\"v\\": \\"http://ada:pw@h\\"}"}', b'{"u": "{\\"v\\": \\"http://ada:***@h\\"}"}'),
        (b'{"u": "http://ada:pw@h', b'{"u": "http://ada:***@h"'),
        ('{"u": "http://ada:pw@h"}'.encode("utf-16"), '{"u": "http://ada:***@h"}'.encode("utf-16")),
        (b"<a>http://ada:pw@h</a>", b"<a>http://ada:***@h</a>"),
        (b"http://ada:pw@h", b"http://ada:***@h"),
    ],
)
def test_passwords_in_urls_are_masked_wherever_the_url_stands(body, shown):
    assert masked_body(body, "application/json") == shown
    assert masked_body(shown, "application/json") == shown


@pytest.mark.parametrize(
    "body",
    [
        b'{"email": "ada@example.test", "url": "http://h/@ada", "a": "http://h/?to=ada@h"}',
        b'{"a": "//", "b": "a@b", "c": "http://h/a, ada@h", "d": "//h \\n@h"}',
        b"http://h/a ada@h",
    ],
)
def test_an_at_that_no_password_stands_before_stays(body):
    assert masked_body(body, "application/json") == body


def test_passwords_in_urls_of_query_form_headers_multipart_and_path_are_masked():
    shown = masked_call(
        call(query=(("to", "http://ada:pw@h"),), headers=(("Location", "http://ada:pw@h/a"),))
    )
    assert shown.query == (("to", "http://ada:***@h"),)
    assert shown.headers == (("Location", "http://ada:***@h/a"),)
    form = b"a=1%2B&to=http%3A%2F%2Fada%3Ap%40w%40h%2F%3Fx&raw=http://ada:pw@h&b=x@y;token=1;u=http://h"
    assert masked_body(form, FORM) == (
        b"a=1%2B&to=http%3A%2F%2Fada%3A***%40h%2F%3Fx&raw=http://ada:***@h&b=x@y;token=***"
    )
    given = part('name="callback_url"', b"http://ada:pw@h") + b"--xXx--"
    assert masked_body(given, MULTIPART) == part('name="callback_url"', b"http://ada:***@h") + b"--xXx--"
    path = Call(method="GET", path="/to/http://ada:pw@h", at=0, wall=0)
    assert masked_call(path).path == "/to/http://ada:***@h"


def test_multipart_without_a_boundary_or_an_end_or_with_strange_names():
    kept = b'--xXx\r\nContent-Disposition: form-data; name="password"'
    assert masked_body(part('name="password"', b"x"), "multipart/form-data") == kept + b"***"
    assert masked_body(part('name="password"', b"x")[:-2], MULTIPART) == part('name="password"', b"***")[:-2]
    encoded = part("name*=utf-8''pass%77ord", b"x") + b"--xXx--"
    assert masked_body(encoded, MULTIPART) == part("name*=utf-8''pass%77ord", b"***") + b"--xXx--"
    strange = part('name="pässword"; x="é"', b"token")
    assert masked_body(strange, MULTIPART) == strange


def test_what_is_no_secret_of_a_call_stays():
    given = call(b'{"a": 1}', "application/json", query=(("a", "b"),), headers=(("Host", "x"),))
    assert masked_call(given) == given


PASSWORDS = st.builds(
    lambda a, b: a + MARKER + b,
    st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="/?#<>"), max_size=8),
    st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="/?#<>"), max_size=8),
)


@given(password=PASSWORDS, ascii=st.booleans(), kind=st.sampled_from([None, FORM, "application/json"]))
def test_a_marker_in_a_password_of_a_url_never_survives(password, ascii, kind):  # noqa: A002
    url = f"http://ada:{password}@h/a"
    body = json.dumps({"a": [url]}, ensure_ascii=ascii).encode()
    assert MARKER.encode() not in masked_body(body, kind)
    assert MARKER.encode() not in masked_body(urlencode({"a": url}).encode(), FORM)
    assert MARKER not in masked_call(call(query=(("a", url),))).query[0][1]


NAMES = st.sampled_from(SECRET_NAMES).flatmap(
    lambda name: st.sampled_from([name, name.upper(), name.title()])
)
NOISE = st.text(max_size=8)
MARKED = st.builds(lambda a, b: a + MARKER + b, NOISE, NOISE)
PLAIN = st.none() | st.booleans() | st.integers() | NOISE
DEEP_MARKER = st.recursive(
    MARKED, lambda inner: st.lists(inner | PLAIN, max_size=3) | st.dictionaries(NOISE, inner, max_size=3)
)
SECRETS = st.builds(lambda name, value: {name: value}, NAMES, DEEP_MARKER)
TREES = st.recursive(
    SECRETS,
    lambda inner: (
        st.lists(inner | PLAIN, max_size=3)
        | st.builds(lambda a, b: {**a, **b}, st.dictionaries(NOISE, inner | PLAIN, max_size=3), SECRETS)
    ),
)


@given(
    tree=TREES,
    indent=st.none() | st.integers(0, 2),
    plain=st.booleans(),
    kind=st.sampled_from([None, FORM, "application/json", "text/plain"]),
)
def test_a_marker_in_a_secret_field_of_json_never_survives(tree, indent, plain, kind):
    body = json.dumps(tree, indent=indent, ensure_ascii=plain).encode(errors="surrogatepass")
    shown = masked_body(body, kind)
    assert MARKER.encode() not in shown
    json.loads(shown.decode(errors="surrogatepass"))


@given(
    before=st.lists(st.tuples(NOISE, NOISE)),
    name=NAMES,
    value=MARKED,
    after=st.lists(st.tuples(NOISE, NOISE)),
)
def test_a_marker_in_a_secret_field_of_a_form_never_survives(before, name, value, after):
    pairs = [*before, (name, value), *after]
    safe = [(key.encode(errors="replace"), each.encode(errors="replace")) for key, each in pairs]
    assert MARKER.encode() not in masked_body(urlencode(safe).encode(), FORM)
    assert (
        MARKER
        not in masked_body(
            f"{name}={quote_plus(value, safe=';/ ', errors='replace')}".encode(), FORM
        ).decode()
    )
    assert MARKER not in str(masked_call(call(query=tuple(pairs))).query)


@given(name=NAMES, value=MARKED, nested=TREES, newline=st.sampled_from(["\r\n", "\n"]))
def test_a_marker_in_a_secret_field_of_multipart_never_survives(name, value, nested, newline):
    field = "Content-Disposition: form-data; name"
    text = (
        f'--{BOUNDARY}\n{field}="{name}"\n\n{value}\n'
        f"--{BOUNDARY}\n{field}=a\nContent-Type: application/json\n\n{json.dumps(nested)}\n"
        f"--{BOUNDARY}--\n"
    )
    body = text.replace("\n", newline).encode(errors="replace")
    assert MARKER.encode() not in masked_body(body, MULTIPART)


@given(value=MARKED, name=st.sampled_from(["authorization", "Proxy-Authorization", "COOKIE"]))
def test_a_marker_in_a_credential_never_survives(value, name):
    assert MARKER not in str(masked_call(call(headers=((name, "Bearer " + value),))).headers)


@given(
    body=st.binary(max_size=300) | st.text('{}[]:," \\ab\n').map(str.encode),
    kind=st.sampled_from([None, FORM, MULTIPART, "x"]),
)
def test_any_body_can_be_masked_and_without_secrets_nothing_changes(body, kind):
    assert masked_body(body, kind) == body


@given(
    kind=st.text(max_size=40) | st.text(max_size=20).map(lambda text: f"multipart/form-data; boundary={text}")
)
def test_any_content_type_can_be_masked(kind):
    masked_body(b'--a\r\n\r\n{"secret": 1}', kind)


@pytest.mark.parametrize("name", ["X-Api-Key", "x-auth-token", "Cookie", "Set-Cookie", "X-Client-Secret"])
def test_headers_that_carry_secrets_are_masked_whole(name: str) -> None:
    call = Call(method="GET", path="/", headers=((name, "marker-1"), ("X-Other", "seen")), at=0, wall=0)
    assert masked_call(call).headers == ((name, "***"), ("X-Other", "seen"))


MASKED_NAMES = (
    *(
        "password_confirmation",
        "passwordConfirmation",
        "password1",
        "password2",
        "passwords",
        "confirm_password",
    ),
    *("pwd", "new_pwd", "passphrase", "passcode", "secret_key", "secretKey", "private_key", "access_key"),
    *("secret_access_key", "refresh_tokens", "authorization", "Proxy-Authorization", "X-Authorization"),
    *("webhook_secret_1", "user[password]", "user.password", *SECRET_NAMES),
)
KEPT_NAMES = (
    "tin",
    "key",
    "tokens",
    "max_tokens",
    "name",
    "auth",
    "secretary",
    "compass",
    "accessible",
    "pin",
)


@pytest.mark.parametrize("name", MASKED_NAMES)
def test_these_names_are_those_of_secrets(name):
    assert masked_body(json.dumps({name: MARKER}).encode()) == json.dumps({name: "***"}).encode()
    assert masked_body(urlencode({name: MARKER}).encode(), FORM) == urlencode({name: ""}).encode() + b"***"
    assert masked_call(call(query=((name, MARKER),))).query == ((name, "***"),)


@pytest.mark.parametrize("name", KEPT_NAMES)
def test_these_names_are_those_of_ordinary_data(name):
    for body in (
        json.dumps({name: MARKER}).encode(),
        urlencode({name: MARKER}).encode(),
        b"x " + name.encode(),
    ):
        assert masked_body(body, "application/json") == body
        assert masked_body(body, FORM) == body


def test_a_query_also_calls_its_secrets_key_and_auth():
    query = (("key", "a"), ("auth", "b"), ("KEY", "c"), ("keys", "d"))
    assert masked_call(call(query=query)).query == (
        ("key", "***"),
        ("auth", "***"),
        ("KEY", "***"),
        ("keys", "d"),
    )


@pytest.mark.parametrize(
    "name",
    [
        "X-Authorization",
        "X-Forwarded-Authorization",
        "Authentication",
        "X-Auth",
        "X-Access-Key",
        "X-Secret-Key",
    ],
)
def test_other_headers_of_credentials_are_masked_whole(name):
    assert masked_call(call(headers=((name, f"Bearer {MARKER}"),))).headers == ((name, "***"),)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"{'username': 'a', 'password': 'x', 'b': 1}", b"{'username': 'a', 'password': ***"),
        (b'{username: "a", password: "x"}', b'{username: "a", password: ***'),
        (b'{"username": "a, "password": "x"}', b'{"username": "a, "password": ***'),
        (b'{"username": "a", "password" "x"}', b'{"username": "a", "password"***'),
        (b'// hi\n{"password": "x"}', b'// hi\n{"password": ***'),
        (b'{"username": "a",\n"p\\u0061ssword": "x",}', b'{"username": "a",\n"p\\u0061ssword": ***'),
        (b"<l><user>a</user><password>x</password></l>", b"<l><user>a</user><password>***"),
        (b'<l user="a" password="x"/>', b'<l user="a" password=***'),
        (b'<f name="password">x</f>', b'<f name="password">***'),
        (b"<key>password</key><string>x</string>", b"<key>password***"),
        (b"username=a b\r\npassword=x", b"username=a b\r\npassword=***"),
        (b"u=a&p%61ssword=x y", b"u=a&p%61ssword=***"),
        (b"username: a\ntoken: x", b"username: a\ntoken: ***"),
        (b'{"to": "http:\\/\\/ada:pw@h", "secret": 1,}', b'{"to": "http://ada:***@h", "secret": ***'),
    ],
)
def test_of_a_body_that_is_not_understood_nothing_stays_after_the_first_secret_name(body, shown):
    for kind in (None, "text/plain", "application/json", "multipart/form-data"):
        assert masked_body(body, kind) == shown


def test_json_and_forms_within_each_other_are_masked():
    inner = '{"password": "x", "a": "\u00e9"}'
    assert json.loads(masked_body(json.dumps({"payload": inner}).encode())) == {
        "payload": '{"password": "***", "a": "\u00e9"}'
    }
    assert masked_body(b'{"form": "a=1&password=x"}') == b'{"form": "a=1&password=***"}'
    assert json.loads(masked_body(json.dumps(inner).encode())) == '{"password": "***", "a": "\u00e9"}'
    assert MARKER.encode() not in masked_body(urlencode({"payload": f'{{"password": "{MARKER}"}}'}).encode())
    assert masked_body(b'{"note": "the password: is wrong"}') == b'{"note": "the password: is wrong"}'


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ('Content-Disposition: form-data; name="password"; filename="blob"', MULTIPART),
        ('Content-Disposition: form-data; name="x"; name="password"', MULTIPART),
        ('Content-Disposition: form-data; name="password"; name="x"', MULTIPART),
        ('Content-Disposition: a; name="x"\r\nContent-Disposition: a; name="password"', MULTIPART),
        ('Content-Disposition: form-data; name="pass\\word"', MULTIPART),
        ("Content-Disposition: form-data; name='password'", MULTIPART),
        ("Content-Disposition: form-data; name*0=pass; name*1=word", MULTIPART),
        (
            'Content-Disposition: form-data; name="password"',
            f"multipart/form-data; boundary=C; boundary={BOUNDARY}",
        ),
        ('Content-Disposition: form-data; name="password"', f"{MULTIPART}; boundary=C"),
        ('Content-Disposition: form-data; name="password"', "multipart/form-data; boundary=C"),
        ('Content-Disposition: form-data; name="password"', "multipart/form-data"),
        ('Content-Disposition: form-data; name="password"', "application/json"),
        ('Content-Disposition: form-data; name="password"', FORM),
        ("Content-Disposition: form-data; name=password", None),
        ("Content-Disposition: form-data; name*=utf-8''pass%77ord", None),
    ],
)
def test_a_part_is_masked_if_any_reader_may_take_it_for_a_secret(head, kind):
    for newline in ("\r\n", "\n"):
        text = f"--{BOUNDARY}\r\n{head}\r\n\r\n{MARKER}\r\n{MARKER}\r\n--{BOUNDARY}--\r\n"
        assert MARKER.encode() not in masked_body(text.replace("\r\n", newline).encode(), kind)


def test_a_secret_that_holds_the_boundary_is_masked_whole():
    body = part('name="password"', f"a\r\n--{BOUNDARY}\r\n{MARKER}".encode()) + b"--xXx--"
    assert MARKER.encode() not in masked_body(body, MULTIPART)


@pytest.mark.parametrize(
    "path", ["/api/v2/token/", "/api/v1/auth-token", "/oauth/token", "/users/login", "/session"]
)
def test_where_tokens_are_asked_for_a_body_that_is_not_understood_is_masked_whole(path):
    def shown(body, kind):
        headers = (("Content-Type", kind),)
        asked = Call(method="POST", path=path, headers=headers, body=body, at=0, wall=0)
        return masked_call(asked).body

    for body in (b"hunter2", b"{'pasword': 1}", b'"hunter2"', b'["hunter2"]', b"ada hunter2", b"\xff\xfa"):
        for kind in ("text/plain", "application/json", FORM, MULTIPART):
            assert shown(body, kind) == b"***"
    assert shown(b'{"username": "a", "password": "x"}', "application/json") == (
        b'{"username": "a", "password": "***"}'
    )
    assert shown(b"username=a&password=x", FORM) == b"username=a&password=***"


FORMS = {
    "json": lambda name, value: json.dumps({"a": 1, name: value}),
    "json in json": lambda name, value: json.dumps({"a": json.dumps({name: [value]})}),
    "json as text": lambda name, value: json.dumps(json.dumps({name: value})),
    "broken json": lambda name, value: json.dumps({"a": "b", name: value}).replace('"b"', '"b'),
    "comment": lambda name, value: "/* a */" + json.dumps({name: value}),
    "trailing comma": lambda name, value: f"{json.dumps({name: value})[:-1]},}}",
    "unquoted": lambda name, value: f"{{a: 1, {name}: {json.dumps(value)}}}",
    "repr": lambda name, value: repr({"a": 1, name: value}),
    "form": lambda name, value: urlencode({"a": 1, name: value}),
    "raw form": lambda name, value: f"a=b c&{name}={value}",
    "lines": lambda name, value: f"a: b\r\n{name}: {value}",
    "xml": lambda name, value: f"<a><b>1</b><{name}>{value}</{name}></a>",
    "attribute": lambda name, value: f"<a b='1' {name}='{value}'/>",
    "parts": lambda name, value: part(f'name="{name}"', value.encode(errors="replace")).decode() + "--xXx--",
}


@given(
    form=st.sampled_from(sorted(FORMS)),
    name=NAMES | st.sampled_from([name for name in MASKED_NAMES if "[" not in name]),
    value=MARKED,
    kind=st.sampled_from([None, FORM, MULTIPART, "application/json", "text/plain", "multipart/form-data"]),
    path=st.sampled_from(["/things", "/token"]),
)
def test_a_secret_under_its_name_never_survives_in_any_form(form, name, value, kind, path):
    body = FORMS[form](name, value).encode(errors="replace")
    headers = () if kind is None else (("Content-Type", kind),)
    shown = masked_call(Call(method="POST", path=path, headers=headers, body=body, at=0, wall=0))
    assert MARKER.encode() not in shown.body
