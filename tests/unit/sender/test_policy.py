from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.sender.policy import Reach, TargetPolicy, classify

LOCAL = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 - judged, not bound
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "::1",
    "::",
    "fc00::1",
    "fdff:ffff::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::192.168.1.1",
    "64:ff9b:1::10.0.0.1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.169.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "0.0.0.1",
    "203.0.113.1",
    "240.0.0.1",
    "2001:4860:4860::8888",
    "fbff::1",
    "fec0::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "2002:a00:1::1",
    "2002:7f00:1::1",
    "2002:c0a8:101::",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "::10.0.0.1",
    "::127.0.0.1",
    "::2",
    "::ffff:0:10.0.0.1",
    "::ffff:0:127.0.0.1",
]
NEVER = [
    "169.254.0.1",
    "169.254.169.254",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "100.100.100.200",
    "192.0.0.192",
    "224.0.0.1",
    "239.255.255.255",
    "ff02::1",
    "255.255.255.255",
    "::ffff:169.254.169.254",
    "::ffff:0:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::169.254.169.254",
    "64:ff9b:1:a9fe:a9:fe00::",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:5601:5601",
    "::169.254.169.254",
    "::ffff:100.100.100.200",
    "no-address",
    "",
    "127.1",
]


@pytest.mark.parametrize("address", LOCAL)
def test_local_addresses_are_allowed(address: str) -> None:
    assert classify(address)[0] is Reach.LOCAL
    assert TargetPolicy().refusal(address, "a.example") is None


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_need_a_flag(address: str) -> None:
    assert classify(address)[0] is Reach.PUBLIC
    refusal = TargetPolicy().refusal(address, "a.example")
    assert refusal is not None
    assert f"a.example resolves to {address}" in refusal
    assert "--allow-target a.example or --allow-public would allow it" in refusal
    assert TargetPolicy.of(["a.example"]).refusal(address, "a.example") is None
    assert TargetPolicy(allow_public=True).refusal(address, "a.example") is None


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_allowed_and_no_flag_is_named(address: str) -> None:
    assert classify(address)[0] is Reach.NEVER
    for policy in (TargetPolicy(), TargetPolicy(frozenset({"a.example"}), allow_public=True)):
        refusal = policy.refusal(address, "a.example")
        assert refusal is not None
        assert "--" not in refusal


@pytest.mark.parametrize(
    ("flag", "host", "allowed"),
    [
        ("a.example", "a.example", True),
        ("A.Example.", "a.example", True),
        ("a.example", "a.example.", True),
        ("a.example", "b.a.example", False),
        ("b.a.example", "a.example", False),
        ("0x08080808", "8.8.8.8", True),
        ("[2001:DB8::1]", "2001:db8::1", True),
        ("münchen.example", "xn--mnchen-3ya.example", True),
    ],
)
def test_hosts_are_compared_in_their_canonical_form(flag: str, host: str, allowed: bool) -> None:
    assert (TargetPolicy.of([flag]).refusal("8.8.8.8", host) is None) is allowed


@pytest.mark.parametrize("flag", ["", "http://a.example", "a.example:8080", "a b", "1.2.3.4.5", "*/*"])
def test_what_can_be_no_host_is_no_flag(flag: str) -> None:
    with pytest.raises(ValueError, match="expected a host name or an address"):
        TargetPolicy.of([flag])


def test_a_refusal_tells_the_address_inside() -> None:
    refusal = TargetPolicy().refusal("::ffff:808:808", "::ffff:808:808")
    assert refusal is not None
    assert refusal.startswith("::ffff:808:808 (that is 8.8.8.8) is a public address; nothing was sent")


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_the_one_inside(address: IPv4Address) -> None:
    reach = classify(str(address))[0]
    for prefix in ("::ffff:", "64:ff9b::", "64:ff9b:1::"):
        assert classify(f"{prefix}{address}")[0] is reach


@given(st.ip_addresses(v=4))
def test_what_is_allowed_by_default_is_never_globally_routed(address: IPv4Address) -> None:
    if TargetPolicy().refusal(str(address), "a.example") is None:
        assert not address.is_global


@given(st.ip_addresses(v=6))
def test_what_is_allowed_by_default_over_ipv6_is_unique_local_or_holds_a_local_ipv4(
    address: IPv6Address,
) -> None:
    if TargetPolicy().refusal(str(address), "a.example") is None:
        _, name, _ = classify(str(address))
        assert address in _UNIQUE_LOCAL or "that is" in name or int(address) <= 1


@given(st.ip_addresses(v=4, network=IPv4Network("169.254.0.0/16")))
def test_link_local_is_never_allowed(address: IPv4Address) -> None:
    assert classify(str(address))[0] is Reach.NEVER


class _UniqueLocal:
    def __contains__(self, address: IPv6Address) -> bool:
        return int(address) >> 121 == 0xFC >> 1


_UNIQUE_LOCAL = _UniqueLocal()
