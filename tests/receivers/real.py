"""Real receivers that check signatures on their own: in PHP, in Node, and Debian's `webhook`.

Each is a context manager that takes the header to look at and the secret, and gives a Receiver:

    with RECEIVERS["php"]("X-Entuitive-Signature", "secret") as receiver:
        ...  # POST to receiver.url: 200 accepts, 401 refuses
"""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.receivers.process import NotReady, running
from tests.receivers.tool import tool

HERE = Path(__file__).parent
ACCEPTED, REFUSED = 200, 401


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver that is ready for connections."""

    name: str
    port: int
    path: str = "/webhooks"

    @property
    def url(self) -> str:
        """Where to send."""
        return f"http://127.0.0.1:{self.port}{self.path}"


@contextmanager
def php(header: str, secret: str) -> Iterator[Receiver]:
    """PHP's built-in server."""
    script = HERE / "php" / "receiver.php"
    command = [tool("php", "php-cli"), "-n", "-S", "127.0.0.1:0", str(script)]
    with running(command, _settings(header, secret), r"http://127\.0\.0\.1:(\d+)\) started") as ready:
        yield _connected(Receiver("php", int(ready[1])))


@contextmanager
def node(header: str, secret: str) -> Iterator[Receiver]:
    """Node's own HTTP server."""
    command = [tool("node", "nodejs"), str(HERE / "node" / "receiver.js")]
    with running(command, _settings(header, secret), r"^listening on (\d+)$") as ready:
        yield _connected(Receiver("node", int(ready[1])))


@contextmanager
def webhook(header: str, secret: str) -> Iterator[Receiver]:
    """Debian's `webhook`: a general receiver by others, told by a file what to check."""
    program = tool("webhook", "webhook")
    match = {
        "type": "payload-hmac-sha256",
        "secret": secret,
        "parameter": {"source": "header", "name": header},
    }
    hook = {
        "id": "e2e",
        "execute-command": tool("true", "coreutils"),
        "trigger-rule": {"or": [{"match": match}]},  # only within "or" is a wrong signature no error, 500
        "trigger-rule-mismatch-http-response-code": REFUSED,
        "trigger-signature-soft-failures": True,
    }
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        hooks = Path(folder) / "hooks.json"
        hooks.write_text(json.dumps([hook]))
        command = [program, "-verbose", "-ip", "127.0.0.1", "-hooks", str(hooks), "-port"]
        yield _connected(Receiver("webhook", _on_a_free_port(command, stack), "/hooks/e2e"))


RECEIVERS: Mapping[str, Callable[[str, str], AbstractContextManager[Receiver]]] = {
    "php": php,
    "node": node,
    "webhook": webhook,
}


def _settings(header: str, secret: str) -> dict[str, str]:
    return {"RECEIVER_HEADER": header, "RECEIVER_SECRET": secret}


def _on_a_free_port(command: list[str], stack: ExitStack) -> int:
    """Start what must be told its port; again with another if somebody took it meanwhile."""
    for last in (False, False, True):
        port = _free_port()
        try:
            stack.enter_context(running([*command, str(port)], {}, "serving hooks on"))
        except NotReady:
            if last:
                raise
        else:
            break
    return port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _connected(receiver: Receiver) -> Receiver:
    socket.create_connection(("127.0.0.1", receiver.port), timeout=10).close()
    return receiver
