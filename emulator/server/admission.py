"""Who may ask, as a pure decision over the head of a request: Host, Origin, token, content type.

No web page may drive the emulator. A page that had its own name resolve to this machine is known by the Host header, a
page of another site by Origin, or by Sec-Fetch-Site where browsers send no Origin. `guard` applies this to requests.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache
from typing import Protocol

from emulator.errors import on_one_line
from emulator.scenario.host import canonical_host
from emulator.server.errors import AS_YAML, ApiError
from emulator.server.provider_path import is_provider_path
from emulator.value import value

OPEN = frozenset({"/livez", "/readyz", "/openapi.json", "/docs"})
"""Paths that stay open where a token is asked for: health, and what every server of this version tells alike."""

_API = "/api/v1"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_AUTHORITY = re.compile(r"(?P<host>\[[A-Za-z0-9:.%_-]+\]|[A-Za-z0-9_.-]+)(?::(?P<port>\d{0,5}))?", re.ASCII)
_URL = re.compile(r"(?P<scheme>[A-Za-z]+)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_CURL = "; with curl: -H 'Content-Type: application/json'"
_FOREIGN = ("cross-site", "same-site")


class Fields(Protocol):
    """The header fields of a request; names are compared without regard to case."""

    def getall(self, key: str, default: list[str], /) -> list[str]:
        """Every value of a header, in order."""
        ...


@value(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a request. `target` is what stands in the request line, `path` its path, decoded."""

    target: str
    path: str
    fields: Fields
    has_body: bool
    scheme: str = "http"


@value(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a user allows or asks beyond the defaults: further names of this server, in one form, and a token."""

    names: frozenset[str] = frozenset()
    token: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, allow_hosts: Iterable[str] = (), token: str | None = None) -> Rules:
        """The rules of some `--allow-host` and `--token`. Raises ValueError for what can be no name, or no token."""
        names = frozenset(check_name(name) for name in allow_hosts)
        return cls(names=names, token=None if token is None else check_token(token).encode())


@value(frozen=True, slots=True)
class _Authority:
    """A host in its one form, and a port."""

    host: str
    port: int


def check_name(name: str) -> str:
    """The one form of a host's name. Raises ValueError, saying what is wrong."""
    try:
        authority = _authority(name, "http")
    except ValueError:
        raise ValueError("expected the name of a host, such as emulator.example.test") from None
    if name.rpartition("]")[2].count(":"):
        raise ValueError("expected the name of a host without a port; every port is fine")
    return authority.host


def check_token(token: str) -> str:
    """The token itself, if a header can hold it. Raises ValueError, which does not show it."""
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("expected a token of printable ASCII characters without blanks")
    return token


def admit(head: Head, rules: Rules) -> None:
    """Let a request pass. Raises ApiError for what must not: 400, 401, 403 or 415."""
    own = _own_authority(head)
    _check_host(own.host, rules.names)
    _check_origin(head, own)
    if rules.token is not None and not _is_open(head.path):
        _check_token(head.fields, rules.token)
    if head.has_body and (head.path == _API or head.path.startswith(f"{_API}/")):
        _check_content(head.fields)


def _is_open(path: str) -> bool:
    """Whether no token of ours is asked for: to a provider's API an application sends the provider's credentials."""
    return path in OPEN or is_provider_path(path)


def _own_authority(head: Head) -> _Authority:
    """What the request takes this server for."""
    given = head.fields.getall("Host", [])
    if len(given) != 1:
        raise ApiError(400, f"expected one Host header, found {len(given) or 'none'}")
    try:
        own = _authority(given[0], head.scheme)
    except ValueError:
        raise ApiError(400, "expected a host, and a port if need be, in the Host header") from None
    if not head.target.startswith("/") and head.target != "*":
        _check_absolute(head.target, own)
    return own


def _check_absolute(target: str, own: _Authority) -> None:
    """A request target may name the host once more, but no other one."""
    match = _URL.fullmatch(target)
    try:
        same = match is not None and _authority(match["authority"], match["scheme"].lower()) == own
    except ValueError:
        same = False
    if not same:
        raise ApiError(400, "expected a path as request target, or a URL with the host of the Host header")


@lru_cache(maxsize=256)
def _authority(text: str, scheme: str) -> _Authority:
    """Raises ValueError for what is no host with an optional port."""
    match = _AUTHORITY.fullmatch(text)
    if match is None:
        raise ValueError
    port = int(match["port"]) if match["port"] else _DEFAULT_PORTS.get(scheme, 0)
    host = canonical_host(match["host"]).removesuffix(".")
    labels = host.split(".")
    if port > 65_535 or len(host) > 253 or not all(0 < len(label) <= 63 for label in labels):
        raise ValueError
    return _Authority(host, port)


def _check_host(host: str, names: frozenset[str]) -> None:
    if not (_is_address(host) or _is_local(host) or host in names):
        told = (
            f"the Host header names {host}, which may be a name that a web page has made up for this address;"
            f" if it is a name of this server, start it with --allow-host {host}"
            f" (or WEBHOOK_EMULATOR_ALLOW_HOST={host})"
        )
        raise ApiError(403, told)


def _is_address(host: str) -> bool:
    """Of canonical hosts only addresses have colons, or nothing but numbers."""
    return ":" in host or host.replace(".", "").isdigit()


def _is_local(host: str) -> bool:
    """Names that nobody can register, so that no page of the internet has one."""
    return "." not in host or host.endswith((".localhost", ".internal", ".test"))


def _check_origin(head: Head, own: _Authority) -> None:
    origins = head.fields.getall("Origin", [])
    if origins:
        if len(origins) > 1 or not _is_own(origins[0], head.scheme, own):
            told = f"a page of {_shown(origins[0])} may not ask: the Origin must be this server's own scheme and host"
            raise ApiError(403, told)
        return
    sites = [site.strip().lower() for site in head.fields.getall("Sec-Fetch-Site", [])]
    if any(site in _FOREIGN for site in sites):
        raise ApiError(403, "a page of another site may not ask, nor show anything of this server")


def _is_own(origin: str, scheme: str, own: _Authority) -> bool:
    match = _URL.fullmatch(origin)
    if match is None or match["scheme"].lower() != scheme or match["rest"]:
        return False
    try:
        return _authority(match["authority"], scheme) == own
    except ValueError:
        return False


def _check_token(fields: Fields, token: bytes) -> None:
    given = fields.getall("Authorization", [])
    if not given:
        told = "this server asks for a token: send the header `Authorization: Bearer TOKEN`"
        raise ApiError(401, told, headers=_CHALLENGE)
    scheme, _, found = given[0].strip().partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer":
        told = "expected one header `Authorization: Bearer TOKEN`, found another form of Authorization"
        raise ApiError(401, told, headers=_CHALLENGE)
    if not hmac.compare_digest(found.strip().encode(errors="surrogateescape"), token):
        told = "the token in the Authorization header is not the one this server was started with"
        raise ApiError(401, told, headers=_CHALLENGE)


def _check_content(fields: Fields) -> None:
    codings = [coding for value in fields.getall("Content-Encoding", []) for coding in value.split(",")]
    if any(coding.strip().lower() not in ("", "identity") for coding in codings):
        raise ApiError(415, f"expected a body without Content-Encoding, found {_shown(codings[0].strip())}")
    types = fields.getall("Content-Type", [])
    if len(types) != 1:
        found = "none" if not types else f"{len(types)} of them"
        told = f"expected a body with the header `Content-Type: application/json`, found {found}"
        raise ApiError(415, f"{told}{_CURL}")
    media_type, *parameters = types[0].split(";")
    if media_type.strip().lower() != "application/json":
        cure = AS_YAML if media_type.strip().lower().endswith("yaml") else _CURL
        raise ApiError(415, f"expected a body of the type application/json, found {_shown(types[0])}{cure}")
    for parameter in parameters:
        name, _, given = parameter.partition("=")
        charset = given.strip(' \t"')
        if name.strip().lower() == "charset" and charset.lower() not in ("utf-8", "utf8"):
            raise ApiError(415, f"expected JSON in UTF-8, found the charset {_shown(charset)}")


def _shown(text: str) -> str:
    """What a client sent, cut and on one line."""
    return on_one_line(text[:100]) or "empty text"
