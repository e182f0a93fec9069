"""A notification as a message."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.notify.message import check_sender, message_of
from tests.helpers.records import notification

WALL = 1_800_000_000_000_000
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "X-Webhook-Emulator-Run",
    "X-Webhook-Emulator-Delivery",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
]


def written(**changes: str) -> EmailMessage:
    message = message_of(notification(**changes), sender="webhooks@example.test", wall=WALL)
    return message_from_bytes(message.as_bytes(policy=SMTP), _class=EmailMessage, policy=default)


def test_the_date_is_the_real_time():
    assert written()["Date"] == "Fri, 15 Jan 2027 08:00:00 +0000"


def test_a_mail_that_is_sent_again_has_the_same_id():
    assert written()["Message-ID"] == written()["Message-ID"] == "<ntf_1_1@webhook-emulator.invalid>"


@given(st.text(max_size=300), st.text(max_size=2_000))
def test_no_text_adds_a_header(subject: str, text: str):
    message = written(subject=subject, text=text)
    assert sorted(message.keys()) == sorted(HEADERS)
    assert message["From"] == "webhooks@example.test"


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=120))
def test_the_subject_arrives_as_it_is(subject: str):
    assert written(subject=subject)["Subject"] == subject


@given(st.text(st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029"), max_size=2_000))
def test_the_text_arrives_as_it_is(text: str):
    assert written(text=f"{text}\n").get_content().replace("\r\n", "\n") == f"{text}\n"


def test_line_breaks_of_the_subject_become_blanks():
    message = written(subject="failed\r\nBcc: everybody@example.test\x00\x85!")
    assert message["Subject"] == "failed Bcc: everybody@example.test !"
    assert "Bcc" not in message


@pytest.mark.parametrize(
    "address",
    ["", "ops", "@x.test", "ops@", "a b@x.test", "a@x.test\r\nBcc: b@x.test", "a@b@c", "a,b@x.test"],
)
def test_what_is_no_address_is_told(address: str):
    with pytest.raises(ValueError, match="is no address that an e-mail can have"):
        written(to=address)


def test_the_sender_is_an_address_in_ascii():
    assert check_sender("webhooks@example.test") == "webhooks@example.test"
    for wrong in ("webhooks", "Webhooks <webhooks@example.test>", "wébhooks@example.test", "a@b.test\n"):
        with pytest.raises(ValueError, match="expected an e-mail address"):
            check_sender(wrong)
