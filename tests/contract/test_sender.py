"""One suite over both senders: the real one, with a receiver on a socket, and the one that simulates its receiver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from emulator.record import AttemptError, ErrorKind, Request, Response
from emulator.sender import Exchange, MemorySender, Sender, wire_request
from emulator.sender.http import HttpSender
from tests.support.raw_receiver import Line, RawReceiver, http, raw_receiver

SECOND = 1_000_000
RESET = AttemptError(ErrorKind.RESET, "closed")


class World:
    """A sender, and an endpoint that answers by path; None is silence. `seen` holds what reached it."""

    def __init__(self) -> None:
        self.answers: dict[str, Response | AttemptError | None] = {}
        self.seen: list[Request] = []
        self.arrived = asyncio.Event()
        self.sender: Sender
        self.base = "http://127.0.0.1"

    def answer(self, request: Request) -> Response | AttemptError | None:
        self.seen.append(request)
        self.arrived.set()
        return self.answers.get(self.path(request), Response(status=404, headers=(("Content-Length", "0"),)))

    def path(self, request: Request) -> str:
        return "/" + request.url.split("/", 3)[3]

    def request(self, path: str, *headers: tuple[str, str], body: bytes = b"{}") -> Request:
        return wire_request(Request(url=self.base + path, headers=headers, body=body))

    async def send(
        self, path: str, *headers: tuple[str, str], timeout_us: int = 5 * SECOND, follow: bool = False
    ) -> Exchange:
        return await self.sender.send(self.request(path, *headers), timeout_us=timeout_us, follow=follow)


async def play(world: World, receiver: RawReceiver, line: Line) -> None:
    """Answer as the world says, over a socket."""
    while (raw := await line.request()) is not None:
        method, path, _ = raw.line.split(" ")
        url = f"http://{raw.header('Host')}{path}"
        answer = world.answer(Request(method=method, url=url, headers=raw.headers, body=raw.body))
        if answer is None:
            await line.hold()
        elif isinstance(answer, AttemptError):
            line.reset()
        else:
            await line.send(http(answer.status, answer.body, answer.headers, length=False))


@pytest.fixture(params=["http", "memory"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        made = World()
        if request.param == "http":
            receiver = await stack.enter_async_context(raw_receiver(lambda line: play(made, receiver, line)))
            made.base = receiver.url("")
            made.sender = HttpSender(keep_body=16)
        else:
            made.sender = MemorySender(lambda sent: made.answer(sent) or silence(), keep_body=16)
        stack.push_async_callback(made.sender.close)
        yield made


async def silence() -> Response:
    await asyncio.Event().wait()
    raise AssertionError


def answered(status: int = 200, body: bytes = b"", *headers: tuple[str, str]) -> Response:
    return Response(status=status, headers=(*headers, ("Content-Length", str(len(body)))), body=body)


@pytest.mark.parametrize("status", [200, 201, 202, 299, 300, 304, 400, 404, 410, 429, 500, 503, 599])
async def test_an_answer_comes_back_whole(world: World, status: int) -> None:
    body = b"" if status == 304 else b'{"ok": true}'
    world.answers["/"] = answered(status, body, ("X-b", "2"), ("x-A", "1"), ("X-b", "3"))
    exchange = await world.send("/")
    assert exchange.response == world.answers["/"]
    assert exchange.error is None


async def test_an_answer_without_a_body_is_whole(world: World) -> None:
    world.answers["/"] = Response(status=204, headers=())
    exchange = await world.send("/")
    assert exchange.response == world.answers["/"]
    assert exchange.error is None


async def test_the_request_arrives_as_it_was_made(world: World) -> None:
    request = world.request("/hook?a=1", ("x-Sig", "abc"), ("User-Agent", "acme/1"), body=b'{"a": "\xff"}')
    await world.sender.send(request, timeout_us=SECOND, follow=False)
    assert world.seen == [request]


async def test_times_are_of_the_monotonic_clock_and_in_order(world: World) -> None:
    loop = asyncio.get_running_loop()
    before = loop.time()
    exchange = await world.send("/")
    assert before <= exchange.sent_ns / 1e9 + 0.001
    assert exchange.sent_ns <= exchange.ended_ns
    assert exchange.ended_ns / 1e9 <= loop.time() + 0.001


async def test_silence_ends_by_the_time_out(world: World) -> None:
    world.answers["/"] = None
    exchange = await world.send("/", timeout_us=200_000)
    assert exchange.response is None
    assert exchange.error == AttemptError(ErrorKind.TIMEOUT, "connected, but no answer within 200ms")
    assert exchange.ended_ns - exchange.sent_ns >= 200_000_000


async def test_a_time_out_harms_no_attempt_beside_or_after_it(world: World) -> None:
    world.answers |= {"/silent": None, "/": answered()}
    silent, *others = await asyncio.gather(
        world.send("/silent", timeout_us=200_000), *(world.send("/", timeout_us=SECOND) for _ in range(5))
    )
    assert silent.error is not None
    assert [other.error for other in others] == [None] * 5
    assert (await world.send("/")).error is None


async def test_a_broken_connection_is_an_error_without_a_response(world: World) -> None:
    world.answers["/"] = RESET
    exchange = await world.send("/")
    assert exchange.response is None
    assert exchange.error is not None
    assert exchange.error.kind is ErrorKind.RESET


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_that_is_not_followed_keeps_its_response(world: World, status: int) -> None:
    world.answers["/"] = answered(status, b"moved", ("Location", "/there"))
    exchange = await world.send("/")
    assert exchange.response == world.answers["/"]
    assert exchange.error == AttemptError(
        ErrorKind.REDIRECT, f"answered {status} with the Location /there; redirects are not followed"
    )
    assert len(world.seen) == 1


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [
        (301, "GET", b""),
        (302, "GET", b""),
        (303, "GET", b""),
        (307, "POST", b"{}"),
        (308, "POST", b"{}"),
    ],
)
async def test_a_redirect_is_followed_as_clients_do(
    world: World, status: int, method: str, body: bytes
) -> None:
    world.answers |= {"/a/b": answered(status, b"", ("Location", "../c?d")), "/c?d": answered(200, b"there")}
    exchange = await world.send("/a/b", ("X-Sig", "abc"), ("Authorization", "Bearer t"), follow=True)
    assert exchange.response == world.answers["/c?d"]
    assert exchange.error is None
    second = world.seen[1]
    assert (second.method, second.body) == (method, body)
    names = [name.lower() for name, _ in second.headers]
    assert ("content-type" in names, "content-length" in names) == (bool(body), bool(body))
    assert ("X-Sig", "abc") in second.headers
    assert ("Authorization", "Bearer t") in second.headers


async def test_credentials_stay_behind_at_another_host(world: World) -> None:
    elsewhere = world.base.replace("127.0.0.1", "localhost") + "/there"
    world.answers |= {"/": answered(307, b"", ("Location", elsewhere)), "/there": answered()}
    headers = (("Authorization", "Basic eDp5"), ("Cookie", "a=b"), ("X-Sig", "abc"))
    exchange = await world.send("/", *headers, follow=True)
    assert exchange.error is None
    first, second = ([name for name, _ in request.headers] for request in world.seen)
    assert [name for name in first if name not in second] == ["Authorization", "Cookie"]


async def test_five_redirects_are_followed(world: World) -> None:
    world.answers |= {f"/{n}": answered(307, b"", ("Location", f"/{n + 1}")) for n in range(5)}
    world.answers["/5"] = answered(200, b"there")
    exchange = await world.send("/0", follow=True)
    assert exchange.response == world.answers["/5"]
    assert exchange.error is None


async def test_the_sixth_redirect_is_an_error_with_its_response(world: World) -> None:
    world.answers["/"] = answered(302, b"", ("Location", "/"))
    exchange = await world.send("/", follow=True)
    assert exchange.response == world.answers["/"]
    assert exchange.error is not None
    assert exchange.error.kind is ErrorKind.REDIRECT
    assert exchange.error.message == "answered 302 with the Location /; 5 redirects were followed before it"
    assert len(world.seen) == 6


async def test_a_redirect_to_nowhere_is_an_error_with_its_response(world: World) -> None:
    world.answers["/"] = answered(302)
    exchange = await world.send("/", follow=True)
    assert exchange.response == world.answers["/"]
    assert exchange.error == AttemptError(
        ErrorKind.REDIRECT, "answered 302 without a Location; there is nothing to follow"
    )


async def test_the_time_out_holds_over_all_redirects(world: World) -> None:
    world.answers |= {"/": answered(307, b"", ("Location", "/silent")), "/silent": None}
    exchange = await world.send("/", timeout_us=200_000, follow=True)
    assert exchange.response is None
    assert exchange.error is not None
    assert exchange.error.kind is ErrorKind.TIMEOUT


async def test_only_the_beginning_of_a_long_body_is_kept(world: World) -> None:
    world.answers["/"] = answered(200, b"0123456789abcdefg")
    exchange = await world.send("/")
    assert exchange.response is not None
    assert exchange.response.body == b"0123456789abcdef"
    assert exchange.response.truncated


async def test_a_body_of_just_the_kept_length_is_whole(world: World) -> None:
    world.answers["/"] = answered(200, b"0123456789abcdef")
    assert (await world.send("/")).response == world.answers["/"]


async def test_cancelling_passes_through(world: World) -> None:
    world.answers["/"] = None
    attempt = asyncio.create_task(world.send("/"))
    await world.arrived.wait()
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt


async def test_each_of_many_attempts_gets_its_own_answer(world: World) -> None:
    world.answers |= {f"/{n}": answered(200, str(n).encode()) for n in range(100)}
    exchanges = await asyncio.gather(*(world.send(f"/{n}") for n in range(100)))
    assert [exchange.response for exchange in exchanges] == [world.answers[f"/{n}"] for n in range(100)]


async def test_closing_twice_does_no_harm(world: World) -> None:
    await world.send("/")
    await world.sender.close()
    await world.sender.close()
