from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.record import Headers, Request
from emulator.sender.headers import completed, masked, unsendable, wire_request

TOKENS = st.from_regex(r"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}\Z")
PAIRS = st.lists(
    st.tuples(TOKENS, st.text(st.characters(codec="latin-1", exclude_categories=["C"]))), max_size=8
)


def wired(
    *headers: tuple[str, str], url: str = "http://h:3000/x", method: str = "POST", body: bytes = b"{}"
) -> Headers:
    return wire_request(Request(method=method, url=url, headers=headers, body=body)).headers


def test_the_least_a_request_needs_comes_first() -> None:
    assert wired(("x-a", "1")) == (
        ("Host", "h:3000"),
        ("Content-Length", "2"),
        ("Content-Type", "application/json"),
        ("x-a", "1"),
    )


def test_a_given_content_type_stays_where_it_was_given() -> None:
    assert wired(("X-A", "1"), ("content-TYPE", "text/xml"))[1:] == (
        ("Content-Length", "2"),
        ("X-A", "1"),
        ("content-TYPE", "text/xml"),
    )


def test_a_given_host_takes_the_first_place() -> None:
    assert wired(("X-A", "1"), ("HOST", "other"))[0] == ("HOST", "other")


def test_the_length_is_always_the_true_one() -> None:
    headers = wired(("Content-Length", "7"), ("transfer-encoding", "chunked"))
    assert headers[1] == ("Content-Length", "2")
    assert len(headers) == 3


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_request_without_a_body_says_nothing_of_one(method: str) -> None:
    assert wired(method=method, body=b"") == (("Host", "h:3000"),)


def test_a_post_without_a_body_says_so() -> None:
    assert ("Content-Length", "0") in wired(body=b"")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://h", "h"),
        ("http://h:80", "h"),
        ("https://h:443", "h"),
        ("https://h:80", "h:80"),
        ("http://[::1]:1", "[::1]:1"),
    ],
)
def test_the_port_is_named_where_it_is_not_the_default(url: str, host: str) -> None:
    assert wired(url=url)[0] == ("Host", host)


def test_the_url_is_recorded_without_secrets() -> None:
    request = wire_request(Request(url="http://u:p@h/a?b=@c#d", headers=(), body=b""))
    assert request.url == "http://h/a?b=@c"
    assert ("Authorization", "Basic dTpw") in request.headers


def test_a_url_that_cannot_be_sent_to_is_left_for_the_sender() -> None:
    request = wire_request(Request(url="nowhere://u:p@h", headers=(("X-A", "1"),), body=b""))
    assert request.url == "nowhere://h"
    assert ("X-A", "1") in request.headers


@given(PAIRS)
def test_completing_twice_changes_nothing(headers: list[tuple[str, str]]) -> None:
    once = completed("POST", "http://u:p@h/", headers, b"{}")
    assert completed("POST", once.url, once.headers, b"{}") == once


@given(PAIRS)
def test_values_and_their_order_are_kept(headers: list[tuple[str, str]]) -> None:
    ours = {"host", "content-length", "transfer-encoding"}
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in ours]
    result = completed("POST", "http://h/", headers, b"{}").headers
    assert [(name.lower(), value) for name, value in result][-len(kept) :] == kept or not kept


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (("Authorization", "Bearer abc def"), "Bearer ***"),
        (("authorization", "Basic dTpw"), "Basic ***"),
        (("AUTHORIZATION", "token"), "***"),
        (("Proxy-Authorization", "Basic dTpw"), "Basic ***"),
    ],
)
def test_credentials_are_masked_in_records(header: tuple[str, str], shown: str) -> None:
    request = Request(url="http://h/", headers=(("X-A", "1"), header), body=b"{}")
    assert masked(request).headers == (("X-A", "1"), (header[0], shown))


def test_a_request_without_credentials_is_recorded_as_it_is() -> None:
    request = Request(url="http://h/", headers=(("X-Authorization", "1"),), body=b"{}")
    assert masked(request) is request


@given(st.text(min_size=1, max_size=5), st.text(max_size=5))
def test_what_is_sendable_has_no_control_characters(name: str, value: str) -> None:
    request = wire_request(Request(url="http://h/", headers=((name, value),), body=b"{}"))
    if unsendable(request) is None:
        assert not any(ord(letter) < 32 and letter != "\t" for letter in name + value)
        assert name.isascii()
        assert not set(name) & set(' :\t"(),/;<=>?@[]{}\\')


def test_text_beyond_ascii_becomes_the_picture_of_its_bytes() -> None:
    request = wire_request(Request(url="http://h/", headers=(("X-A", "é"),), body=b""))
    assert request.headers[-1] == ("X-A", "Ã©")
    assert unsendable(request) is None


def test_values_that_picture_any_bytes_are_sent_and_others_are_not() -> None:
    assert unsendable(Request(url="http://h/", headers=(("X-A", "\x80\xe9\xff\t"),), body=b"")) is None
    request = Request(url="http://h/", headers=(("X-A", "日"),), body=b"")
    assert unsendable(request) == "the header X-A holds '日', which no header can"


def test_each_header_keeps_its_spelling() -> None:
    headers = (("X-Twice", "1"), ("x-twice", "2"), ("X-TWICE", "3"))
    assert wired(*headers)[-3:] == headers
