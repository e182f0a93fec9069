"""E-mails end to end: the real command line, real webhooks that are refused, a real mail server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.helpers.command import Finished, command, finished, started
from tests.helpers.serving import SECRET, receiving
from tests.support.mail import Certificates, mail_server, say_nothing, strange_server

SEND = ("send", "-p", "entuitive", "-T", "user.created", "-s", SECRET, "--json", "-q")
LOGIN = "smtp://ines:p%2Fss%3Aw%40rd@localhost"
PASSWORD = ("p%2Fss", "p/ss")


def mails_of(done: Finished) -> list[dict[str, Any]]:
    """The notifications of the one run that was printed."""
    mails: list[dict[str, Any]] = done.runs[0]["notifications"]
    return mails


def silent_about_the_password(*texts: str) -> bool:
    return not any(part in text for part in PASSWORD for text in texts)


async def test_after_the_fifth_attempt_the_mail_arrives() -> None:
    async with mail_server() as mailbox, receiving("503") as receiver:
        done = await command(*SEND, "--target", receiver.url, "--smtp", f"smtp://127.0.0.1:{mailbox.port}")
    assert done.code == 1
    assert len(receiver.received) == 5
    (mail,) = mailbox.mails
    (record,) = mails_of(done)
    assert (record["sent"], record["error"]) == (True, None)
    assert mail["To"] == "management.company@example.test"
    assert mail["Subject"] == "Webhook user.created was not delivered"
    assert mail["X-Webhook-Emulator-Run"] == done.runs[0]["run"]["id"]
    assert mail["X-Webhook-Emulator-Delivery"] == record["delivery"]
    assert "All 5 attempts failed" in mail.get_content()
    assert mail.get_content().replace("\r\n", "\n") == record["text"]


async def test_a_delivery_that_is_accepted_at_last_sends_none() -> None:
    async with mail_server() as mailbox, receiving("503", "503", "503", "503", "200") as receiver:
        done = await command(*SEND, "--target", receiver.url, "--smtp", f"smtp://127.0.0.1:{mailbox.port}")
    assert done.code == 0
    assert (mailbox.mails, mails_of(done)) == ([], [])


async def test_play_takes_server_and_sender_from_its_variables(tmp_path: Path) -> None:
    certificates = Certificates.of("localhost")
    certificates.ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    async with (
        mail_server(tls_context=certificates.server, auth_required=True) as mailbox,
        receiving("503") as receiver,
    ):
        (tmp_path / "smtp").write_text(f"{LOGIN}:{mailbox.port}?starttls=require\n")
        done = await command(
            *("play", "entuitive/exhausted", "--target", receiver.url, "--json", "-q"),
            *("--ca-file", tmp_path / "ca.pem", "-s", SECRET),
            WEBHOOK_EMULATOR_SMTP_FILE=str(tmp_path / "smtp"),
            WEBHOOK_EMULATOR_SMTP_FROM="webhooks@example.test",
        )
    assert all(mail["sent"] for mail in mails_of(done)), done
    assert len(mailbox.mails) == len(mails_of(done)) == 1
    assert done.code == 0
    assert mailbox.senders[0] == "webhooks@example.test"
    assert mailbox.in_tls[0]
    assert silent_about_the_password(done.out, done.messages)


async def test_the_table_tells_whether_it_was_sent() -> None:
    async with receiving("503") as receiver:
        words = ("play", "entuitive/exhausted", "--target", receiver.url, "-q", "-s", SECRET)
        refused = await command(*words, "--smtp", "smtp://192.0.2.1")
        async with mail_server() as mailbox:
            sent = await command(*words, "--smtp", f"smtp://127.0.0.1:{mailbox.port}")
        silent = await command(*words)
    assert "e-mail (not sent: 192.0.2.1 is a public address; nothing was sent, --allow-target" in refused.out
    assert "e-mail (sent) to management.company@example.test: " in sent.out
    assert "e-mail (on record) to management.company@example.test: " in silent.out
    assert (refused.code, sent.code, silent.code) == (0, 0, 0)


async def test_a_mail_server_that_refuses_is_on_record() -> None:
    async with mail_server(refuses={"RCPT": "550 nobody here"}) as mailbox, receiving("503") as receiver:
        place = f"127.0.0.1:{mailbox.port}"
        done = await command(*SEND, "--target", receiver.url, "--smtp", f"smtp://{place}")
    (record,) = mails_of(done)
    assert (record["sent"], record["error"]) == (
        False,
        f"the mail server {place} refused the recipient: 550 nobody here",
    )
    assert done.code == 1  # as without


@pytest.mark.parametrize("verb", ["send", "play", "serve"])
@pytest.mark.parametrize("by", ["flag", "variable", "file"])
async def test_a_wrong_server_is_told_without_showing_it(verb: str, by: str, tmp_path: Path) -> None:
    wrong = "smtp://ines:p/ss@localhost"
    words = {
        "send": (*SEND, "--target", "http://127.0.0.1:9"),
        "play": ("play", "entuitive/exhausted", "--target", "http://127.0.0.1:9"),
        "serve": ("serve", "--port", "0"),
    }[verb]
    (tmp_path / "smtp").write_text(wrong)
    match by:
        case "flag":
            key, done = "--smtp", await command(*words, "--smtp", wrong)
        case "variable":
            key = "WEBHOOK_EMULATOR_SMTP"
            done = await command(*words, WEBHOOK_EMULATOR_SMTP=wrong)
        case _:
            key = "WEBHOOK_EMULATOR_SMTP_FILE"
            done = await command(*words, WEBHOOK_EMULATOR_SMTP_FILE=str(tmp_path / "smtp"))
    assert (done.code, done.out) == (2, "")
    assert f"{key}: expected a URL such as smtp://mailpit:1025" in done.messages
    assert silent_about_the_password(done.messages)


async def test_a_wrong_sender_is_told() -> None:
    done = await command(*SEND, "--target", "http://127.0.0.1:9", "--smtp-from", "Ines")
    assert done.code == 2
    told = "--smtp-from: expected an e-mail address such as webhooks@example.test, found 'Ines'"
    assert told in done.messages


async def begun(process: asyncio.subprocess.Process) -> str:
    """The URL of a server that is ready."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = (await process.stdout.readline()).decode()
    assert line, (await finished(process)).messages
    return line.removeprefix("ready on ").strip()


async def test_serve_sends_tells_and_shows_no_password() -> None:
    async with mail_server(auth_require_tls=False) as mailbox, receiving("503") as receiver:
        url = f"{LOGIN}:{mailbox.port}?starttls=never"
        async with (
            started(
                *("serve", "--port", "0"),
                WEBHOOK_EMULATOR_SMTP=url,
            ) as process,
            aiohttp.ClientSession() as session,
        ):
            api = await begun(process)
            wanted = {"scenario": "entuitive/exhausted", "target": receiver.url, "secret": SECRET}
            async with session.post(f"{api}/api/v1/runs?wait=30s", json=wanted) as response:
                run = await response.json()
                assert response.status == 201, run
            assert (run["state"], run["verdict"]) == ("settled", "passed")
            assert len(mailbox.mails) == 1
            assert mailbox.logins == [(b"ines", b"p/ss:w@rd")]
            async with session.get(f"{api}/api/v1/info") as response:
                info = await response.json()
            process.terminate()
            done = await finished(process)
    assert info["settings"]["smtp"] == f"smtp://localhost:{mailbox.port}?starttls=never"
    assert info["settings"]["smtp_from"] == "webhook-emulator@localhost"
    assert f"INFO e-mail sent run={run['id']} scenario=entuitive/exhausted delivery=" in done.messages
    assert silent_about_the_password(json.dumps(info), done.messages)


async def test_after_a_kill_the_mail_is_sent_by_the_next_process(tmp_path: Path) -> None:
    came = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        await say_nothing(reader, writer)

    database = tmp_path / "journal.db"
    words: tuple[str | Path, ...] = ("serve", "--port", "0", "--database", database)
    async with receiving("503") as receiver:
        async with strange_server(silent) as port:
            playing = ("--play", "entuitive/exhausted", "--smtp", f"smtp://127.0.0.1:{port}")
            given = {"TARGET_URL": receiver.url, "WEBHOOK_EMULATOR_SECRET_ENTUITIVE": SECRET}
            async with started(*words, *playing, **given) as process:
                await begun(process)
                async with asyncio.timeout(60):
                    await came.wait()
                process.kill()
                await process.wait()
        attempts = len(receiver.received)
        async with mail_server() as mailbox:
            smtp = f"smtp://127.0.0.1:{mailbox.port}"
            async with started(*words, WEBHOOK_EMULATOR_SMTP=smtp) as process:
                await begun(process)
                async with asyncio.timeout(30):
                    await mailbox.arrived.wait()
                process.terminate()
                done = await finished(process)
    assert len(receiver.received) == attempts == 5
    assert done.code == 0
    assert mailbox.mails[0]["Subject"] == "Webhook user.created was not delivered"
