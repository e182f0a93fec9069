"""Providers' files: what becomes of a right one, and what is said of wrong ones."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from emulator.document import parse_yaml
from emulator.errors import InvalidInput
from emulator.provider.form import FILE, OVERRIDE
from emulator.provider.load import read_definition
from emulator.provider.profile import (
    Assumption,
    Email,
    Encoding,
    Profile,
    Retry,
    RetryOn,
    SignatureScheme,
    WaitFrom,
)
from emulator.template import Scope

# The form as the documentation shows it.
ACME = """\
version: 1
provider: acme
signature:
  header: X-Acme-Signature
  algorithm: hmac-sha256
  encoding: hex                  # hex | base64
  message: "{body}"
  value: "{signature}"
  sign: once
  stamp: wall
accept: 2xx
timeout: 10s
redirects: fail
retry:
  waits: [5s, 5m, 30m]
  wait_from: response
  on: [status, timeout, connect, dns, tls, reset, protocol, redirect]
body: {encoding: compact}
headers: {User-Agent: acme-webhooks/1}
envelope: {event_type: "{{ type }}", data: "{{ data }}"}
events:
  thing.created: {data: {id: 1}}
on_exhausted: {email: {to: owner@example.test, subject: "Failed: {type}", text: "{url} {attempts} {error} {event} {at}"}}
assumptions:
  - {key: timeout, why: "no time-out is documented"}
"""
LEAST = "version: 1\nprovider: acme\n"


def profile(text: str) -> Profile:
    return read_definition(text, "acme.yaml").profile


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read_definition(text, "acme.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_the_documented_form_is_read_whole():
    acme = profile(ACME)
    assert acme.provider == "acme"
    assert acme.signature == SignatureScheme(header="X-Acme-Signature")
    assert acme.accept.text == "2xx"
    assert acme.accept.statuses == frozenset(range(200, 300))
    assert acme.timeout_us == 10_000_000
    assert not acme.follow_redirects
    assert acme.retry == Retry(waits=(5_000_000, 300_000_000, 1_800_000_000))
    assert acme.attempts == 4
    assert acme.encoding is Encoding.COMPACT
    assert not acme.rebuild
    assert acme.headers == {"Content-Type": "application/json", "User-Agent": "acme-webhooks/1"}
    assert acme.envelope is not None
    scope = Scope(names={"type": "thing.created", "data": {"id": 1}}, place="")
    assert acme.envelope.render(scope) == {"event_type": "thing.created", "data": {"id": 1}}
    assert acme.events["thing.created"].data == {"id": 1}
    assert acme.email == Email(
        to="owner@example.test", subject="Failed: {type}", text="{url} {attempts} {error} {event} {at}"
    )
    assert acme.assumptions == (Assumption(key="timeout", why="no time-out is documented"),)


def test_a_name_is_enough():
    acme = profile(LEAST)
    assert acme.signature is None
    assert acme.accept.text == "2xx"
    assert acme.timeout_us == 10_000_000
    assert acme.retry == Retry()
    assert acme.attempts == 1
    assert acme.headers == {"Content-Type": "application/json"}
    assert acme.envelope is None
    assert acme.events == {}
    assert acme.email is None


def test_every_other_value_is_read():
    acme = profile(
        LEAST
        + """\
title: Acme
description: Things.
source: Acme's page, read 2026-11
signature:
  header: webhook-signature
  algorithm: hmac-sha512
  encoding: base64
  message: "{id}.{timestamp}.{body}"
  value: "v1,{signature}"
  headers: {webhook-id: "{id}", webhook-timestamp: "{timestamp}"}
  sign: each-attempt
  stamp: emulated
  without_secret: empty-key
redirects: follow
retry: {waits: [1, 0s], wait_from: first, on: [status, redirect]}
body: {encoding: php, build: each-attempt}
headers: {content-type: application/vnd.acme+json, User-Agent: null}
events:
  thing.created: {description: A thing is created.}
  "thing gone": {data: [1, "{{ now }}"]}
"""
    )
    assert (acme.title, acme.description, acme.source) == ("Acme", "Things.", "Acme's page, read 2026-11")
    assert acme.signature == SignatureScheme(
        header="webhook-signature",
        algorithm="hmac-sha512",
        encoding="base64",
        message="{id}.{timestamp}.{body}",
        value="v1,{signature}",
        headers={"webhook-id": "{id}", "webhook-timestamp": "{timestamp}"},
        sign="each-attempt",
        stamp="emulated",
        without_secret="empty-key",
    )
    assert acme.follow_redirects
    on = frozenset({RetryOn.STATUS, RetryOn.REDIRECT})
    assert acme.retry == Retry(waits=(1_000_000, 0), wait_from=WaitFrom.FIRST, on=on)
    assert acme.encoding is Encoding.PHP
    assert acme.rebuild
    assert acme.headers == {"content-type": "application/vnd.acme+json"}
    assert acme.events["thing.created"].data == {}
    assert acme.events["thing.created"].description == "A thing is created."
    assert acme.events["thing gone"].data == [1, "{{ now }}"]


@pytest.mark.parametrize(
    ("accept", "text", "accepted", "refused"),
    [
        ("200", "200", {200}, {201, 204}),
        ('"200"', "200", {200}, {201}),
        ("2xx", "2xx", {200, 299}, {199, 300}),
        ("[200, 204]", "200, 204", {200, 204}, {201}),
        ("[2xx, 410]", "2xx, 410", {202, 410}, {404}),
    ],
)
def test_statuses_are_read(accept, text, accepted, refused):
    acceptance = profile(LEAST + f"accept: {accept}").accept
    assert acceptance.text == text
    assert all(map(acceptance.accepts, accepted))
    assert not any(map(acceptance.accepts, refused))


@pytest.mark.parametrize("key", ["signature", "envelope", "on_exhausted"])
def test_null_is_the_same_as_leaving_the_key_out(key):
    assert profile(LEAST + f"{key}: null") == profile(LEAST)


def test_a_schema_key_is_ignored():
    assert profile("$schema: ./provider.schema.json\n" + LEAST) == profile(LEAST)


STATUS = "expected a status from 200 to 599, or a class such as 2xx"
DURATION = "expected a duration such as 250ms, 10s, 3m, 1m30s, 2h or 1d, or a number of seconds"
PLACEHOLDERS = "{attempts}, {at}, {error}, {event}, {type}, {url}"
SIGNED = "signature: {header: X-Sig, %s}"

# (what comes after the name in line 3, what is said of it)
# ruff: noqa: E501
WRONG = [
    ("sgnature: {}", "3:1: sgnature: unknown key 'sgnature'; did you mean 'signature'?"),
    ("timeout: 1s\ntimeout: 2s", "4:1: the key 'timeout' is repeated; it stands in line 3, column 1 already"),
    ("signature: yes", "3:12: signature: expected a mapping with the key 'header', found text 'yes'"),
    ("signature: {}", "3:12: signature: the key 'header' is missing: a header name"),
    ("signature: {header: X Sig}", "3:21: signature.header: expected a header name (letters, digits and !#$%&'*+-.^_`|~), found 'X Sig'"),
    ("signature: {header: Host}", "3:21: signature.header: the header Host is set by the sender; it cannot be chosen"),
    ("signature: {header: 5}", "3:21: signature.header: expected a header name, found 5; quote it: '5'"),
    (SIGNED % "algorithm: hmac-sha265", "3:39: signature.algorithm: expected hmac-sha256, hmac-sha1 or hmac-sha512, found text 'hmac-sha265'; did you mean 'hmac-sha256'?"),
    (SIGNED % "encoding: HEX", "3:38: signature.encoding: expected hex or base64, found text 'HEX'; did you mean 'hex'?"),
    (SIGNED % 'message: "{bdy}"', "3:37: signature.message: unknown placeholder {bdy}; did you mean 'body'?"),
    (SIGNED % 'message: "{id}"', "3:37: signature.message: expected the placeholder {body}, found none"),
    (SIGNED % 'message: "{body"', "3:37: signature.message: found a '{' that is part of no placeholder such as {name}"),
    (SIGNED % 'message: "{signature}{body}"', "3:37: signature.message: unknown placeholder {signature}; known: body, id, timestamp"),
    (SIGNED % "value: v1", "3:35: signature.value: expected the placeholder {signature}, found none"),
    (SIGNED % 'value: "{signature}{body}"', "3:35: signature.value: unknown placeholder {body}; known: id, signature, timestamp"),
    (SIGNED % 'value: "{signature}\\r\\nX-Evil: 1"', "3:35: signature.value: expected a header value on one line, found a line break"),
    (SIGNED % 'headers: {X-Id: "{ident}"}', "3:44: signature.headers.X-Id: unknown placeholder {ident}; known: id, timestamp"),
    (SIGNED % "headers: {X Id: a}", "3:38: signature.headers.'X Id': expected a header name (letters, digits and !#$%&'*+-.^_`|~), found 'X Id'"),
    (SIGNED % "headers: {x-sig: a}", "3:12: signature: the header x-sig is named twice"),
    (SIGNED % "sign: always", "3:34: signature.sign: expected once or each-attempt, found text 'always'"),
    (SIGNED % "stamp: real", "3:35: signature.stamp: expected wall or emulated, found text 'real'"),
    (SIGNED % "without_secret: null", "3:44: signature.without_secret: expected omit or empty-key, found null"),
    ("accept: 99", f"3:9: accept: {STATUS}, found number 99"),
    ("accept: 1xx", f"3:9: accept: {STATUS}, found text '1xx'"),
    ("accept: [2xx, 2x]", f"3:15: accept[1]: {STATUS}, found text '2x'"),
    ("accept: []", "3:9: accept: expected at least 1 item, found none"),
    ("accept: {}", "3:9: accept: expected a status from 200 to 599, or a class such as 2xx, or a list of them, found a mapping"),
    ("accept: true", f"3:9: accept: {STATUS}, found true"),
    ("timeout: 0s", "3:10: timeout: expected a duration longer than 0s, found text '0s'"),
    ("timeout: -1s", "3:10: timeout: expected a duration that is not negative, found text '-1s'"),
    ("timeout: soon", f"3:10: timeout: {DURATION}, found text 'soon'"),
    ("timeout: null", f"3:10: timeout: {DURATION}, found null"),
    ("redirects: true", "3:12: redirects: expected fail or follow, found true"),
    ("retry: [1s]", "3:8: retry: expected a mapping, found a list"),
    ("retry: {waits: 5s}", "3:16: retry.waits: expected a list of durations, found text '5s'"),
    ("retry: {waits: [5s, 1y]}", f"3:21: retry.waits[1]: {DURATION}, found text '1y'"),
    ("retry: {wait_from: end}", "3:20: retry.wait_from: expected response, request or first, found text 'end'"),
    ("retry: {on: status}", "3:13: retry.on: expected a list of outcomes, found text 'status'"),
    ("retry: {on: [statu]}", "3:14: retry.on[0]: expected status, timeout, connect, dns, tls, reset, protocol or redirect, found text 'statu'; did you mean 'status'?"),
    ("retry: {max: 3}", "3:9: retry.max: unknown key 'max'; known: on, wait_from, waits"),
    ("body: php", "3:7: body: expected a mapping, found text 'php'"),
    ("body: {encoding: json}", "3:18: body.encoding: expected compact, python, php or utf8, found text 'json'"),
    ("body: {build: never}", "3:15: body.build: expected once or each-attempt, found text 'never'"),
    ("headers: [a]", "3:10: headers: expected a mapping of header names and values, found a list"),
    ("headers: {X-Version: 1}", "3:22: headers.X-Version: expected a header value, found 1; quote it: '1'"),
    ('headers: {X-A: "a\\nb"}', "3:16: headers.X-A: expected a header value on one line, found a line break"),
    ("headers: {X-A: é}", "3:16: headers.X-A: expected a header value of visible ASCII characters, found 'é'"),
    ('headers: {X-A: " a"}', "3:16: headers.X-A: expected a header value without spaces around it, since receivers drop them"),
    ("headers: {Content-Length: '1'}", "3:11: headers.Content-Length: the header Content-Length is set by the sender; it cannot be chosen"),
    ("headers: {X-A: a, x-a: b}", "3:19: headers.x-a: the header is named twice"),
    ("headers: {x-sig: a}\nsignature: {header: X-Sig}", "3:1: headers: the header X-Sig is set by the signature"),
    ("envelope: data", '3:11: envelope: expected a mapping such as {event_type: "{{ type }}", data: "{{ data }}"}, or null'),
    ('envelope: {a: "{{ type }}"}', "3:11: envelope: expected {{ data }} somewhere in it, found none"),
    ("events: [a]", "3:9: events: expected a mapping, found a list"),
    ('events: {"": {}}', "3:10: events.'': expected an event type of 1 to 200 visible characters"),
    ("events: {a: 1}", "3:13: events.a: expected a mapping with the key 'data', found number 1"),
    ("events: {a: {sample: 1}}", "3:14: events.a.sample: unknown key 'sample'; known: data, description"),
    ("on_exhausted: mail", "3:15: on_exhausted: expected a mapping with the key 'email', found text 'mail'"),
    ("on_exhausted: {}", "3:15: on_exhausted: the key 'email' is missing: a mapping with to, subject and text"),
    ("on_exhausted: {email: {subject: a, text: b}}", "3:23: on_exhausted.email: the key 'to' is missing: an e-mail address"),
    ("on_exhausted: {email: {to: me, subject: a, text: b}}", "3:28: on_exhausted.email.to: expected an e-mail address, found 'me'"),
    ('on_exhausted: {email: {to: a@b.test, subject: "a\\nb", text: b}}', "3:47: on_exhausted.email.subject: expected one line"),
    ('on_exhausted: {email: {to: a@b.test, subject: "{name}", text: b}}', "3:47: on_exhausted.email.subject: unknown placeholder {name}; known: at, attempts, error, event, type, url"),
    ("assumptions: [{key: timeout}]", "3:15: assumptions[0]: the key 'why' is missing: a text"),
    ("assumptions: [{why: a, other: [1]}]", "3:31: assumptions[0].other: expected a mapping, found a list"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), WRONG, ids=[text for text, _ in WRONG])
def test_a_wrong_file_is_told_by_line_and_key(text, told):
    assert problems(LEAST + text) == [f"acme.yaml:{told}"]


def test_a_bad_template_is_told_where_it_stands():
    told = problems(LEAST + 'envelope:\n  data: "{{ data }}"\n  deep:\n    - "{{ tpye }}"')
    assert len(told) == 1
    assert told[0].startswith("acme.yaml:6:7: envelope.deep[0]: ")
    assert "unknown name 'tpye'; did you mean 'type'?" in told[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("provider: acme", "acme.yaml:1:1: the key 'version' is missing: 1"),
        ("version: 2\nprovider: acme", "acme.yaml:1:10: version: expected 1, the only version there is"),
        ("version: true\nprovider: acme", "acme.yaml:1:10: version: expected 1, the only version there is"),
        ("version: 1", "acme.yaml:1:1: the key 'provider' is missing: the provider's name"),
        (
            "version: 1\nprovider: Acme",
            "acme.yaml:2:11: provider: expected a name of a-z, 0-9 and -, beginning with a letter, found 'Acme'",
        ),
        (
            "version: 1\nprovider: api",
            "acme.yaml:2:11: provider: the name api is taken by a path of the server; choose another",
        ),
        ("- 1", "acme.yaml:1:1: expected a provider, found a list"),
        ("", "acme.yaml:1:1: the file is empty"),
    ],
)
def test_what_the_file_itself_lacks_is_told(text, told):
    assert problems(text) == [told]


def test_all_problems_are_told_at_once():
    assert len(problems("version: 1\ntimeout: 0\naccept: 1\nbody: {encoding: x}\nheader: {}")) == 5


@pytest.mark.parametrize("name", ["api", "docs", "metrics", "runs", "livez", "readyz", "page", "static"])
def test_the_words_of_the_server_are_no_names(name):
    assert "is taken by a path of the server" in problems(f"version: 1\nprovider: {name}")[0]


def test_a_file_must_be_called_as_its_provider():
    with pytest.raises(InvalidInput) as caught:
        read_definition(LEAST, "providers/acne.yaml", name="acne")
    assert (
        str(caught.value)
        == "providers/acne.yaml:2:11: provider: expected acne, as the file is called, found acme"
    )


def test_the_schema_takes_what_is_read_and_refuses_unknown_keys():
    validator = Draft7Validator(json.loads(json.dumps(FILE.schema)))
    Draft7Validator.check_schema(FILE.schema)
    assert validator.is_valid(parse_yaml(ACME).plain())
    assert not validator.is_valid({"version": 1, "provider": "acme", "sgnature": None})
    assert not validator.is_valid({"provider": "acme"})


def test_the_schema_of_overrides_needs_no_key_at_any_depth():
    validator = Draft7Validator(json.loads(json.dumps(OVERRIDE.schema)))
    for override in (
        {},
        {"signature": {"encoding": "base64"}},
        {"signature": None},
        {"on_exhausted": {"email": {"to": "a@b.c"}}},
    ):
        assert validator.is_valid(override), override
    assert not validator.is_valid({"provider": "acme"})


WORDS = st.sampled_from(
    [*parse_yaml(ACME).value, "header", "waits", "encoding", "email", "", "{body", "{{ x", "é", "2xx", "1s"]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(), inner, max_size=6),
    max_leaves=20,
)


@given(value=st.dictionaries(WORDS, JSON, max_size=8))
@settings(deadline=None)
def test_whatever_stands_in_a_file_it_is_read_or_told(value):
    text = json.dumps({"version": 1, "provider": "acme"} | value)
    with suppress(InvalidInput):
        read_definition(text, "acme.yaml")
