"""HTTPS: which certificates are accepted, and what is told when the two sides do not understand each other."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from emulator.errors import InvalidInput
from emulator.record import ErrorKind
from emulator.sender.http import HttpSender, trust
from tests.support.attempts import SHORT, answer, attempt, problem
from tests.support.raw_receiver import Line, http, once, raw_receiver


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA) -> Iterator[str]:
    with authority.cert_pem.tempfile() as path:
        yield path


def served_by(authority: trustme.CA, *names: str, not_after: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, not_after=not_after).configure_cert(context)
    return context


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    return served_by(authority, "127.0.0.1", "localhost", "::1")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1"])
async def test_a_ca_file_is_trusted(tls: ssl.SSLContext, ca_file: str, host: str) -> None:
    async with raw_receiver(tls=tls) as receiver:
        exchange = await attempt(receiver.url("/hook", host=host), verify=trust(ca_file))
    assert answer(exchange).status == 200
    assert receiver.requests[0].line == "POST /hook HTTP/1.1"


async def test_a_ca_file_is_trusted_over_ipv6(tls: ssl.SSLContext, ca_file: str) -> None:
    async with raw_receiver(host="::1", tls=tls) as receiver:
        assert answer(await attempt(receiver.url(), verify=trust(ca_file))).status == 200


async def test_insecure_accepts_any_certificate(authority: trustme.CA) -> None:
    expired = served_by(authority, "other.example", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    async with raw_receiver(tls=expired) as receiver:
        assert answer(await attempt(receiver.url(), verify=trust(insecure=True))).status == 200


async def test_connections_over_tls_are_kept(
    tls: ssl.SSLContext, ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.sender.connection.WATCH_S", 0.0)
    monkeypatch.setattr("emulator.sender.connection.KEPT_S", 60.0)
    sender = HttpSender(verify=trust(ca_file))
    async with raw_receiver(tls=tls) as receiver:
        for _ in range(5):
            answer(await attempt(receiver.url(), sender=sender))
        assert receiver.connections == 2
    await sender.close()


async def test_an_unknown_authority_is_refused_and_both_ways_out_are_named(tls: ssl.SSLContext) -> None:
    async with raw_receiver(tls=tls) as receiver:
        kind, message = problem(await attempt(receiver.url()))
    assert kind is ErrorKind.TLS
    assert message.startswith(f"the certificate of 127.0.0.1:{receiver.port} was refused: ")
    assert message.endswith("; --ca-file FILE trusts its issuer, --insecure accepts it")
    assert receiver.requests == []


@pytest.mark.parametrize(
    ("names", "not_after", "part"),
    [
        (["other.example"], None, "IP address mismatch"),
        (["127.0.0.1"], datetime(2020, 1, 1, tzinfo=UTC), "certificate has expired"),
    ],
)
async def test_what_a_ca_file_cannot_cure_does_not_name_it(
    authority: trustme.CA, ca_file: str, names: list[str], not_after: datetime | None, part: str
) -> None:
    async with raw_receiver(tls=served_by(authority, *names, not_after=not_after)) as receiver:
        kind, message = problem(await attempt(receiver.url(), verify=trust(ca_file)))
    assert kind is ErrorKind.TLS
    assert part in message
    assert message.endswith("; --insecure accepts it")
    assert "--ca-file" not in message


async def test_plain_http_where_tls_is_expected() -> None:
    async def script(line: Line) -> None:
        await line.send(http(400, b"Bad Request"))
        await line.hold()

    async with raw_receiver(script) as receiver:
        kind, message = problem(await attempt(f"https://127.0.0.1:{receiver.port}/"))
    assert kind is ErrorKind.TLS
    assert message == f"127.0.0.1:{receiver.port} does not speak TLS; is the target http://?"


async def test_tls_where_plain_http_is_expected() -> None:
    async with raw_receiver(once(b"\x15\x03\x01\x00\x02\x02\x46", then="close")) as receiver:
        kind, message = problem(await attempt(receiver.url()))
    assert kind is ErrorKind.TLS
    assert message == f"127.0.0.1:{receiver.port} answered in TLS; is the target https://?"


async def test_a_real_tls_server_where_plain_http_is_expected(tls: ssl.SSLContext) -> None:
    async with raw_receiver(tls=tls) as receiver:
        kind, _ = problem(await attempt(f"http://127.0.0.1:{receiver.port}/"))
    assert kind in (ErrorKind.TLS, ErrorKind.RESET)
    assert receiver.requests == []


@pytest.mark.parametrize("how", ["close", "reset"])
async def test_a_handshake_that_is_broken_off(how: str) -> None:
    async def script(line: Line) -> None:
        if how == "reset":
            line.reset()

    async with raw_receiver(script) as receiver:
        kind, message = problem(await attempt(f"https://127.0.0.1:{receiver.port}/"))
    assert kind is ErrorKind.TLS
    assert message == f"127.0.0.1:{receiver.port} broke the TLS handshake off"


async def test_a_server_that_asks_for_a_certificate(authority: trustme.CA, ca_file: str) -> None:
    context = served_by(authority, "127.0.0.1")
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    async with raw_receiver(tls=context) as receiver:
        kind, _ = problem(await attempt(receiver.url(), verify=trust(ca_file)))
    assert kind in (ErrorKind.TLS, ErrorKind.RESET)
    assert receiver.requests == []


async def test_a_handshake_that_never_ends_is_a_time_out() -> None:
    async def script(line: Line) -> None:
        await line.hold()
        dropped.set()

    dropped = asyncio.Event()
    async with raw_receiver(script) as receiver:
        exchange = await attempt(f"https://127.0.0.1:{receiver.port}/", timeout_us=SHORT)
        await asyncio.wait_for(dropped.wait(), 5)
    assert problem(exchange) == (
        ErrorKind.TIMEOUT,
        f"no connection to 127.0.0.1:{receiver.port} within 200ms; does it speak TLS, or is a firewall in between?",
    )


async def test_a_refused_connection_is_no_matter_of_tls(unused_tcp_port: int) -> None:
    kind, _ = problem(await attempt(f"https://127.0.0.1:{unused_tcp_port}/"))
    assert kind is ErrorKind.CONNECT


@pytest.mark.parametrize(("content", "part"), [(None, "No such file"), (b"hello", "expected certificates")])
def test_a_ca_file_that_cannot_be_used_is_a_users_mistake(
    tmp_path: Path, content: bytes | None, part: str
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput, match=part) as caught:
        trust(str(path))
    assert caught.value.problems[0].key == "--ca-file"
