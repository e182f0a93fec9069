"""`readyz` against servers that are ready, not yet, not any more, or none at all."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from emulator.cli.asking import ask
from tests.e2e.test_cli_startup import HEAVY, imported
from tests.helpers.command import Finished, command, finished, started
from tests.helpers.guarded import guarded

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")

UNREADY = b'HTTP/1.1 503 x\r\n\r\n{"error": {"code": "x", "message": "the disk is full", "details": []}}'


async def readyz(*words: str | int, **env: str) -> Finished:
    async with asyncio.timeout(60):
        return await command("readyz", *map(str, words), stdin=b"", **env)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def answering(data: bytes) -> AsyncIterator[int]:
    """The port of something that answers so, whatever it is asked."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_a_server_that_is_ready() -> None:
    async with guarded(token="marker-token") as server:
        done = await readyz("--port", server.port)
    assert done == Finished(0, "ready\n", "")


async def test_nothing_at_the_port() -> None:
    port = free_port()
    done = await readyz("--port", port)
    told = f"not ready: no answer from 127.0.0.1, port {port}: Connection refused\n"
    assert done == Finished(1, "", told)


async def test_a_server_that_is_not_ready_says_why() -> None:
    async with answering(UNREADY) as port:
        assert await readyz("--port", port) == Finished(
            1, "", "not ready: it answers 503: the disk is full\n"
        )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is no HTTP server"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "is no HTTP server"),
        (b"HTTP/1.1 404 Not Found\r\nX: y\r\n\r\nnot \x1b[31mhere", "it answers 404: not \\x1b[31mhere"),
        (b"HTTP/1.0 500 x\r\n\r\n", "it answers 500: no reason"),
    ],
)
async def test_what_is_no_server_of_ours_is_not_ready(data: bytes, told: str) -> None:
    async with answering(data) as port:
        done = await readyz("--port", port)
    assert (done.code, done.out) == (1, "")
    assert told in done.messages


async def test_it_waits_until_the_server_is_ready() -> None:
    port = free_port()
    words = ("readyz", "--wait", "--timeout", "50s", "--port", str(port))
    async with started(*words) as process, guarded(port=port), asyncio.timeout(60):
        assert await finished(process) == Finished(0, "ready\n", "")


async def test_it_waits_no_longer_than_told() -> None:
    done = await readyz("--wait", "--timeout", "200ms", "--port", free_port())
    assert (done.code, "Connection refused" in done.messages) == (1, True)


async def test_without_wait_it_asks_once() -> None:
    begun = asyncio.get_running_loop().time()
    assert (await readyz("--timeout", "60s", "--port", free_port())).code == 1
    assert asyncio.get_running_loop().time() - begun < 30


async def test_one_attempt_ends_in_time_however_the_server_dribbles() -> None:
    held = asyncio.Event()

    async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 ")
        await held.wait()
        writer.close()

    async with await asyncio.start_server(dribble, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        told = await asyncio.to_thread(ask, "127.0.0.1", port, 0.2)
        held.set()
    assert told == f"no answer from 127.0.0.1, port {port}: it took too long"


async def test_host_and_port_come_from_the_servers_own_variables() -> None:
    async with guarded(host="0.0.0.0") as server:  # noqa: S104 - as the image listens
        env = {"WEBHOOK_EMULATOR_HOST": "0.0.0.0", "WEBHOOK_EMULATOR_PORT": str(server.port)}  # noqa: S104 - the same
        assert (await readyz(**env)).code == 0
        assert (await readyz("--port", free_port(), **env)).code == 1
    if socket.has_ipv6:
        async with guarded(host="::") as server:
            assert (await readyz("--host", "::", "--port", server.port)).code == 0


async def test_proxies_are_not_asked() -> None:
    async with guarded() as server:
        proxies = dict.fromkeys(("http_proxy", "HTTP_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
        assert (await readyz("--port", server.port, **proxies)).code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--port", "x"], "--port: expected a port from 0 to 65535, found 'x'"),
        (["--timeout", "soon"], "--timeout: expected a duration such as 250ms"),
        (["--host", ""], "--host: expected a text, found empty text"),
    ],
)
async def test_wrong_use_is_told(words: list[str], told: str) -> None:
    done = await readyz(*words)
    assert (done.code, done.messages.startswith(told)) == (2, True)


def test_it_imports_nothing_heavy_since_health_checks_run_it_again_and_again() -> None:
    assert imported("readyz", "--port", str(free_port())) & (HEAVY | {"yaml", "http"}) == set()


def test_the_help_of_serve_imports_nothing_heavy() -> None:
    assert imported("serve", "--help") & HEAVY == set()
