"""Hosts in the one form that policy, Host header and connection share, so that no spelling means one thing to one and
another to the next.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
_IPV6 = re.compile(r"[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]+)?")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+", re.ASCII)
_NO_IPV4 = (
    "expected a host name or an address: these numbers are no IPv4 address, which has four from 0 to 255"
)


def canonical_host(host: str) -> str:
    """The one form of a host: dotted IPv4 however its number was spelt, shortest IPv6, lower-case ASCII names.

    Raises ValueError for what can be no host.
    """
    if host.startswith("[") and host.endswith("]"):
        return _ipv6(host[1:-1].replace("%25", "%", 1))
    if host.count(":") > 1:
        return _ipv6(host)
    name = host if _PLAIN.fullmatch(host) else _ascii(host)
    return _ipv4(name) or name.lower()


def _ascii(host: str) -> str:
    from yarl import URL  # noqa: PLC0415 - takes longer to import than all else, and few hosts need it

    try:
        name = URL.build(scheme="http", host=host).raw_host
    except ValueError as error:
        raise ValueError(f"expected a host name or an address: {error}") from None
    if not name or not name.isascii():
        raise ValueError("expected a host name or an address")
    return name


def _ipv6(text: str) -> str:
    if not _IPV6.fullmatch(text):  # Python takes any characters for the name of a zone
        raise ValueError("expected a host name or an address: this is no IPv6 address")
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415 - few targets need it

    try:
        return str(IPv6Address(text))
    except AddressValueError as error:
        raise ValueError(f"expected a host name or an address: {error}") from None


def _ipv4(host: str) -> str | None:
    """The address that C libraries and browsers read from one to four numbers: decimal, octal (0…) or hex (0x…)."""
    parts = host.removesuffix(".").split(".")
    if not all(_NUMBER.fullmatch(part) for part in parts):
        if host.replace(".", "").isdigit():
            raise ValueError(_NO_IPV4)
        return None
    *leading, last = [_number(part) for part in parts]
    if len(leading) > 3 or any(part > 255 for part in leading) or last >= 256 ** (4 - len(leading)):
        raise ValueError(_NO_IPV4)
    value = sum(part << (24 - 8 * place) for place, part in enumerate(leading)) + last
    return ".".join(str(byte) for byte in value.to_bytes(4))


def _number(text: str) -> int:
    if text[:2] in ("0x", "0X"):
        return int(text[2:] or "0", 16)
    try:
        return int(text, 8 if text[0] == "0" else 10)
    except ValueError:
        raise ValueError(_NO_IPV4) from None
