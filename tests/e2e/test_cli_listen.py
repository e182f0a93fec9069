"""`listen` as a real process: its lines, its answers, its end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import pytest

BODY = rb'{"event_type":"user.deactivated","data":{"company_name":"A\/B Caf\u00e9"}}'
SIGNATURE = "7bc8f85dbf1b92dcdf4902c0c1d90caafd41acd329415713607ebf1809245afe"
LISTEN = [sys.executable, "-m", "emulator", "listen", "--provider", "entuitive", "--port", "0"]
READY = re.compile(r"listening on (http://127\.0\.0\.1:\d+) for entuitive webhooks\n")
NAME = "WEBHOOK_EMULATOR_SECRET_ENTUITIVE"
SENDER = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], b'{}')"
unix = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


class Listening:
    """A running `listen` that has said where."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        assert process.stderr is not None
        self.out, self.err = process.stdout, process.stderr
        self.said: list[str] = []
        while not (ready := READY.fullmatch(self.err.readline())):
            assert process.poll() is None
        self.url = ready[1]

    def post(self, body: bytes = BODY, path: str = "/webhooks", signature: str = SIGNATURE) -> int:
        with closing(HTTPConnection(self.url.removeprefix("http://"))) as connection:
            connection.request("POST", path, body, {"X-Entuitive-Signature": signature})
            return connection.getresponse().status

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait()


@contextmanager
def listening(*words: str, secret: str | None = "test-secret-1") -> Iterator[Listening]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WEBHOOK_EMULATOR_")}
    environment |= {} if secret is None else {NAME: secret}
    with subprocess.Popen(
        [*LISTEN, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield Listening(process)
        finally:
            process.kill()


def test_each_webhook_gets_its_answer_and_a_line():
    with listening("--respond", "503,200") as one:
        assert [one.post(), one.post(), one.post(signature="ab")] == [503, 200, 401]
        lines = [one.out.readline() for _ in range(3)]
    misfit = "expected 64 characters of lower-case hex, found a digest of 1 bytes"
    assert [re.sub(r"^\d\d:\d\d:\d\d\.\d{3}  ", "", line) for line in lines] == [
        "/webhooks  user.deactivated  signature valid  -> 503\n",
        "/webhooks  user.deactivated  signature valid  -> 200\n",
        f"/webhooks  user.deactivated  signature not valid: {misfit}  -> 401\n",
    ]


def test_json_lines_hold_the_whole_webhook():
    with listening("--json") as one:
        one.post()
        received = json.loads(one.out.readline())
    assert (received["number"], received["body"], received["answer"]) == (1, BODY.decode(), "200")
    assert received["signature"] == {"valid": True, "reason": "the signature fits"}


def test_without_a_secret_it_says_that_nothing_is_checked():
    environment = {key: value for key, value in os.environ.items() if key != NAME}
    with subprocess.Popen(LISTEN, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert (
            process.stderr.readline()
            == f"no secret, so no signature is checked; give --secret, or set {NAME}\n"
        )
        process.kill()


def test_what_a_sender_wrote_cannot_steer_the_terminal():
    with listening(secret=None) as one:
        assert one.post(b'{"event_type": "a\\u001b[2Jb\\nc"}') == 200
        assert "a\\x1b[2Jb\\nc  signature not checked" in one.out.readline()


def test_what_is_no_http_is_told_in_a_line():
    with listening() as one:
        port = int(one.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
            assert connection.recv(12) == b"HTTP/1.0 400"
        assert one.err.readline().startswith("refused what is no HTTP: Invalid character in chunk size")
        assert one.post() == 200


@unix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_even_while_it_keeps_a_sender_waiting(number: int):
    with listening("--respond", "timeout") as one:
        sender = subprocess.Popen([sys.executable, "-c", SENDER, one.url], stderr=subprocess.DEVNULL)
        one.out.readline()
        assert one.stop(number) == 0
        assert one.err.read() == ""
        sender.wait()


@unix
@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_echo_of_a_signal_changes_nothing(second: int):
    with listening() as one:
        one.process.send_signal(signal.SIGINT)
        assert one.stop(second) == 0
        assert one.err.read() == ""


@unix
def test_it_ends_quietly_when_whoever_reads_its_output_goes_away():
    with listening() as one:
        one.out.close()
        assert one.post() == 200
        assert one.process.wait() == 141
        assert one.err.read() == ""


def test_a_port_that_is_taken_is_told():
    with listening() as one:
        port = one.url.rpartition(":")[2]
        done = subprocess.run(
            [*LISTEN, "-s", "x", "--port", port], capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert f"cannot listen on 127.0.0.1, port {port}: " in done.stderr
    assert "--port chooses another" in done.stderr
