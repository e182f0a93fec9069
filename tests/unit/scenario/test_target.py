"""Which texts are URLs that webhooks can be sent to."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.scenario.target import check_target, without_credentials


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "http://localhost:3000/webhooks?a=b&c=%20#part",
        "HTTPS://Example.TEST/",
        "http://user:pa%20ss@localhost/",
        "http://host.docker.internal:8080/x",
        "http://a_b.internal/",
        "http://localhost./",
        "http://127.0.0.1:65535/",
        "http://[::1]:3000/",
        "http://[fe80::1%25eth0]/",
        "http://134744072/",
        "http://0x08080808/",
        "http://127.1/",
        "http://bücher.example/",
        "http://localhost/ü/{id}/a@b:c",
        "http://" + "a." * 126 + "b/",
    ],
)
def test_it_can_be_sent_to(url):
    assert check_target(url) == url


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "empty text"),
        ("localhost:3000", "did you mean 'http://localhost:3000'?"),
        ("app.example.test/hooks", "did you mean 'http://app.example.test/hooks'?"),
        ("ftp://localhost/", "begins with http:// or https://"),
        ("mailto:a@b.test", "begins with http:// or https://"),
        ("//localhost/", "begins with http:// or https://"),
        ("/hooks", "begins with http:// or https://"),
        ("http:localhost", "two slashes"),
        ("https:/localhost", "two slashes"),
        ("http://", "no host"),
        ("http:///hooks", "no host"),
        ("http://?a", "no host"),
        ("http://user@/", "no host"),
        ("http://localhost:/", "found none"),
        ("http://localhost:0/", "port from 1 to 65535"),
        ("http://localhost:65536/", "port from 1 to 65535"),
        ("http://localhost:٣/", "port from 1 to 65535"),
        ("http://localhost:-1/", "port from 1 to 65535"),
        ("http://localhost:3000x/", "port from 1 to 65535"),
        ("http://::1/", "stands in brackets"),
        ("http://[::1/", "stands in brackets"),
        ("http://[1:2]/", "IPv6 address in the brackets"),
        ("http://[1::2::3]:80/", "IPv6 address in the brackets"),
        ("http://[]/", "stands in brackets"),
        ("http://[localhost]/", "stands in brackets"),
        ("http://a..b/", "host name or an address"),
        ("http://.a/", "host name or an address"),
        ("http://" + "a" * 64 + "/", "host name or an address"),
        ("http://" + "a." * 127 + "b/", "host name or an address"),
        ("http://256.1.1.1/", "no IPv4 address, which has four from 0 to 255; found '256.1.1.1'"),
        ("http://1.2.3.4.5/", "no IPv4 address"),
        ("http://4294967296/", "no IPv4 address"),
        ("http://089.1/", "no IPv4 address"),
        ("http://a\u2100b/", "host name or an address"),
        ("http://[fe80::1%a%b]/", "IPv6 address in the brackets"),
        ("http://{host}/", "found '{'"),
        ("http://a%20b/", "found '%'"),
        ("http://a,b/", "found ','"),
        ("http:\\\\localhost\\", "two slashes"),
        ("http://localhost\\@evil.test/", "backslash"),
        ("http://local host/", "character 13 is ' '"),
        ("http://localhost/a b", "character 19 is ' '"),
        ("http://localhost/\r\nX: y", r"is '\r'"),
        ("http://localhost/\t", r"is '\t'"),
        ("http://localhost/\x00", r"is '\x00'"),
        ("http://localhost/\x7f", r"is '\x7f'"),
        ("http://localhost/\u200b", r"is '\u200b'"),
        ("http://localhost/" + "a" * 8192, "at most 8192 characters"),
    ],
)
def test_it_cannot_and_is_told_why(url, told):
    with pytest.raises(ValueError, match=r"expected") as error:
        check_target(url)
    assert told in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://user:hunter2@host/",
        "user:hunter2@host",
        "http:/user:hunter2@host",
        "https:user:hunter2@host",
        "x://hunter2/@a",
        "http://user:hunter2/x@127.0.0.1:1/",
        "http://user:hunter2?x@127.0.0.1:1/",
        "http://user:hunter2#x@127.0.0.1:1/",
        "http://user:100000/hunter2@127.0.0.1/",
        "http://us;er:1/hunter2@127.0.0.1/",
        "http://hunter2!/x@127.0.0.1/",
        "http://256.1.hunter2!/x@127.0.0.1/",
        "http://[hunter2/x@127.0.0.1/",
        "http://a@user:hunter2/x@127.0.0.1:1/",
        "http://user:hunter2\\x@127.0.0.1:1/",
    ],
)
def test_a_password_is_never_shown(url):
    with pytest.raises(ValueError, match=r"expected") as error:
        check_target(url)
    assert "hunter2" not in str(error.value)


@settings(deadline=None)
@given(st.text() | st.from_regex(r"https?://[^\s]{0,40}", fullmatch=True))
def test_whatever_the_text_it_is_judged(text):
    with suppress(ValueError):
        assert check_target(text) == text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:pass@localhost:1/a?b#c", "http://localhost:1/a?b"),
        ("http://localhost/a@b", "http://localhost/a@b"),
        ("http://a@b@localhost/", "http://localhost/"),
        (
            "http://127.0.0.1:1/ok/a//b@c?next=//bob@example.com",
            "http://127.0.0.1:1/ok/a//b@c?next=//bob@example.com",
        ),
        ("http://u:p@h/a//b@c", "http://h/a//b@c"),
        ("http://h?next=http://u@v/", "http://h?next=http://u@v/"),
        ("//u:p@h/a", "//h/a"),
        ("/a//b@c", "/a//b@c"),
    ],
)
def test_credentials_and_fragments_are_not_for_showing(url, shown):
    assert without_credentials(url) == shown


def test_a_slash_in_a_password_is_told_how_to_write() -> None:
    with pytest.raises(ValueError, match="in a user name or a password '/' is written %2F"):
        check_target("http://user:hunter2/x@127.0.0.1:1/")
