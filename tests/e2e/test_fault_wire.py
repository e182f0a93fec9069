"""What faults do to the wire, as a bare socket sees it: bytes, pieces and moments, and how the connection ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from emulator.emulator import Emulator
from emulator.fault import PLAIN, Manner
from emulator.fault.half_close import HalfClose
from emulator.record import AttemptError, AttemptRecord, ErrorKind, Request
from emulator.scenario.load import load_text
from emulator.sender.http import HttpSender
from tests.helpers.journal import ListJournal

BODY = '{"a":"' + "x" * 2_000 + '"}'
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Seen:
    """One connection: the pieces that came, when (in seconds of the loop), and its end: `eof`, `reset` or None."""

    pieces: list[tuple[float, bytes]] = field(default_factory=list)
    end: str | None = None
    whole: bool = False

    @property
    def data(self) -> bytes:
        return b"".join(piece for _, piece in self.pieces)

    @property
    def head(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]


@dataclass
class Endpoint:
    """Answers each whole request, or at the end of our side; then reads on to the end of the connection."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)

    async def serve(self, connection: socket.socket) -> None:
        seen = Seen()
        self.seen.append(seen)
        with connection:
            try:
                await self.read(connection, seen)
                seen.end = "eof"
            except ConnectionResetError:
                seen.end = "reset"

    async def read(self, connection: socket.socket, seen: Seen) -> None:
        loop = asyncio.get_running_loop()
        while data := await loop.sock_recv(connection, 65_536):
            seen.pieces.append((loop.time(), data))
            if not seen.whole and self.is_whole(seen):
                seen.whole = True
                await loop.sock_sendall(connection, OK)
        if not seen.whole:
            await loop.sock_sendall(connection, OK)

    def is_whole(self, seen: Seen) -> bool:
        head, end, body = seen.data.partition(b"\r\n\r\n")
        return bool(end) and len(body) >= int(
            head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
        )


@asynccontextmanager
async def endpoint() -> AsyncIterator[Endpoint]:
    loop, at = asyncio.get_running_loop(), Endpoint()
    tasks: set[asyncio.Task[None]] = set()

    async def accept(listening: socket.socket) -> None:
        while True:
            connection, _ = await loop.sock_accept(listening)
            connection.setblocking(False)
            tasks.add(asyncio.create_task(at.serve(connection)))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        at.url = f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
        accepting = asyncio.create_task(accept(listening))
        yield at
        await asyncio.wait_for(asyncio.gather(*tasks), 10)
        accepting.cancel()


async def played(fault: dict[str, object], **event: object) -> tuple[Endpoint, list[AttemptRecord]]:
    journal: Any = ListJournal()
    async with endpoint() as at:
        given = {
            "version": 1,
            "provider": "entuitive",
            "secret": "s3cret",
            "target": at.url,
            "events": [{"body": BODY, "faults": [fault], **event}],
        }
        async with Emulator(journal, HttpSender()) as emulator:
            await emulator.start(load_text(given, environment={})).settled()
    return at, journal.made


@pytest.mark.parametrize(
    ("where", "sent"),
    [("before", ""), ("in", BODY[: len(BODY) // 2]), ("after", BODY)],
)
async def test_a_reset_drops_the_connection_where_it_says(where: str, sent: str) -> None:
    at, made = await played({"reset": where, "on": 1})
    first, second = at.seen
    assert first.body.decode() == sent
    assert first.end == "reset"
    assert b"Content-Length: 2008" in first.head
    assert second.body.decode() == BODY
    assert [(each.number, each.error and each.error.kind.value, each.faults) for each in made] == [
        (1, "reset", (f"reset: {where}",)),
        (2, None, ()),
    ]


async def test_half_of_a_body_is_all_that_comes_and_its_record_says_so() -> None:
    at, made = await played({"truncate": "wrong-length"})
    (seen,) = at.seen
    assert seen.body.decode() == BODY[: len(BODY) // 2]
    assert b"Content-Length: 2008" in seen.head
    assert seen.end == "eof"
    assert made[0].request.body == seen.body


async def test_half_of_a_body_with_its_own_length_is_a_whole_request() -> None:
    at, _ = await played({"truncate": "right-length"})
    cut, genuine = at.seen
    assert b"Content-Length: 1004" in cut.head
    assert (len(cut.body), len(genuine.body)) == (1004, 2008)


async def test_a_half_close_ends_our_side_and_takes_the_answer() -> None:
    at, made = await played({"half_close": True})
    (seen,) = at.seen
    assert (seen.body.decode(), seen.end) == (BODY, "eof")
    assert made[0].status == 200


async def test_a_slow_body_comes_in_pieces_over_its_time() -> None:
    at, made = await played({"slow": "400ms"})
    (seen,) = at.seen
    assert seen.body.decode() == BODY
    bodies = [moment for moment, piece in seen.pieces if not piece.startswith(b"POST")]
    assert len(bodies) >= 10
    assert bodies[-1] - seen.pieces[0][0] >= 0.38
    assert made[0].duration_us >= 400_000


async def test_http_as_it_is_rarely_spoken() -> None:
    at, _ = await played({"http": "1.0"})
    assert at.seen[0].head.startswith(b"POST /hook HTTP/1.0\r\n")
    at, _ = await played({"http": "absolute-form"})
    assert at.seen[0].head.startswith(f"POST {at.url} HTTP/1.1\r\n".encode())
    at, made = await played({"http": "lower-case headers"})
    names = [line.partition(b":")[0] for line in at.seen[0].head.split(b"\r\n")[1:]]
    assert names == [name.lower() for name in names]
    assert b"x-entuitive-signature" in names
    assert made[0].status == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"signature": "wrong"},
        {"tamper": True},
        {"malformed": "empty"},
        {"method": "DELETE"},
        {"duplicate": 2},
        {"concurrent": 3},
        {"replay": "1d"},
        {"encoding": "utf-16"},
        {"encoding": "gzip"},
        {"content_type": "application/xml"},
        {"oversize": 1},
        {"deep": 5_000},
        {"extra_headers": {"X-Twice": "1"}},
    ],
    ids=lambda fault: next(iter(fault)),
)
async def test_what_is_recorded_is_what_came(fault: dict[str, object]) -> None:
    at, made = await played(fault)
    recorded = sorted((each.request.method, each.request.headers, each.request.body) for each in made)
    came = []
    for seen in at.seen:
        rest = seen.data
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = tuple((name, text) for name, _, text in (line.partition(": ") for line in lines))
            length = int(dict(headers)["Content-Length"])
            came.append((first.split(" ")[0], headers, rest[:length]))
            rest = rest[length:]
    assert sorted(came) == recorded


async def test_concurrent_copies_have_connections_of_their_own() -> None:
    at, _ = await played({"concurrent": 3})
    assert len(at.seen) == 4


@pytest.mark.parametrize("where", ["before", "in", "after"])
async def test_an_endpoint_that_closes_first_is_told_as_a_reset(where: str) -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.transport.abort() if where == "in" else writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0)
    sender = HttpSender()
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        request = Request(url=url, headers=(("Content-Length", "4"),), body=b"body")
        exchange = await sender.send(request, timeout_us=5_000_000, follow=False, manner=Manner(reset=where))
        await sender.close()
    assert exchange.error is not None
    assert exchange.error.kind is ErrorKind.RESET


async def test_a_body_slower_than_the_time_out_is_told_as_ours() -> None:
    _, made = await played({"slow": "2s"}, profile={"timeout": "200ms", "retry": {"waits": []}})
    assert made[0].error is not None
    assert made[0].error.message == "the body that we send, slowly on purpose, had not ended after 200ms"


async def test_over_tls_nothing_of_a_half_close_is_sent() -> None:
    sender = HttpSender()
    request = Request(url="https://127.0.0.1:9/", headers=(), body=b"")
    manner = HalfClose().manner(PLAIN)
    exchange = await sender.send(request, timeout_us=5_000_000, follow=False, manner=manner)
    await sender.close()
    told = "nothing was sent: over TLS no side of a connection can end alone"
    assert exchange.error == AttemptError(ErrorKind.BLOCKED, told)
