"""Answers of every size and coding: read to the end, kept at their beginning, and never a burden."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib

import pytest

from emulator.record import ErrorKind
from tests.support.attempts import SHORT, answer, attempt, problem
from tests.support.raw_receiver import Line, answering, http, once, raw_receiver

KEPT = 65_536
TEXT = b'{"ok": true, "text": "' + b"abc" * 1_000 + b'"}'
GZIP = gzip.compress(TEXT, mtime=0)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"


def chunks(body: bytes, size: int) -> bytes:
    parts = [body[place : place + size] for place in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


async def test_a_big_answer_is_read_to_its_end_and_kept_at_its_beginning() -> None:
    body = b"0123456789abcdef" * (5 << 16)
    async with raw_receiver(answering(http(200, body))) as receiver:
        response = answer(await attempt(receiver.url()))
    assert response.body == body[:KEPT]
    assert response.truncated


async def test_how_much_is_kept_can_be_set() -> None:
    async with raw_receiver(answering(http(200, b"0123456789"))) as receiver:
        response = answer(await attempt(receiver.url(), keep_body=4))
    assert (response.body, response.truncated) == (b"0123", True)


@pytest.mark.parametrize("head", [CHUNKED + b"\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
async def test_an_endless_answer_ends_by_the_time_out_in_bounded_memory(head: bytes) -> None:
    async def script(line: Line) -> None:
        await line.request()
        await line.send(head)
        while True:
            await line.send(part)

    part = b"1000\r\n" + b"a" * 4_096 + b"\r\n"
    async with raw_receiver(script) as receiver:
        tracemalloc.start()
        exchange = await attempt(receiver.url(), timeout_us=SHORT)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert problem(exchange) == (
        ErrorKind.TIMEOUT,
        "the body of the answer (200) had not ended after 200ms",
    )
    assert peak < 8 << 20


async def test_endless_headers_end_the_attempt() -> None:
    async def script(line: Line) -> None:
        await line.request()
        await line.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            await line.send(b"X-More: of the same\r\n" * 100)

    async with raw_receiver(script) as receiver:
        kind, message = problem(await attempt(receiver.url()))
    assert kind is ErrorKind.PROTOCOL
    assert "Too many headers" in message


async def test_endless_interim_answers_end_by_the_time_out() -> None:
    async def script(line: Line) -> None:
        await line.request()
        while True:
            await line.send(b"HTTP/1.1 102 Processing\r\n\r\n")
            await asyncio.sleep(0)

    async with raw_receiver(script) as receiver:
        kind, _ = problem(await attempt(receiver.url(), timeout_us=SHORT))
    assert kind is ErrorKind.TIMEOUT


@pytest.mark.parametrize(
    "interim",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
    ],
)
async def test_interim_answers_are_passed_over(interim: bytes) -> None:
    async with raw_receiver(answering(interim + http(201, b"made"))) as receiver:
        response = answer(await attempt(receiver.url()))
    assert (response.status, response.body) == (201, b"made")
    assert [name for name, _ in response.headers] == ["Content-Length"]


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("headers", [[], [("Content-Encoding", "gzip")]])
async def test_answers_that_have_no_body(status: int, headers: list[tuple[str, str]]) -> None:
    async with raw_receiver(once(http(status, headers=headers, length=False))) as receiver:
        response = answer(await attempt(receiver.url()))
    assert (response.status, response.body, response.truncated) == (status, b"", False)


async def test_the_answer_to_head_has_no_body_whatever_its_length() -> None:
    async with raw_receiver(once(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")) as receiver:
        response = answer(await attempt(receiver.url(), method="HEAD", body=b""))
    assert (response.status, response.body) == (200, b"")


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
async def test_chunks_are_put_together(size: int) -> None:
    sent = CHUNKED + b"\r\n" + chunks(TEXT, size) + b"0;end=yes\r\nX-Trailer: a\r\n\r\n"
    async with raw_receiver(answering(sent)) as receiver:
        response = answer(await attempt(receiver.url()))
    assert (response.body, response.truncated) == (TEXT, False)


async def test_a_body_may_end_with_the_connection() -> None:
    async with raw_receiver(once(b"HTTP/1.1 200 OK\r\n\r\n" + TEXT, then="close")) as receiver:
        assert answer(await attempt(receiver.url())).body == TEXT


async def test_an_answer_may_come_byte_by_byte() -> None:
    async def script(line: Line) -> None:
        await line.request()
        for byte in http(200, b'{"ok": true}', [("X-A", "b")]):
            await line.send(bytes([byte]))
            await asyncio.sleep(0)
        await line.hold()

    async with raw_receiver(script) as receiver:
        response = answer(await attempt(receiver.url()))
    assert (response.body, response.headers) == (b'{"ok": true}', (("X-A", "b"), ("Content-Length", "12")))


@pytest.mark.parametrize(
    ("coding", "encoded"),
    [
        ("gzip", GZIP),
        ("GZIP", GZIP),
        ("x-gzip", GZIP),
        ("gzip", gzip.compress(TEXT[:10], mtime=0) + gzip.compress(TEXT[10:], mtime=0)),
        ("gzip", GZIP + b"\0" * 8),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("identity", TEXT),
    ],
    ids=["gzip", "in capitals", "with x-", "two members", "padded", "deflate", "bare deflate", "identity"],
)
@pytest.mark.parametrize("in_chunks", [False, True])
async def test_codings_are_undone(coding: str, encoded: bytes, in_chunks: bool) -> None:
    sent = http(200, encoded, [("Content-Encoding", coding)])
    if in_chunks:
        head = CHUNKED + b"Content-Encoding: " + coding.encode() + b"\r\n\r\n"
        sent = head + chunks(encoded, 11) + b"0\r\n\r\n"
    async with raw_receiver(answering(sent)) as receiver:
        response = answer(await attempt(receiver.url()))
    assert (response.body, response.truncated) == (TEXT, False)
    assert ("Content-Encoding", coding) in response.headers


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "made-up"])
async def test_codings_that_we_do_not_know_are_kept_as_they_came(coding: str) -> None:
    async with raw_receiver(answering(http(200, b"\x1b\x03", [("Content-Encoding", coding)]))) as receiver:
        assert answer(await attempt(receiver.url())).body == b"\x1b\x03"


@pytest.mark.parametrize(
    ("coding", "encoded", "part"),
    [
        ("gzip", b"no gzip at all", "broken"),
        ("gzip", GZIP[:-9], "ends too early"),
        ("gzip", GZIP[:-8] + b"\0" * 8, "broken"),
        ("deflate", zlib.compress(TEXT)[:-6], "ends too early"),
    ],
    ids=["no gzip", "gzip cut off", "wrong checksum", "deflate cut off"],
)
async def test_a_broken_coding_is_no_answer(coding: str, encoded: bytes, part: str) -> None:
    async with raw_receiver(answering(http(200, encoded, [("Content-Encoding", coding)]))) as receiver:
        kind, message = problem(await attempt(receiver.url()))
    assert kind is ErrorKind.PROTOCOL
    assert part in message


async def test_an_answer_that_unfolds_to_very_much_costs_little() -> None:
    encoded = gzip.compress(b"\0" * (256 << 20), 9)
    async with raw_receiver(answering(http(200, encoded, [("Content-Encoding", "gzip")]))) as receiver:
        tracemalloc.start()
        response = answer(await attempt(receiver.url()))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (response.body, response.truncated) == (b"\0" * KEPT, True)
    assert peak < 8 << 20
