"""Where a URL points: its host as the address or name it really means, and the request line as the user wrote it.

Pure text work, done once for each URL. Paths and queries are sent as they were written; only what cannot stand in a
request line (spaces, control characters, letters beyond ASCII) is percent-encoded.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from yarl import URL

from emulator.scenario.host import canonical_host
from emulator.value import value

DEFAULT_PORTS = {"http": 80, "https": 443}

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_AUTHORITY = re.compile(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?", re.ASCII)
_UNWRITABLE = re.compile(r"[^\x21-\x7e]+")


@value(frozen=True, slots=True)
class Target:
    """A URL taken apart. `host` is canonical and without brackets, `authority` is what the Host header says.

    `authorization` is the value of that header which the URL's own user and password ask for, if it has them.
    """

    scheme: str
    host: str
    port: int
    authority: str
    path: str
    authorization: str | None
    url: URL

    @property
    def origin(self) -> tuple[str, str, int]:
        """What must be equal for credentials to follow a redirect."""
        return self.scheme, self.host, self.port


@lru_cache(maxsize=1024)
def parse_target(url: str) -> Target:
    """The parts of an http or https URL. Raises ValueError, saying what is wrong, for all else."""
    match = _URL.fullmatch(url)
    scheme = match[1].lower() if match else ""
    if match is None or scheme not in DEFAULT_PORTS:
        raise ValueError("expected a URL that begins with http:// or https://")
    userinfo, _, location = match[2].rpartition("@")
    host, port = _host_and_port(location, DEFAULT_PORTS[scheme])
    authority = f"[{host}]" if ":" in host else host
    if port != DEFAULT_PORTS[scheme]:
        authority += f":{port}"
    path = writable((match[3] or "/") + (match[4] or ""))
    return Target(
        scheme=scheme,
        host=host,
        port=port,
        authority=authority,
        path=path,
        authorization=_basic(userinfo) if userinfo else None,
        # The query rides in the path, and `encoded` forbids any change: so the request line is `path`, to the letter.
        url=URL.build(scheme=scheme, authority=authority, path=path, encoded=True),
    )


def writable(text: str) -> str:
    """The text with whatever cannot stand in a request line percent-encoded, and nothing else touched."""
    return _UNWRITABLE.sub(lambda match: quote(match[0].encode(errors="replace"), safe=""), text)


def _host_and_port(location: str, default: int) -> tuple[str, int]:
    match = _AUTHORITY.fullmatch(location)
    if match is None:
        raise ValueError("expected a host name or an address, and a port that is a number")
    port = int(match[2]) if match[2] else default
    if not 0 < port <= 65_535:
        raise ValueError("expected a port from 1 to 65535")
    return canonical_host(match[1]), port


def _basic(userinfo: str) -> str:
    user, _, password = userinfo.partition(":")
    credentials = unquote_to_bytes(user) + b":" + unquote_to_bytes(password)
    return "Basic " + base64.b64encode(credentials).decode()
