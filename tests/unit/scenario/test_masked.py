"""Scenario files as lists show them: as they are written, without any secret."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.errors import InvalidInput
from emulator.scenario.masked import masked_document

MARKER = "k3y-m4rker"


def masked(tree):
    return masked_document(json.dumps(tree), "x.yaml")


def test_a_file_stands_as_it_is_written():
    text = b"""
$schema: ./scenario.schema.json
version: 1
name: a/b
provider: entuitive
target: ${TARGET_URL:-http://localhost:3000/webhooks}
secret: ${WEBHOOK_EMULATOR_SECRET_ENTUITIVE:-demo-secret}
variables: {company: Harbour Lifts Ltd}
events:
  - {type: user.created, data: {name: "{{ company }}", secret: part of the body}, at: 1.50}
  - {body: "Authorization: x", secret: null, headers: {X-A: "{{ index }}", authorization: Bearer abc}}
"""
    assert masked_document(text, "x.yaml") == {
        "$schema": "./scenario.schema.json",
        "version": 1,
        "name": "a/b",
        "provider": "entuitive",
        "target": "${TARGET_URL:-http://localhost:3000/webhooks}",
        "secret": "${WEBHOOK_EMULATOR_SECRET_ENTUITIVE:-***}",
        "variables": {"company": "Harbour Lifts Ltd"},
        "events": [
            {
                "type": "user.created",
                "data": {"name": "{{ company }}", "secret": "part of the body"},
                "at": 1.5,
            },
            {
                "body": "Authorization: x",
                "secret": None,
                "headers": {"X-A": "{{ index }}", "authorization": "Bearer ***"},
            },
        ],
    }


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("key", "***"),
        (None, None),
        (12345, "***"),
        (["key"], "***"),
        ({"entuitive": "key", "compliancely": None}, {"entuitive": "***", "compliancely": None}),
        ({"entuitive": {"deeper": "key"}}, {"entuitive": "***"}),
        ({"Key-In-Braces": None}, {"***": None}),
        ("${KEY}", "${KEY}"),
        ("${KEY:-key}", "${KEY:-***}"),
        ("${KEY:-}", "${KEY:-***}"),
        ("$${KEY}", "***"),
        ("${KEY}x", "***"),
        ({"acme": "${KEY:-key}"}, {"acme": "${KEY:-***}"}),
    ],
)
@pytest.mark.parametrize("place", ["scenario", "event", "endpoint"])
def test_a_secret_is_masked_and_a_reference_stays(place, secret, shown):
    def at(value):
        keys = {"secret": value}
        return {"scenario": keys, "event": {"events": [keys]}, "endpoint": {"endpoints": [keys]}}[place]

    assert masked(at(secret)) == at(shown)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Bearer abc", "Bearer ***"),
        ("basic dXNlcg==", "basic ***"),
        ("Bearer ${TOKEN}", "Bearer ${TOKEN}"),
        ("Bearer ${TOKEN:-abc}", "Bearer ${TOKEN:-***}"),
        ("Bearer {{ token }}", "Bearer ***"),
        ("abc def", "***"),
        ("abc", "***"),
        (None, None),
        (["Bearer abc"], "***"),
    ],
)
@pytest.mark.parametrize("name", ["Authorization", "authorization", "Proxy-Authorization"])
def test_credentials_in_headers_keep_their_scheme(name, value, shown):
    assert masked({"events": [{"headers": {name: value}}]}) == {"events": [{"headers": {name: shown}}]}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://localhost:3000/a@b?c=d@e", "http://localhost:3000/a@b?c=d@e"),
        ("http://user:key@localhost/a", "http://***@localhost/a"),
        ("HTTP://key@localhost/", "HTTP://***@localhost/"),
        ("http://user:k/e#y@localhost/a", "http://***@localhost/a"),
        ("http://user:k@e/y@localhost/a", "http://***@localhost/a"),
        ("http://{{ user }}:key@localhost/a", "http://***@localhost/a"),
        ("${URL:-http://user:key@localhost/}", "${URL:-http://***@localhost/}"),
        ("user:key@localhost", "***@localhost"),
    ],
)
def test_user_and_password_of_a_target_are_masked(url, shown):
    assert masked({"target": url, "events": [{"target": [url, 1]}]}) == {
        "target": shown,
        "events": [{"target": [shown, 1]}],
    }


@pytest.mark.parametrize("text", ["[1, {secret: x}]", "x", "1", "null", "{events: {secret: x}, target: 1}"])
def test_what_is_no_scenario_is_shown_all_the_same(text):
    assert "x" not in json.dumps(masked_document(text, "x.yaml")).strip('"') or text == "x"


def test_what_is_no_yaml_is_told():
    with pytest.raises(InvalidInput, match=r"^bad\.yaml:"):
        masked_document("{", "bad.yaml")


@pytest.mark.parametrize(
    ("api", "shown"),
    [
        ({}, {}),
        (
            {"rate_limit": True, "results": {"900000001": 3}},
            {"rate_limit": True, "results": {"900000001": 3}},
        ),
        (
            {"accounts": {"demo": "key", "other": "${KEY}", "third": ["key"]}},
            {"accounts": {"demo": "***", "other": "${KEY}", "third": "***"}},
        ),
        ({"accounts": ["key"]}, {"accounts": "***"}),
        ({"tokens": {"key": "demo", "other": "demo"}}, {"tokens": "***"}),
        ({"Tokens": "key"}, {"Tokens": "***"}),
        ([{"tokens": {"key": "demo"}}], [{"tokens": "***"}]),
        (None, None),
    ],
)
def test_passwords_and_tokens_of_the_api_are_masked(api, shown):
    assert masked({"api": api}) == {"api": shown}


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("aé${}@:-/ ", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["events", "secret", "headers", "target", "x"]), inner, max_size=3)
    ),
)
SECRETS = st.sampled_from(
    [
        MARKER,
        [MARKER],
        {"acme": MARKER},
        {"acme": [MARKER]},
        {"acme": {"deep": MARKER}},
        {f"{MARKER}!": None},
        f"${{KEY:-{MARKER}}}",
        f"${{KEY}}{MARKER}",
    ]
)
URLS = st.sampled_from(
    [f"http://{MARKER}@h/", f"https://u:{MARKER}@h:1/p", f"//u:x/{MARKER}@h", f"u:{MARKER}@h"]
)
HEADERS = st.fixed_dictionaries(
    {
        "Authorization": st.sampled_from(
            [MARKER, f"Bearer {MARKER}", f"Token  {MARKER}", [MARKER], {MARKER: MARKER}]
        ),
        "proxy-authorization": st.sampled_from([f"{MARKER} {MARKER}", f"Basic ${{A:-{MARKER}}}"]),
    }
)
LOGINS = st.sampled_from([{"demo": MARKER}, {"demo": [MARKER]}, [MARKER], [{"demo": MARKER}], MARKER, 5])
TOKENS = st.sampled_from([{MARKER: "demo"}, {"demo": MARKER}, [MARKER], {MARKER: [MARKER]}, MARKER, None])
KEYS = st.fixed_dictionaries(
    {"secret": SECRETS, "target": URLS | st.lists(URLS), "headers": HEADERS, "x": TREES}
)


@settings(deadline=None)
@given(keys=KEYS, event=KEYS, endpoint=KEYS, url=URLS, odd=TREES, accounts=LOGINS, tokens=TOKENS)
def test_no_secret_is_ever_shown_wherever_it_stands(keys, event, endpoint, url, odd, accounts, tokens):
    api = {"accounts": accounts, "tokens": tokens}
    tree = {
        **keys,
        "api": api,
        "events": [event, odd, [event]],
        "endpoints": [{**endpoint, "url": url}, odd],
        "routes": odd,
    }
    assert MARKER not in json.dumps(masked(tree))
    assert MARKER not in json.dumps(masked({**keys, "events": event, "api": [api]}))


@settings(deadline=None)
@given(TREES)
def test_whatever_can_be_read_can_be_shown(tree):
    masked(tree)
