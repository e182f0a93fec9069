"""One question to a server: is it ready?

Asked over a plain socket: the standard library's HTTP client takes longer to import than all else here, and bounds each
read but not the whole.
"""

from __future__ import annotations

import json
import re
import socket
import time

LONGEST_S = 5.0
"""So long one attempt may take."""

_MOST_BYTES = 65_536
_REQUEST = b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n"
"""Every server answers under this name, whatever else it is called."""
_ANSWER = re.compile(rb"HTTP/1\.[01] (?P<status>\d{3})[^\n]*\n(?:.*?\r\n)?\r\n(?P<body>.*)", re.DOTALL)


def ask(host: str, port: int, longest_s: float = LONGEST_S) -> str | None:
    """Why the server at that address is not ready; None if it is."""
    try:
        answer = _answer(host, port, longest_s)
    except OSError as error:
        reason = "it took too long" if isinstance(error, TimeoutError) else error.strerror or str(error)
        return f"no answer from {host}, port {port}: {reason}"
    match = _ANSWER.fullmatch(answer)
    if match is None:
        return f"what answers at {host}, port {port} is no HTTP server"
    status = int(match["status"])
    return None if status == 200 else f"it answers {status}: {_message(match['body'])}"


def _answer(host: str, port: int, longest_s: float) -> bytes:
    end = time.monotonic() + longest_s
    answer = b""
    with socket.create_connection((host, port), timeout=longest_s) as connection:
        connection.sendall(_REQUEST)
        while len(answer) < _MOST_BYTES:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
            part = connection.recv(_MOST_BYTES)
            if not part:
                break
            answer += part
    return answer


def _message(body: bytes) -> str:
    """The message of our own form of errors, or the beginning of whatever else it is."""
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, TypeError, KeyError):
        return body[:200].decode(errors="replace").strip() or "no reason"
