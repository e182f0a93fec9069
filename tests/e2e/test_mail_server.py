"""The real notifier against real mail servers, and such as misbehave."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.notify.place import parse_mail_server
from emulator.notify.smtp import SmtpNotifier
from emulator.record import NotificationRecord
from emulator.sender import TargetPolicy
from tests.helpers.records import notification
from tests.support.mail import (
    Certificates,
    go_at_once,
    mail_server,
    say_nothing,
    strange_server,
    talk,
)

WALL = 1_800_000_000_000_000


def notifier(url: str, policy: TargetPolicy | None = None, **more: object) -> SmtpNotifier:
    refusal = (policy or TargetPolicy()).refusal
    return SmtpNotifier(parse_mail_server(url), refusal=refusal, **more)  # type: ignore[arg-type]


async def sent(url: str, mail: NotificationRecord | None = None, **more: object) -> str | None:
    async with asyncio.timeout(30):
        return await notifier(url, **more).send(mail or notification(), wall=WALL)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return Certificates.of("localhost", "127.0.0.1")


@pytest.fixture
def ca_file(certificates: Certificates, tmp_path: Path) -> str:
    file = tmp_path / "ca.pem"
    certificates.ca.cert_pem.write_to_path(str(file))
    return str(file)


async def test_the_mail_arrives_whole() -> None:
    mail = notification(to="ops@example.test", subject="Zürich – ✓", text="Zeile 1\n.\n..zwei ✓\n")
    async with mail_server() as mailbox:
        assert await sent(f"smtp://127.0.0.1:{mailbox.port}", mail) is None
    (got,) = mailbox.mails
    assert got["From"] == "webhook-emulator@localhost"
    assert got["To"] == "ops@example.test"
    assert got["Subject"] == "Zürich – ✓"
    assert got["Date"].datetime == datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
    assert got["Message-ID"] == f"<{mail.id}@webhook-emulator.invalid>"
    assert (got["X-Webhook-Emulator-Run"], got["X-Webhook-Emulator-Delivery"]) == (mail.run, mail.delivery)
    assert got.get_content_type() == "text/plain"
    assert got.get_content_charset() == "utf-8"
    assert got.get_content().replace("\r\n", "\n") == mail.text
    assert mailbox.senders == ["webhook-emulator@localhost"]
    assert mailbox.receivers == [["ops@example.test"]]
    assert mailbox.greetings == ["[127.0.0.1]"]
    assert mailbox.in_tls == [False]


async def test_starttls_is_used_when_it_is_offered(certificates: Certificates, ca_file: str) -> None:
    async with mail_server(tls_context=certificates.server) as mailbox:
        assert await sent(f"smtp://localhost:{mailbox.port}", ca_file=ca_file) is None
    assert mailbox.in_tls == [True]


async def test_starttls_is_never_used_where_it_must_not_be(certificates: Certificates) -> None:
    async with mail_server(tls_context=certificates.server) as mailbox:
        assert await sent(f"smtp://localhost:{mailbox.port}?starttls=never") is None
    assert mailbox.in_tls == [False]


async def test_without_a_starttls_that_is_required_nothing_is_sent() -> None:
    async with mail_server() as mailbox:
        place = f"localhost:{mailbox.port}"
        told = await sent(f"smtp://ines:pw@{place}?starttls=require")
    assert told == f"the mail server {place} offers no STARTTLS, and starttls=require asks for it"
    assert (mailbox.mails, mailbox.logins) == ([], [])


async def test_a_certificate_that_nobody_knows_is_refused(certificates: Certificates) -> None:
    async with mail_server(tls_context=certificates.server) as mailbox:
        place = f"localhost:{mailbox.port}"
        told = await sent(f"smtp://{place}")
    assert told == (
        f"the certificate of {place} was refused: unable to get local issuer certificate; "
        "--ca-file FILE trusts its issuer, --insecure accepts it"
    )
    assert mailbox.mails == []


async def test_insecure_accepts_any_certificate(certificates: Certificates) -> None:
    async with mail_server(tls_context=certificates.server) as mailbox:
        assert await sent(f"smtp://localhost:{mailbox.port}", insecure=True) is None
    assert mailbox.in_tls == [True]


async def test_smtps_speaks_tls_at_once(certificates: Certificates, ca_file: str) -> None:
    async with mail_server(tls=certificates.server) as mailbox:
        assert await sent(f"smtps://localhost:{mailbox.port}", ca_file=ca_file) is None
        told = await sent(f"smtps://localhost:{mailbox.port}")
    assert mailbox.in_tls == [True]
    assert told is not None
    assert "the certificate of localhost" in told


async def test_a_server_without_tls_is_told_as_such() -> None:
    async with mail_server() as mailbox:
        told = await sent(f"smtps://localhost:{mailbox.port}")
    assert told == f"the mail server localhost:{mailbox.port} does not speak TLS at once; is it smtp://?"


async def test_it_logs_in_with_what_the_url_says(certificates: Certificates, ca_file: str) -> None:
    async with mail_server(tls_context=certificates.server, auth_required=True) as mailbox:
        told = await sent(f"smtp://ines:p%2Fss%3Aw%40rd@localhost:{mailbox.port}", ca_file=ca_file)
    assert told is None
    assert mailbox.logins == [(b"ines", b"p/ss:w@rd")]
    assert len(mailbox.mails) == 1


async def test_a_login_that_is_refused_is_told_without_the_password() -> None:
    async with mail_server(auth_require_tls=False) as mailbox:
        place = f"127.0.0.1:{mailbox.port}"
        told = await sent(f"smtp://ines:hunter2@{place}")
    assert told == f"the mail server {place} refused the login: 535 5.7.8 Authentication credentials invalid"
    assert mailbox.mails == []


@pytest.mark.parametrize(
    "echoed", ["hunter2", "aHVudGVyMg==", "AGluZXMAaHVudGVyMg=="], ids=["plain", "base64", "AUTH PLAIN"]
)
async def test_a_password_that_the_server_repeats_is_masked(echoed: str) -> None:
    script = talk("220 hello", "250-mail.test\r\n250 AUTH PLAIN", f"535 no {echoed} here", "221 bye")
    async with strange_server(script) as port:
        told = await sent(f"smtp://ines:hunter2@127.0.0.1:{port}")
    assert told == f"the mail server 127.0.0.1:{port} refused the login: 535 no *** here"


async def test_a_server_that_knows_no_login_gets_no_password() -> None:
    async with mail_server() as mailbox:  # which offers AUTH in TLS only
        told = await sent(f"smtp://ines:hunter2@127.0.0.1:{mailbox.port}")
    assert told is not None
    assert told.startswith(f"the mail server 127.0.0.1:{mailbox.port} cannot do the login: The SMTP AUTH ")
    assert mailbox.logins == []


@pytest.mark.parametrize(
    ("step", "named"),
    [("MAIL", "the sender webhook-emulator@localhost"), ("RCPT", "the recipient"), ("DATA", "the e-mail")],
)
async def test_what_the_server_refuses_is_told_in_its_words(step: str, named: str) -> None:
    async with mail_server(refuses={step: "550 not here"}) as mailbox:
        told = await sent(f"smtp://127.0.0.1:{mailbox.port}")
    assert told == f"the mail server 127.0.0.1:{mailbox.port} refused {named}: 550 not here"


async def test_a_long_answer_of_several_lines_becomes_one_of_bounded_length() -> None:
    script = talk(f"554-no\x1b[31m\r\n554 {'n' * 5_000}")
    async with strange_server(script) as port:
        told = await sent(f"smtp://127.0.0.1:{port}")
    assert told is not None
    assert told.startswith(rf"the mail server 127.0.0.1:{port} refused the greeting: 554 no\x1b[31m\nnnn")
    assert told.isprintable()
    assert len(told) < 500


async def test_nobody_who_listens_is_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        told = await sent(f"smtp://127.0.0.1:{port}")
    assert told == f"the mail server 127.0.0.1:{port} refused the connection"


async def test_an_unknown_host_is_told() -> None:
    told = await sent("smtp://no-such-host.invalid:25")
    assert told is not None
    assert told.startswith("cannot resolve no-such-host.invalid: ")


@pytest.mark.parametrize("in_tls", [False, True])
async def test_a_silent_server_is_given_up(certificates: Certificates, ca_file: str, *, in_tls: bool) -> None:
    async with strange_server(say_nothing, certificates.server if in_tls else None) as port:
        scheme = "smtps" if in_tls else "smtp"
        told = await sent(f"{scheme}://localhost:{port}", ca_file=ca_file, timeout_s=0.3)
    hint = "" if in_tls else "; does it speak TLS at once, smtps://?"
    assert told == f"the mail server localhost:{port} did not answer within 0.3 s, at the greeting{hint}"


async def test_those_who_wait_behind_a_silent_server_do_not_wait_ten_seconds_each() -> None:
    async with strange_server(say_nothing) as port, asyncio.timeout(30):
        one = notifier(f"smtp://127.0.0.1:{port}", timeout_s=0.5)
        begun = time.monotonic()
        told = await asyncio.gather(*(one.send(notification(n), wall=WALL) for n in range(1, 201)))
        took = time.monotonic() - begun
    assert took < 3
    assert sum("did not answer within 0.5 s" in (each or "") for each in told) == 16
    not_tried = f"not tried: the mail server 127.0.0.1:{port} did not answer others meanwhile"
    assert sum(each == not_tried for each in told) == 184


async def test_a_silence_is_forgotten_when_the_server_answers_again() -> None:
    silent = True

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = ("220 hello", "250 mail.test", "250 ok", "250 ok", "354 go on")
        await (say_nothing if silent else talk(*said, then=take))(reader, writer)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"250 taken\r\n")
        await say_nothing(reader, writer)

    async with strange_server(script) as port:
        one = notifier(f"smtp://127.0.0.1:{port}", timeout_s=0.3)
        assert "did not answer" in str(await one.send(notification(1), wall=WALL))
        silent = False
        assert await one.send(notification(2), wall=WALL) is None  # although its farewell is not answered


async def test_a_server_that_goes_is_told() -> None:
    async with strange_server(go_at_once) as port:
        told = await sent(f"smtp://127.0.0.1:{port}")
        assert told == f"the mail server 127.0.0.1:{port} closed the connection at the greeting"
    async with strange_server(talk("220 hello", "250 mail.test", "250 ok", then=go_at_once)) as port:
        told = await sent(f"smtp://127.0.0.1:{port}")
        assert told == f"the mail server 127.0.0.1:{port} closed the connection at the e-mail"


async def test_what_is_no_mail_server_is_told() -> None:
    async with strange_server(talk("HTTP/1.1 400 Bad Request")) as port:
        told = await sent(f"smtp://127.0.0.1:{port}")
    assert told is not None
    assert told.startswith(f"the mail server 127.0.0.1:{port} refused the greeting: ")
    assert "HTTP/1.1 400 Bad Request" in told


async def test_a_public_address_is_not_connected_to() -> None:
    told = await sent("smtp://192.0.2.1:25")
    assert told == (
        "192.0.2.1 is a public address; nothing was sent, "
        "--allow-target 192.0.2.1 or --allow-public would allow it"
    )
    never = await sent("smtp://169.254.169.254:25", policy=TargetPolicy(allow_public=True))
    assert never == (
        "169.254.169.254 is a link-local address, where clouds hand out credentials; nothing is ever sent there"
    )


@pytest.fixture
async def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name mail.example has a public address, then a local one."""
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def fake(host: str, port: int, **more: int) -> Sequence[object]:
        if host != "mail.example":
            return await real(host, port, **more)
        stream = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*stream, ("192.0.2.1", port)), (*stream, ("127.0.0.1", port))]

    monkeypatch.setattr(loop, "getaddrinfo", fake)


@pytest.mark.usefixtures("elsewhere")
async def test_of_a_name_s_addresses_only_the_allowed_ones_are_connected_to() -> None:
    async with mail_server() as mailbox:
        assert await sent(f"smtp://mail.example:{mailbox.port}") is None
    assert len(mailbox.mails) == 1


async def test_an_address_of_letters_beyond_ascii_asks_for_a_server_that_takes_them() -> None:
    mail = notification(to="jürg@example.test")
    async with mail_server() as mailbox:
        told = await sent(f"smtp://127.0.0.1:{mailbox.port}", mail)
    assert told is not None
    assert "non-ASCII" in told
    async with mail_server(enable_SMTPUTF8=True) as mailbox:
        assert await sent(f"smtp://127.0.0.1:{mailbox.port}", mail) is None
    assert mailbox.receivers == [["jürg@example.test"]]


async def test_a_cancelled_sending_leaves_no_connection() -> None:
    gone = asyncio.Event()
    came = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        await say_nothing(reader, writer)
        gone.set()

    async with strange_server(script) as port, asyncio.timeout(20):
        task = asyncio.create_task(sent(f"smtp://127.0.0.1:{port}"))
        await came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await gone.wait()


def test_ten_seconds_are_the_limit_where_nothing_else_is_said() -> None:
    assert notifier("smtp://127.0.0.1")._timeout_s == 10.0  # noqa: SLF001 - a promise of the docs


async def test_every_line_ends_as_smtp_asks() -> None:
    async with mail_server() as mailbox:
        assert await sent(f"smtp://127.0.0.1:{mailbox.port}", notification(text="a\nb\rc\r\nd" * 50)) is None
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", mailbox.raw[0])


def test_a_context_of_its_own_asks_for_certificates() -> None:
    context = notifier("smtps://127.0.0.1").context
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
