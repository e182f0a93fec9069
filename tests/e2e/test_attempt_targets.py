"""Where attempts go, and where they never do: judged by the address really connected to."""

from __future__ import annotations

import pytest

from emulator.record import ErrorKind
from emulator.sender.http import HttpSender
from tests.support.attempts import Network, allowing, answer, attempt, problem
from tests.support.raw_receiver import answering, http, raw_receiver

PUBLIC = "is a public address; nothing was sent, --allow-target 8.8.8.8 or --allow-public would allow it"


@pytest.mark.parametrize(
    "host",
    [
        "8.8.8.8",
        "134744072",
        "0x08080808",
        "0x8.0x8.0x8.0x8",
        "010.8.8.8",
        "8.8.2056",
        "８.8.8.8",
        "8。8。8。8",
    ],
)
async def test_a_public_address_is_blocked_however_it_is_spelt(network: Network, host: str) -> None:
    assert problem(await attempt(f"http://{host}/")) == (ErrorKind.BLOCKED, f"8.8.8.8 {PUBLIC}")
    assert network.connected == []


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "169.254.43518",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::a9fe:a9fe]",
        "[64:ff9b:1:a9fe:a9:fe00::]",
        "[2002:a9fe:a9fe::1]",
        "[::169.254.169.254]",
        "[fe80::1]",
        "[fe80::1%25lo]",
        "[fd00:ec2::254]",
        "[FD00:0EC2:0:0::254]",
        "100.100.100.200",
        "224.0.0.1",
        "[ff02::1]",
        "255.255.255.255",
    ],
)
async def test_some_addresses_are_never_sent_to_whatever_is_allowed(network: Network, host: str) -> None:
    for policy in (allowing(), allowing(public=True), allowing(host.replace("%25", "%"), public=True)):
        kind, message = problem(await attempt(f"http://{host}/", policy=policy))
        assert kind is ErrorKind.BLOCKED
        assert message.endswith("nothing is ever sent there")
        assert "--allow" not in message
    assert network.connected == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "0", "[::ffff:127.0.0.1]"],  # noqa: S104
)
async def test_this_machine_is_reached_however_it_is_spelt(host: str) -> None:
    async with raw_receiver() as receiver:
        assert answer(await attempt(receiver.url(host=host))).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "[fd12:3456::1]",
        "[64:ff9b::a00:1]",
    ],
)
async def test_private_addresses_are_tried(network: Network, host: str) -> None:
    kind, _ = problem(await attempt(f"http://{host}/"))
    assert kind is ErrorKind.CONNECT
    assert network.connected != []


async def test_a_name_is_judged_by_what_it_resolves_to(network: Network) -> None:
    network.names["hooks.example"] = ["8.8.8.8", "2001:4860:4860::8888"]
    kind, message = problem(await attempt("http://hooks.example/"))
    assert kind is ErrorKind.BLOCKED
    assert message == (
        "hooks.example resolves to 8.8.8.8, a public address; "
        "nothing was sent, --allow-target hooks.example or --allow-public would allow it"
    )
    assert network.connected == []


async def test_a_name_that_resolves_to_a_metadata_service_is_blocked(network: Network) -> None:
    network.names["rebound.example"] = ["169.254.169.254"]
    kind, message = problem(
        await attempt("http://rebound.example/", policy=allowing("rebound.example", public=True))
    )
    assert kind is ErrorKind.BLOCKED
    assert message.startswith("rebound.example resolves to 169.254.169.254, a link-local address")
    assert network.connected == []


async def test_only_the_allowed_addresses_of_a_name_are_tried(network: Network) -> None:
    async with raw_receiver() as receiver:
        network.names["mixed.example"] = ["8.8.8.8", "169.254.169.254", "127.0.0.1", "fe80::1"]
        assert answer(await attempt(receiver.url(host="mixed.example"))).status == 200
    assert network.connected == ["127.0.0.1"]


async def test_an_allowed_address_that_refuses_is_told_rather_than_the_forbidden_one(
    network: Network,
) -> None:
    network.names["mixed.example"] = ["8.8.8.8", "10.0.0.1"]
    sender = HttpSender(container=False)
    for _ in range(3):  # aiohttp begins with another address each time
        assert problem(await attempt("http://mixed.example/", sender=sender)) == (
            ErrorKind.CONNECT,
            "mixed.example:80 refused the connection; tried: 10.0.0.1; not allowed, so not tried: 8.8.8.8",
        )
    await sender.close()
    assert set(network.connected) == {"10.0.0.1"}


@pytest.mark.parametrize(
    ("flag", "host"),
    [
        ("hooks.example", "hooks.example"),
        ("HOOKS.example.", "hooks.example"),
        ("hooks.example", "Hooks.Example."),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("8.8.8.8", "8.8.8.8"),
        ("8.8.8.8", "0x08080808"),
        ("134744072", "8.8.8.8"),
        ("[2001:4860:4860::8888]", "[2001:4860:4860:0:0:0:0:8888]"),
        ("2001:4860:4860::8888", "[2001:4860:4860::8888]"),
    ],
)
async def test_a_target_that_is_allowed_by_name_is_tried(network: Network, flag: str, host: str) -> None:
    network.names |= {
        name: ["8.8.8.8"] for name in ("hooks.example", "hooks.example.", "xn--mnchen-3ya.example")
    }
    kind, _ = problem(await attempt(f"http://{host}/", policy=allowing(flag)))
    assert kind is ErrorKind.CONNECT
    assert network.connected != []


async def test_a_target_allowed_by_name_allows_no_other_name(network: Network) -> None:
    network.names |= {"a.example": ["8.8.8.8"], "b.a.example": ["8.8.8.8"]}
    for host in ("b.a.example", "8.8.8.8"):
        kind, _ = problem(await attempt(f"http://{host}/", policy=allowing("a.example")))
        assert kind is ErrorKind.BLOCKED
    assert network.connected == []


async def test_public_targets_can_be_allowed_at_large(network: Network) -> None:
    network.names["hooks.example"] = ["8.8.8.8"]
    kind, _ = problem(await attempt("http://hooks.example/", policy=allowing(public=True)))
    assert kind is ErrorKind.CONNECT
    assert set(network.connected) == {"8.8.8.8"}


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ("http://169.254.169.254/latest", "169.254.169.254 is a link-local address"),
        ("//134744072/x", f"8.8.8.8 {PUBLIC}"),
        ("http://hooks.example/", "--allow-target hooks.example or --allow-public would allow it"),
    ],
)
async def test_a_redirect_to_a_forbidden_target_is_blocked(network: Network, place: str, part: str) -> None:
    network.names["hooks.example"] = ["8.8.8.8"]
    async with raw_receiver(answering(http(307, headers=[("Location", place)]))) as receiver:
        kind, message = problem(await attempt(receiver.url(), follow=True))
    assert kind is ErrorKind.BLOCKED
    assert part in message
    assert network.connected == ["127.0.0.1"]


async def test_a_forbidden_target_over_tls_is_blocked_before_the_handshake(network: Network) -> None:
    kind, _ = problem(await attempt("https://8.8.8.8/"))
    assert kind is ErrorKind.BLOCKED
    assert network.connected == []


async def test_tricks_with_authorities_deceive_nobody(network: Network) -> None:
    for url in ("http://127.0.0.1@8.8.8.8/", "http://127.0.0.1:80@8.8.8.8/", "http://8.8.8.8#@127.0.0.1/"):
        kind, _ = problem(await attempt(url))
        assert kind is ErrorKind.BLOCKED
    assert network.connected == []
