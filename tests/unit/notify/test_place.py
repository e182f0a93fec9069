"""What `--smtp` says."""

from __future__ import annotations

import pytest

from emulator.notify.place import MailServer, StartTls, parse_mail_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mailpit", MailServer(host="mailpit", port=25)),
        ("SMTP://MailPit:1025/", MailServer(host="mailpit", port=1025)),
        ("smtps://mail.internal", MailServer(host="mail.internal", port=465, tls=True)),
        ("smtp://[::1]:2525", MailServer(host="::1", port=2525)),
        ("smtp://0x7f000001", MailServer(host="127.0.0.1", port=25)),
        (
            "smtp://ines%40example.test:p%2Fss%3Aw%40rd%C3%BC@mail:587?starttls=require",
            MailServer(
                host="mail",
                port=587,
                starttls=StartTls.REQUIRE,
                user="ines@example.test",
                password="p/ss:w@rdü",
            ),
        ),
        ("smtp://mail?starttls=never", MailServer(host="mail", port=25, starttls=StartTls.NEVER)),
        ("smtp://mail?starttls=offered", MailServer(host="mail", port=25)),
    ],
)
def test_a_url_says_where_and_how(url: str, server: MailServer):
    assert parse_mail_server(url) == server


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "expected a URL such as smtp://mailpit:1025, smtps://user:password@mail.internal"),
        ("mailpit:1025", "expected a URL such as "),
        ("http://mailpit:1025", "expected a URL such as "),
        ("smtp://", "expected a URL such as "),
        ("smtp://mail:0", "expected a port from 1 to 65535"),
        ("smtp://mail:65536", "expected a port from 1 to 65535"),
        ("smtp://mail:", "expected a URL such as "),
        ("smtp://mail/box", "expected a URL such as "),
        ("smtp://mail#x", "expected a URL such as "),
        ("smtp://ma il", "expected a URL such as "),
        ("smtp://mail\r\n", "expected a URL such as "),
        ("smtp://1.2.3.4.5", "expected a host name or an address"),
        ("smtp://user@mail", "in a user name or a password '/' is written %2F"),
        ("smtp://user:pa/ss@mail", "in a user name or a password '/' is written %2F"),
        ("smtp://user:pa@ss@mail", "in a user name or a password '/' is written %2F"),
        ("smtp://user:%ff@mail", "expected a user name and a password in UTF-8"),
        ("smtp://user:%00@mail", "expected a user name and a password without control characters"),
        ("smtp://mail?starttls=yes", "expected ?starttls=offered, ?starttls=require or ?starttls=never"),
        ("smtp://mail?tls=require", "expected ?starttls=offered, ?starttls=require or ?starttls=never"),
        ("smtps://mail?starttls=require", "smtps:// speaks TLS at once, without STARTTLS"),
    ],
)
def test_what_is_no_such_url_is_told_without_showing_it(url: str, told: str):
    with pytest.raises(ValueError, match=r"^expected ") as caught:
        parse_mail_server(url)
    assert told in str(caught.value)
    assert "pa@ss" not in str(caught.value)
    assert "pa/ss" not in str(caught.value)


def test_user_and_password_are_not_shown():
    server = parse_mail_server("smtp://ines:hunter2@mail:587?starttls=require")
    assert str(server) == "smtp://mail:587?starttls=require"
    assert "hunter2" not in repr(server)
    assert str(parse_mail_server("smtps://ines:hunter2@[::1]")) == "smtps://[::1]:465"
