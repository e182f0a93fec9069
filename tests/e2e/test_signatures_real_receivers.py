"""What both providers sign is accepted by receivers that others wrote, and nothing else is.

The receivers compute the signatures on their own, in PHP, in Node and in Go.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from emulator.provider.encoding import encode
from emulator.provider.profile import Profile
from emulator.provider.registry import BUILT_IN, find_profile
from emulator.provider.signing import sign
from emulator.template import Scope
from tests.receivers.real import ACCEPTED, RECEIVERS, REFUSED, Receiver

pytestmark = pytest.mark.thirdparty

SECRET = "e2e secret: slash / é ☕"

NASTY: dict[str, Any] = {
    "slashes": {"url": "https://app.example.test/a/b?c=d", "html": "</script>", "path": "C:\\temp\\"},
    "accents": {"name": "Zoë Älvarez-Åkesson", "città": "Forlì"},
    "emoji": {"note": "done 👍🏽 😀", "😀": "key"},
    "floats": [0.1, 1.0, -0.0, 1e25, 1.5e-7, 123456789.125, 1e16],
    "integers": [0, -1, 2**53 + 1, 2**63, 10**30],
    "controls": "tab\tnull\x00escape\x1bdel\x7fline\u2028end",
    "quotes": "\"double\" 'single' <tag> & more",
    "empty": {"mapping": {}, "list": [], "text": "", "null": None},
}
EXACT = {
    "empty": b"",
    "space": b" ",
    "spaced": b'{ "spaced" :  1 }',
    "line ends": b'\r\n{"a":\n1}\r\n\n',
    "no JSON": b"event=created&status=active",
    "not UTF-8": bytes(range(256)),
    "byte order mark": b"\xef\xbb\xbf{}",
    "large": b"[" + b"0," * 500_000 + b"0]",
}


@dataclass(frozen=True, slots=True)
class Post:
    """Sends to one receiver as one provider."""

    profile: Profile
    receiver: Receiver

    def __call__(self, body: bytes, *, secret: str | None = SECRET, sent: bytes | None = None) -> int:
        """The status answered to a signed body, or to other bytes that are sent in its place."""
        assert self.profile.signature
        signed = sign(self.profile.signature, secret, body, wire_id="", timestamp=0)
        headers = dict(self.profile.headers) | dict(signed.headers if signed else ())
        connection = http.client.HTTPConnection("127.0.0.1", self.receiver.port, timeout=30)
        try:
            connection.request("POST", self.receiver.path, body if sent is None else sent, headers)
            response = connection.getresponse()
            response.read()
            return response.status
        finally:
            connection.close()


@pytest.fixture(scope="module", params=RECEIVERS)
def kind(request: pytest.FixtureRequest) -> str:
    """A kind of receiver."""
    return str(request.param)


@pytest.fixture(scope="module", params=BUILT_IN)
def post(request: pytest.FixtureRequest, kind: str) -> Iterator[Post]:
    """A receiver of that kind, set up for a provider."""
    profile = find_profile(request.param)
    assert profile.signature
    with RECEIVERS[kind](profile.signature.header, SECRET) as receiver:
        yield Post(profile, receiver)


def bodies(profile: Profile) -> Iterator[bytes]:
    """The provider's own samples and the nasty values, enveloped and encoded as it does."""
    samples = {type: entry.data for type, entry in profile.events.items()}
    for type, data in (samples | NASTY).items():
        scope = Scope(names={"type": type, "data": data}, place="")
        yield encode(profile.envelope.render(scope) if profile.envelope else data, profile.encoding)


def test_every_body_of_a_provider_is_accepted(post):
    assert [post(body) for body in bodies(post.profile)] == [ACCEPTED] * 12


@pytest.mark.parametrize("body", EXACT.values(), ids=EXACT.keys())
def test_exact_bytes_are_accepted(post, body):
    assert post(body) == ACCEPTED


def test_a_wrong_secret_is_refused(post):
    assert [post(body, secret="another") for body in bodies(post.profile)] == [REFUSED] * 12


def test_a_body_without_a_signature_is_refused(post):
    assert post(b"{}", secret=None) == REFUSED


def test_another_body_than_the_signed_one_is_refused(post):
    assert post(b'{"a":1}', sent=b'{"a":2}') == REFUSED
    assert post(b'{"a":1}', sent=b'{"a": 1}') == REFUSED
    assert post(b"{}", sent=b"{}\n") == REFUSED
