"""Which addresses webhooks may go to: this machine and private networks, unless the user allows more.

Pure: it judges addresses, the ones really connected to, and never resolves a name. Addresses that hold an IPv4 address
that is meant (mapped, NAT64) are judged by it. Those of 6to4, Teredo and other tunnels are public whatever they hold,
since packets to them leave for the internet. Some addresses are never sent to, whatever is allowed, nor what holds one:
where clouds hand out credentials, and where no webhook endpoint can be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from emulator.scenario.host import canonical_host
from emulator.value import value


class Reach(Enum):
    """How far an address is from here, as far as the policy asks."""

    LOCAL = "local"
    PUBLIC = "public"
    NEVER = "never"


# Connecting to the unspecified address reaches this machine, and servers print it as where they listen.
_LOCAL = tuple(
    map(
        ip_network,
        (
            "127.0.0.0/8",
            "0.0.0.0/32",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "198.18.0.0/15",
            "::1/128",
            "::/128",
            "fc00::/7",
        ),
    )
)

_METADATA = "a metadata service, where clouds hand out credentials"
_NEVER = tuple(
    (ip_network(network), what)
    for network, what in (
        ("169.254.0.0/16", "a link-local address, where clouds hand out credentials"),
        ("fe80::/10", "a link-local address"),
        ("fd00:ec2::23/128", _METADATA),
        ("fd00:ec2::254/128", _METADATA),
        ("fd20:ce::254/128", _METADATA),
        ("100.100.100.200/32", _METADATA),
        ("192.0.0.192/32", _METADATA),
        ("224.0.0.0/4", "a multicast address"),
        ("ff00::/8", "a multicast address"),
        ("255.255.255.255/32", "the broadcast address"),
    )
)

_LOW = 0xFFFF_FFFF
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_Holding = tuple[tuple[IPv6Network, Callable[[int], int]], ...]
_MEANING_IPV4: _Holding = (
    (IPv6Network("::ffff:0:0/96"), lambda value: value & _LOW),
    (IPv6Network("64:ff9b::/96"), lambda value: value & _LOW),
    (IPv6Network("64:ff9b:1::/96"), lambda value: value & _LOW),
)
_HOLDING_IPV4: _Holding = (
    (IPv6Network("::ffff:0:0:0/96"), lambda value: value & _LOW),
    (IPv6Network("::/96"), lambda value: value & _LOW),
    (IPv6Network("2002::/16"), lambda value: value >> 80 & _LOW),
    (IPv6Network("2001::/32"), lambda value: ~value & _LOW),
)


@value(frozen=True, slots=True)
class TargetPolicy:
    """What the user allows beyond local addresses: hosts by name or literal, as URLs spell them, or all public ones."""

    allow_hosts: frozenset[str] = frozenset()
    allow_public: bool = False

    @classmethod
    def of(cls, hosts: Iterable[str] = (), *, allow_public: bool = False) -> TargetPolicy:
        """The policy of some `--allow-target HOST` and `--allow-public`. Raises ValueError for what can be no host."""
        return cls(frozenset(_comparable(canonical_host(host)) for host in hosts), allow_public)

    def refusal(self, address: str, host: str) -> str | None:
        """Why `address` must not be connected to for a URL whose canonical host is `host`; None if it may."""
        reach, name, what = classify(address)
        if reach is Reach.LOCAL or (reach is Reach.PUBLIC and self._allows(host)):
            return None
        subject = f"{name} is {what}" if address == host else f"{host} resolves to {name}, {what}"
        if reach is Reach.NEVER:
            return f"{subject}; nothing is ever sent there"
        return f"{subject}; nothing was sent, --allow-target {host} or --allow-public would allow it"

    def _allows(self, host: str) -> bool:
        return self.allow_public or _comparable(host) in self.allow_hosts


@lru_cache(maxsize=4096)
def classify(address: str) -> tuple[Reach, str, str]:
    """How far an address reaches, its name, and what it is: `8.8.8.8`, `a public address`.

    What is no address is never sent to.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return Reach.NEVER, address, "no address"
    inside = _inside(parsed, _MEANING_IPV4)
    name = address if inside is parsed else f"{address} (that is {inside})"
    held = _inside(parsed, _HOLDING_IPV4)
    for network, what in _NEVER:
        if inside in network:
            return Reach.NEVER, name, what
        if held in network:
            return Reach.NEVER, f"{address} (that holds {held})", what
    if any(inside in network for network in _LOCAL):
        return Reach.LOCAL, name, "a local address"
    if inside in _NAT64_LOCAL:
        return Reach.NEVER, name, "a NAT64 address whose IPv4 address cannot be told"
    return Reach.PUBLIC, name, "a public address"


def _inside(address: IPv4Address | IPv6Address, networks: _Holding) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address of these networks holds, or the address itself."""
    value = int(address)
    if isinstance(address, IPv6Address) and value > 1:
        for network, extract in networks:
            if address in network:
                return IPv4Address(extract(value))
    return address


def _comparable(host: str) -> str:
    return host.removesuffix(".")
