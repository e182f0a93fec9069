from __future__ import annotations

import contextlib
import socket

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from emulator.scenario.host import canonical_host
from emulator.scenario.target import check_target
from emulator.sender.target import parse_target, writable


@pytest.mark.parametrize(
    ("host", "canonical"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F.0.0.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("0", "0.0.0.0"),  # noqa: S104 - a target
        ("0x", "0.0.0.0"),  # noqa: S104 - a target
        ("134744072", "8.8.8.8"),
        ("0x08080808", "8.8.8.8"),
        ("010.010.010.010", "8.8.8.8"),
        ("4294967295", "255.255.255.255"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("127。0。0。1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[0:0:0:0:0:0:0:1]", "::1"),
        ("[::FFFF:127.0.0.1]", "::ffff:7f00:1"),
        ("[FE80::1%25eth0]", "fe80::1%eth0"),
        ("LocalHost", "localhost"),
        ("my_app", "my_app"),
        ("Web-1.Example.TEST.", "web-1.example.test."),
        ("MÜNCHEN.example", "xn--mnchen-3ya.example"),
        ("web.1", "web.1"),
        ("1.web", "1.web"),
        ("0xg", "0xg"),
    ],
)
def test_hosts_have_one_form(host: str, canonical: str) -> None:
    assert canonical_host(host) == canonical
    assert canonical_host(f"[{canonical}]" if ":" in canonical else canonical) == canonical


@pytest.mark.parametrize(
    "host",
    [
        *("", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "1.2.65536", "4294967296", "089.1", "1..2", "..1"),
        *(
            "[::1",
            "[]",
            "[::1%\r\nX: y]",
            "[::1%]",
            "[1.2.3.4]",
            "[::1]x",
            "::1::2",
            "::1]",
            "a:b",
            "a b",
            "a/b",
            "a?b",
            "a#b",
            "a@b",
            "a\b",
        ),
    ],
)
def test_what_can_be_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="expected "):
        canonical_host(host)


@given(st.lists(st.sampled_from(["{}", "0{:o}", "0x{:x}", "0X{:X}"]), min_size=1, max_size=4), st.data())
def test_numbers_mean_what_the_c_library_makes_of_them(forms: list[str], data: st.DataObject) -> None:
    limits = [255] * (len(forms) - 1) + [256 ** (5 - len(forms)) - 1]
    numbers = [data.draw(st.integers(0, limit)) for limit in limits]
    host = ".".join(form.format(number) for form, number in zip(forms, numbers, strict=True))
    assert canonical_host(host) == socket.inet_ntoa(socket.inet_aton(host))


@given(st.text(alphabet="0123456789abcdefxX.", min_size=1, max_size=16))
def test_no_spelling_is_an_address_to_the_c_library_alone(host: str) -> None:
    try:
        address = socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return
    assume(not host.endswith(".."))
    assert canonical_host(host) == address


@given(st.text(max_size=40))
def test_any_text_is_a_target_or_a_value_error(text: str) -> None:
    for url in (text, "http://" + text, "http://h/" + text, f"http://[::1%{text}]/"):
        with contextlib.suppress(ValueError):
            target = parse_target(url)
            line = target.authority + target.path
            assert line.isascii()
            assert line.isprintable()
            assert " " not in line
            assert target.url.raw_path_qs == target.path
            assert target.url.raw_host == target.host
            assert target.url.port == target.port


@given(
    st.text(max_size=40)
    | st.text(alphabet="0123456789abxz.%-:[]@/?#\\ü", max_size=30)
    | st.lists(st.integers(0, 300).map(str), max_size=5).map(".".join)
)
@example("256.1.1.1")
@example("1.2.3.4.5")
@example("089.1")
@example("ａ\u2100b")
@example("[fe80::1%a%b]")
def test_what_a_scenario_may_name_can_be_sent_to(text: str) -> None:
    url = f"http://{text}"
    try:
        check_target(url)
    except ValueError:
        return
    parse_target(url)


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port", "authority", "path"),
    [
        ("http://h", "http", "h", 80, "h", "/"),
        ("HTTP://H:80/", "http", "h", 80, "h", "/"),
        ("https://h:443/a", "https", "h", 443, "h", "/a"),
        ("https://h:80/a", "https", "h", 80, "h:80", "/a"),
        ("http://h:/a", "http", "h", 80, "h", "/a"),
        ("http://[::1]:3000?x", "http", "::1", 3000, "[::1]:3000", "/?x"),
        ("http://h/a?b#c", "http", "h", 80, "h", "/a?b"),
        ("http://u:p@h/@x", "http", "h", 80, "h", "/@x"),
        ("http://a@b@h/", "http", "h", 80, "h", "/"),
    ],
)
def test_a_url_is_taken_apart(url: str, scheme: str, host: str, port: int, authority: str, path: str) -> None:
    target = parse_target(url)
    assert (target.scheme, target.host, target.port, target.authority, target.path) == (
        scheme,
        host,
        port,
        authority,
        path,
    )


@pytest.mark.parametrize(
    ("userinfo", "value"),
    [
        ("user:pass", "Basic dXNlcjpwYXNz"),
        ("user", "Basic dXNlcjo="),
        (":pass", "Basic OnBhc3M="),
        ("a%3Ab:c:d", "Basic YTpiOmM6ZA=="),
        ("%C3%BC", "Basic w7w6"),
    ],
)
def test_user_and_password_ask_for_basic_authorization(userinfo: str, value: str) -> None:
    assert parse_target(f"http://{userinfo}@h/").authorization == value


def test_without_a_user_nothing_is_asked_for() -> None:
    assert parse_target("http://h/").authorization is None
    assert parse_target("http://@h/").authorization is None


@pytest.mark.parametrize(
    ("text", "result"),
    [("/a%20b", "/a%20b"), ("/a b", "/a%20b"), ("/é%", "/%C3%A9%"), ("/\ud800", "/%3F"), ("/\x7f", "/%7F")],
)
def test_only_what_cannot_be_written_is_encoded(text: str, result: str) -> None:
    assert writable(text) == result
