"""What is recorded of a request is what went over the wire: order, case and bytes."""

from __future__ import annotations

import pytest

from emulator.record import Request
from emulator.sender import masked, wire_request
from emulator.sender.http import HttpSender
from tests.support.attempts import SECOND, answer, attempt
from tests.support.raw_receiver import Line, RawRequest, answering, http, raw_receiver

NASTY = b'{"a": "\xff\xfe", "b":  1.50 }\r\n'


async def captured(request: Request) -> tuple[Request, RawRequest]:
    """The request as it would be recorded, and as it came; `{base}` in its URL is the receiver."""
    async with raw_receiver() as receiver:
        url = request.url.replace("{port}", str(receiver.port))
        wire = wire_request(
            Request(method=request.method, url=url, headers=request.headers, body=request.body)
        )
        sender = HttpSender()
        answer(await sender.send(wire, timeout_us=5 * SECOND, follow=False))
        await sender.close()
    (came,) = receiver.requests
    return wire, came


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("X-Entuitive-Signature", "ab" * 32), ("User-Agent", "GuzzleHttp/7")),
        (("x-lower", "1"), ("X-UPPER", "2"), ("X-mIxEd", "3"), ("Accept", "*/*")),
        (("Content-Type", "application/vnd.acme+json"), ("X-A", "1")),
        (("X-A", "1"), ("content-type", "text/plain; charset=utf-8")),
        (("X-Twice", "1"), ("X-Other", "2"), ("X-Twice", "3")),
        (("X-Twice", "1"), ("x-twice", "2"), ("X-TWICE", "3")),
        (("X-A", "1"), ("host", "other.example:8080")),
        (("hOSt", "other.example"),),
        (("Content-Length", "9999"), ("Transfer-Encoding", "chunked"), ("X-A", "1")),
        (("Content-Encoding", "gzip"), ("Connection", "close"), ("Cookie", "a=b")),
        (("Accept-Encoding", "gzip"), ("Accept", "application/json")),
        (("X-Empty", ""), ("X-Tab", "a\tb"), ("X-Long", "a" * 20_000)),
        (("X-Text", "Zürich 日本 🎉"), ("X-Latin", "é")),
        (("Authorization", "Bearer abc"),),
        tuple((f"X-{n}", str(n)) for n in range(50)),
    ],
)
async def test_recorded_headers_are_those_of_the_wire(headers: tuple[tuple[str, str], ...]) -> None:
    wire, came = await captured(Request(url="http://127.0.0.1:{port}/hook", headers=headers, body=NASTY))
    assert came.headers == wire.headers
    assert came.body == NASTY


async def test_nothing_is_added_but_what_a_request_needs() -> None:
    wire, came = await captured(
        Request(url="http://127.0.0.1:{port}/", headers=(("x-Sig", "1"),), body=b"{}")
    )
    port = wire.url.split(":")[2].rstrip("/")
    assert came.head == (
        f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 2\r\n"
        "Content-Type: application/json\r\nx-Sig: 1\r\n\r\n"
    ).encode("ascii")


async def test_text_beyond_ascii_goes_out_as_utf_8() -> None:
    _, came = await captured(
        Request(url="http://127.0.0.1:{port}/", headers=(("X-A", "Zürich 🎉"),), body=b"")
    )
    assert b"X-A: " + "Zürich 🎉".encode() + b"\r\n" in came.head


@pytest.mark.parametrize("body", [b"", b"x", b"\x00" * 65_536, b"{}" * 600_000, b"a" * (16 << 20)])
async def test_bodies_arrive_byte_for_byte(body: bytes) -> None:
    wire, came = await captured(Request(url="http://127.0.0.1:{port}/", headers=(), body=body))
    assert came.body == body
    assert came.headers == wire.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET"])
async def test_methods_go_out_as_given(method: str) -> None:
    wire, came = await captured(
        Request(method=method, url="http://127.0.0.1:{port}/", headers=(), body=b"{}")
    )
    assert came.line == f"{method} / HTTP/1.1"
    assert came.headers == wire.headers


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", "/"),
        ("?", "/?"),
        ("?a=1", "/?a=1"),
        ("/a/../b/./c//d/", "/a/../b/./c//d/"),
        ("/a%2Fb%2fc%zz%", "/a%2Fb%2fc%zz%"),
        ("/~!$&'()*+,;=:@[]{}|^`\"<>\\", "/~!$&'()*+,;=:@[]{}|^`\"<>\\"),
        ("/x?q=a+b%20c&q=[1]&e=é&f=?/:@", "/x?q=a+b%20c&q=[1]&e=%C3%A9&f=?/:@"),
        ("/ünï/日", "/%C3%BCn%C3%AF/%E6%97%A5"),
        ("/a b\tc\r\nX: y", "/a%20b%09c%0D%0AX:%20y"),
        ("/a?b#part", "/a?b"),
        ("/a#part?b", "/a"),
    ],
)
async def test_paths_and_queries_go_out_as_written(path: str, line: str) -> None:
    _, came = await captured(Request(url="http://127.0.0.1:{port}" + path, headers=(), body=b"{}"))
    assert came.line == f"POST {line} HTTP/1.1"


@pytest.mark.parametrize(
    ("host", "header"),
    [
        ("127.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("LOCALHOST", "localhost"),
    ],
)
async def test_the_host_header_says_which_host_is_meant(host: str, header: str) -> None:
    wire, came = await captured(Request(url=f"http://{host}:{{port}}/", headers=(), body=b"{}"))
    assert came.header("Host") == f"{header}:{wire.url.split(':')[2].rstrip('/')}"
    assert came.headers == wire.headers


async def test_over_ipv6() -> None:
    async with raw_receiver(host="::1") as receiver:
        answer(await attempt(receiver.url("/hook")))
    assert receiver.requests[0].header("Host") == f"[::1]:{receiver.port}"


async def test_user_and_password_of_the_url_become_basic_authorization() -> None:
    wire, came = await captured(
        Request(url="http://us%40er:p%C3%A4ss:w@127.0.0.1:{port}/hook", headers=(), body=b"{}")
    )
    assert came.header("Authorization") == "Basic dXNAZXI6cMOkc3M6dw=="
    assert came.headers == wire.headers
    assert "@" not in wire.url
    assert ("Authorization", "Basic ***") in masked(wire).headers


async def test_an_authorization_header_wins_over_the_url() -> None:
    _, came = await captured(
        Request(url="http://u:p@127.0.0.1:{port}/", headers=(("authorization", "Bearer t"),), body=b"{}")
    )
    assert [pair for pair in came.headers if pair[0].lower() == "authorization"] == [
        ("authorization", "Bearer t")
    ]


@pytest.mark.parametrize("interim", [b"", b"HTTP/1.1 100 Continue\r\n\r\n"])
async def test_a_body_does_not_wait_for_100_continue(interim: bytes) -> None:
    async def script(line: Line) -> None:
        await line.head()
        await line.send(interim)
        assert await line.body(2) == b"{}"
        await line.send(http(200))
        await line.hold()

    async with raw_receiver(script) as receiver:
        assert answer(await attempt(receiver.url(), ("Expect", "100-continue"))).status == 200


async def test_no_cookies_are_kept() -> None:
    async with raw_receiver(answering(http(200, headers=[("Set-Cookie", "a=b; Path=/")]))) as receiver:
        sender = HttpSender()
        for _ in range(2):
            answer(await attempt(receiver.url(), sender=sender))
        await sender.close()
    assert receiver.requests[0].headers == receiver.requests[1].headers


async def test_proxies_and_netrc_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with raw_receiver() as receiver:
        answer(await attempt(receiver.url("/direct")))
    assert receiver.requests[0].line == "POST /direct HTTP/1.1"
    assert receiver.requests[0].header("Authorization") is None
