"""Every row of an attempt's taxonomy, met on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from emulator.record import ErrorKind
from emulator.sender.http import HttpSender
from tests.support.attempts import SHORT, Network, answer, attempt, problem
from tests.support.raw_receiver import Line, answering, http, once, raw_receiver, unused_port

OK_HEAD = b"HTTP/1.1 200 OK\r\n"
TEN = OK_HEAD + b"Content-Length: 10\r\n\r\n"
CHUNKED = OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("status", [200, 204, 299, 400, 404, 410, 429, 500, 503, 599])
async def test_an_answer_is_an_answer_whatever_its_status(status: int) -> None:
    async with raw_receiver(answering(http(status))) as receiver:
        assert answer(await attempt(receiver.url())).status == status


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b"", "connected, but no answer within 200ms"),
        (b"HT", "the headers of the answer had not ended after 200ms"),
        (OK_HEAD + b"X-Slow: ye", "the headers of the answer had not ended after 200ms"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "the headers of the answer had not ended after 200ms"),
        (TEN + b"01234", "the body of the answer (200) had not ended after 200ms"),
        (CHUNKED + b"5\r\nabc", "the body of the answer (200) had not ended after 200ms"),
        (OK_HEAD + b"\r\nuntil the end", "the body of the answer (200) had not ended after 200ms"),
    ],
)
async def test_a_time_out_tells_how_far_the_answer_had_come(sent: bytes, message: str) -> None:
    async with raw_receiver(once(sent)) as receiver:
        exchange = await attempt(receiver.url(), timeout_us=SHORT)
    assert problem(exchange) == (ErrorKind.TIMEOUT, message)
    assert exchange.ended_ns - exchange.sent_ns >= SHORT * 1_000


async def test_a_time_out_before_there_is_a_connection_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", never)
    exchange = await attempt("http://127.0.0.1:9/", timeout_us=SHORT)
    assert problem(exchange) == (
        ErrorKind.TIMEOUT,
        "no connection to 127.0.0.1:9 within 200ms; is its accept queue full, or a firewall in between?",
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
async def test_a_refused_connection(host: str) -> None:
    place = f"{host}:{unused_port()}"
    assert problem(await attempt(f"http://{place}/")) == (
        ErrorKind.CONNECT,
        f"{place} refused the connection",
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "0.0.0.0"])  # noqa: S104 - a target
async def test_a_refused_loopback_target_inside_a_container_names_the_ways_out(host: str) -> None:
    url = f"http://{host}:{unused_port()}/"
    kind, message = problem(await attempt(url, container=True))
    assert kind is ErrorKind.CONNECT
    assert "inside a container" in message
    assert "host.docker.internal" in message
    assert "Compose service name" in message


async def test_a_refused_private_target_inside_a_container_is_told_plainly(network: Network) -> None:
    exchange = await attempt("http://10.1.2.3:3000/", container=True)
    assert problem(exchange) == (ErrorKind.CONNECT, "10.1.2.3:3000 refused the connection")


async def test_an_unreachable_network_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise OSError(113, "No route to host")

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", fail)
    exchange = await attempt("http://10.1.2.3:3000/")
    assert problem(exchange) == (ErrorKind.CONNECT, "cannot connect to 10.1.2.3:3000: No route to host")


async def test_a_name_that_does_not_resolve(network: Network) -> None:
    exchange = await attempt("http://nowhere.invalid/")
    assert problem(exchange) == (
        ErrorKind.DNS,
        "cannot resolve nowhere.invalid: Name or service not known",
    )
    assert network.connected == []


async def test_a_name_that_can_be_none() -> None:
    kind, message = problem(await attempt(f"http://{'a' * 64}.invalid/"))
    assert kind is ErrorKind.DNS
    assert message.startswith(f"cannot resolve {'a' * 64}.invalid: ")


async def close(line: Line) -> None:
    await line.request()


async def reset(line: Line) -> None:
    await line.request()
    line.reset()


@pytest.mark.parametrize(("script", "how"), [(close, "closed"), (reset, "reset")])
async def test_a_connection_that_ends_before_any_answer(
    script: Callable[[Line], Awaitable[None]], how: str
) -> None:
    async with raw_receiver(script) as receiver:
        exchange = await attempt(receiver.url())
    assert problem(exchange) == (
        ErrorKind.RESET,
        f"127.0.0.1:{receiver.port} {how} the connection without an answer",
    )
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("sent", "then", "how"),
    [
        (OK_HEAD + b"X-Half: ye", "close", "closed"),
        (OK_HEAD + b"X-Half: ye", "reset", "reset"),
        (TEN + b"01234", "reset", "reset"),
        (CHUNKED + b"5\r\nabc", "reset", "reset"),
        (OK_HEAD + b"\r\nuntil the end", "reset", "reset"),
    ],
)
async def test_a_connection_that_breaks_in_the_answer(sent: bytes, then: str, how: str) -> None:
    async with raw_receiver(once(sent, then=then)) as receiver:
        exchange = await attempt(receiver.url())
    assert problem(exchange) == (
        ErrorKind.RESET,
        f"127.0.0.1:{receiver.port} {how} the connection in the middle of its answer",
    )


@pytest.mark.parametrize(
    ("sent", "part"),
    [
        (b"hello\r\n\r\n", "Expected HTTP/"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "Expected HTTP/"),
        (b"HTTP/2 200 OK\r\n\r\n", "Bad status line"),
        (b"HTTP/1.1 99 OK\r\n\r\n", "Bad status line"),
        (b"HTTP/1.1 abc OK\r\n\r\n", "Bad status line"),
        (OK_HEAD + b"no colon\r\n\r\n", "header"),
        (OK_HEAD + b"Content-Length: x\r\n\r\n", "Content-Length"),
        (OK_HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "Content-Length"),
        (OK_HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Content-Length"),
        (OK_HEAD + b"X: " + b"a" * 70_000 + b"\r\n\r\n", "65536 bytes"),
        (OK_HEAD + b"X: a\r\n" * 300 + b"\r\n", "Too many headers"),
        (CHUNKED + b"zz\r\nabc", "chunk size"),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "switches protocols"),
    ],
)
async def test_an_answer_that_is_no_valid_http(sent: bytes, part: str) -> None:
    async with raw_receiver(once(sent)) as receiver:
        kind, message = problem(await attempt(receiver.url()))
    assert kind is ErrorKind.PROTOCOL
    assert message.startswith("the answer is no valid HTTP: ")
    assert part in message


async def test_a_bad_chunk_after_a_good_one_ends_the_attempt_at_once() -> None:
    async def script(line: Line) -> None:
        await line.request()
        await line.send(CHUNKED + b"3\r\nabc\r\n")
        started.set()
        await going_on.wait()
        await line.send(b"zz\r\n")
        await line.hold()

    started, going_on = asyncio.Event(), asyncio.Event()
    async with raw_receiver(script) as receiver:
        running = asyncio.create_task(attempt(receiver.url()))
        await started.wait()
        going_on.set()
        kind, message = problem(await running)
    assert kind is ErrorKind.PROTOCOL
    assert "chunk size" in message


@pytest.mark.parametrize(
    ("sent", "part"),
    [(TEN + b"01234", "received 5 of 10 bytes"), (CHUNKED + b"5\r\nabc", "Not enough data")],
)
async def test_a_body_that_is_shorter_than_announced(sent: bytes, part: str) -> None:
    async with raw_receiver(once(sent, then="close")) as receiver:
        kind, message = problem(await attempt(receiver.url()))
    assert kind is ErrorKind.PROTOCOL
    assert part in message


@pytest.mark.parametrize(
    ("whole", "status", "body"),
    [
        (TEN + b"0123456789", 200, b"0123456789"),
        (CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", 200, b"abc"),
        (TEN.replace(b"\r\n", b"\n") + b"0123456789", 200, b"0123456789"),
        (OK_HEAD + b"Connection: close\r\nContent-Length: 0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + TEN + b"0123456789", 200, b"0123456789"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, b""),
    ],
    ids=["length", "chunks", "bare LF", "closing", "interim", "204", "304"],
)
@pytest.mark.parametrize("more", [b"hello", b"\r\n\r\nhello", b"\0", http(500)])
@pytest.mark.parametrize("cut", ["nowhere", "at its end", "before its last byte", "after its first line"])
async def test_what_follows_an_answer_changes_nothing_and_ends_the_connection(
    whole: bytes, status: int, body: bytes, more: bytes, cut: str
) -> None:
    async def script(line: Line) -> None:
        await line.request()
        everything = whole + more
        place = {
            "nowhere": len(everything),
            "at its end": len(whole),
            "before its last byte": len(whole) - 1,
            "after its first line": whole.index(b"\n") + 1,
        }[cut]
        await line.send(everything[:place])
        for _ in range(9):
            await asyncio.sleep(0)
        await line.send(everything[place:])
        await line.hold()
        dropped.set()

    dropped = asyncio.Event()
    sender = HttpSender()
    async with raw_receiver(script) as receiver:
        response = answer(await attempt(receiver.url(), sender=sender))
        assert (response.status, response.body) == (status, body)
        await asyncio.wait_for(dropped.wait(), 5)
    await sender.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_that_is_not_followed(status: int) -> None:
    script = answering(http(status, b"moved", [("Location", "/there")]))
    async with raw_receiver(script) as receiver:
        exchange = await attempt(receiver.url())
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (status, b"moved")
    assert exchange.error is not None
    assert exchange.error.kind is ErrorKind.REDIRECT
    assert len(receiver.requests) == 1


async def test_a_redirect_that_is_followed() -> None:
    script = answering(http(307, b"", [("Location", "/there#part")]), http(200, b"here"))
    async with raw_receiver(script) as receiver:
        exchange = await attempt(receiver.url("/from"), ("X-Sig", "abc"), follow=True)
    assert answer(exchange).body == b"here"
    assert [request.line for request in receiver.requests] == [
        "POST /from HTTP/1.1",
        "POST /there HTTP/1.1",
    ]
    assert receiver.requests[0].headers == receiver.requests[1].headers
    assert receiver.requests[1].body == b"{}"


@pytest.mark.parametrize("status", [300, 304, 305, 306, 399])
async def test_other_statuses_of_that_family_are_plain_answers(status: int) -> None:
    async with raw_receiver(answering(http(status, headers=[("Location", "/there")]))) as receiver:
        assert answer(await attempt(receiver.url(), follow=True)).status == status


async def test_cancelling_drops_the_connection() -> None:
    async def script(line: Line) -> None:
        await line.request()
        arrived.set()
        await line.hold()
        dropped.set()

    arrived, dropped = asyncio.Event(), asyncio.Event()
    async with raw_receiver(script) as receiver:
        running = asyncio.create_task(attempt(receiver.url()))
        await arrived.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await asyncio.wait_for(dropped.wait(), 5)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "127.0.0.1:3000",
        "http:///path",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/",
        "http://127.0.0.1:port/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://[::1/",
        "http://[hello]/",
        "http://a b/",
        "",
    ],
)
async def test_what_is_no_target_is_not_sent_to(network: Network, url: str) -> None:
    kind, message = problem(await attempt(url))
    assert kind is ErrorKind.BLOCKED
    assert message.startswith(f"nothing was sent: {url!r} is no target: expected ")
    assert network.connected == []


async def test_what_is_no_target_and_may_hold_a_password_is_not_told(network: Network) -> None:
    kind, message = problem(await attempt("http://user:hunter2/x@127.0.0.1:1/"))
    assert (kind, message) == (ErrorKind.BLOCKED, "nothing was sent: the target is none")
    assert network.connected == []


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (("X-A", "b\r\nX-Injected: c"), r"the header X-A holds '\r', which no header can"),
        (("X-A", "b\nc"), r"the header X-A holds '\n', which no header can"),
        (("X-A", "nul\x00"), r"the header X-A holds '\x00', which no header can"),
        (("X-A: b\r\nX-B", "c"), "is no header name"),
        (("X A", "c"), "'X A' is no header name"),
        (("", "c"), "'' is no header name"),
        (("Ü", "c"), "'Ü' is no header name"),
    ],
)
async def test_headers_that_would_become_others_are_not_sent(
    network: Network, header: tuple[str, str], part: str
) -> None:
    kind, message = problem(await attempt("http://127.0.0.1:9/", header))
    assert kind is ErrorKind.BLOCKED
    assert message.startswith("nothing was sent: ")
    assert part in message
    assert network.connected == []


async def test_a_method_that_is_none_is_not_sent(network: Network) -> None:
    kind, _ = problem(await attempt("http://127.0.0.1:9/", method="POST / HTTP/1.1\r\n"))
    assert kind is ErrorKind.BLOCKED
    assert network.connected == []
