"""The URL of a target, as far as it can be judged without the network.

Where a host may lead is no question of form: that is the sender's policy, and the attempt is recorded.
"""

from __future__ import annotations

import re
from functools import lru_cache

from emulator.document.place import shortened
from emulator.scenario.host import canonical_host

WANTED = "a URL such as http://localhost:3000/webhooks"
LONGEST = 8_192
MOST_TARGETS = 1_000

_UNESCAPED = (
    f"expected {WANTED}, with a host and a port if need be;"
    " in a user name or a password '/' is written %2F, '?' %3F and '#' %23"
)
_WANTED_SCHEME = "expected a URL that begins with http:// or https://"
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST_FIRST = re.compile(r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)(?::\d+)?(?:/.*)?", re.ASCII)
_PARTS = re.compile(r"https?://(?P<authority>[^/?#\\]*)(?P<slip>\\)?", re.IGNORECASE)
_HOST = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.%-]+)?\]|[^\[\]:]*)(?::(?P<port>.*))?", re.DOTALL
)
_BEFORE_AT = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*:/*)?.*@", re.DOTALL)
_USERINFO = re.compile(r"((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)[^/?#]*@")
_NO_NAME = re.compile(r"[\"'*<>^`{|}%,;!$&()+=~]")


@lru_cache(maxsize=1_024)
def check_target(url: str) -> str:
    """The URL itself, if webhooks can be sent to such a one.

    Raises ValueError, saying what is wrong. What stands before `@` may be a password and is never shown.
    """
    if not url:
        raise ValueError(f"expected {WANTED}, found empty text")
    if len(url) > LONGEST:
        raise ValueError(f"expected a URL of at most {LONGEST} characters, found {len(url)}")
    unfit = _UNFIT.search(url)
    if unfit:
        raise ValueError(
            f"expected {WANTED}, without blanks or line breaks; character {unfit.start() + 1} is {unfit[0]!r}"
        )
    parts = _PARTS.match(url)
    if parts is None:
        raise ValueError(_scheme_fault(url))
    if parts["slip"]:
        raise ValueError(f"expected {WANTED}, with slashes; found a backslash")
    try:
        _check_authority(parts["authority"].rpartition("@")[2])
    except ValueError:
        if "@" in url[parts.end() :]:  # so what seems to be the host may be the beginning of a password
            raise ValueError(_UNESCAPED) from None
        raise
    return url


@lru_cache(maxsize=1_024)
def without_credentials(url: str) -> str:
    """The URL as it may be shown and recorded: without user, password and fragment."""
    url = url.partition("#")[0]
    userinfo = _USERINFO.match(url)
    return url if userinfo is None else userinfo[1] + url[userinfo.end() :]


def _scheme_fault(url: str) -> str:
    shown = shortened(_BEFORE_AT.sub(r"\1…@", url))
    scheme = _SCHEME.match(url)
    if _HOST_FIRST.fullmatch(url) and "@" not in url:
        return f"{_WANTED_SCHEME}, found {shown!r}; did you mean {'http://' + shown!r}?"
    if scheme and scheme[1].lower() in ("http", "https"):
        return f"expected two slashes after {scheme[1]}:, found {shown!r}"
    return f"{_WANTED_SCHEME}, found {shown!r}"


def _check_authority(authority: str) -> None:
    match = _HOST.fullmatch(authority)
    if match is None or ("[" not in authority and authority.count(":") > 1):
        raise ValueError(
            f"expected a host, and a port if need be, found {authority[:60]!r}; an IPv6 address stands in brackets"
        )
    host, port = match["host"], match["port"]
    if not host:
        raise ValueError(f"expected {WANTED}, found no host")
    if port is not None:
        _check_port(port)
    if host.startswith("["):
        _check_address(host)
    else:
        _check_name(host)


def _check_port(port: str) -> None:
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65_535):
        raise ValueError(
            f"expected a port from 1 to 65535, found {port[:20]!r}"
            if port
            else "expected a port after ':', found none"
        )


def _check_address(host: str) -> None:
    try:
        canonical_host(host)
    except ValueError:
        raise ValueError(f"expected an IPv6 address in the brackets, found {host[:60]!r}") from None


def _check_name(host: str) -> None:
    unfit = _NO_NAME.search(host)
    if unfit:
        raise ValueError(f"expected a host name or an address, found {unfit[0]!r} in {host[:60]!r}")
    labels = host.removesuffix(".").split(".")
    if len(host) > 253 or not all(0 < len(label) <= 63 for label in labels):
        raise ValueError(f"expected a host name or an address, found {host[:60]!r}")
    try:
        canonical_host(host)
    except ValueError as error:
        raise ValueError(f"{error}; found {host[:60]!r}") from None
