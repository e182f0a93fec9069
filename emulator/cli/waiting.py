"""`--wait-target`: until something listens where the scenarios send.

Nothing is sent meanwhile, and only places are tried that the target policy allows.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress

from emulator.scenario.model import Scenario
from emulator.scenario.render import static_value
from emulator.sender import TargetPolicy
from emulator.sender.target import Target, parse_target

_PAUSE_S = 0.1


async def silent_targets(scenarios: Iterable[Scenario], policy: TargetPolicy, within_us: int) -> list[str]:
    """The targets (host and port) at which nothing listens when the time, in real microseconds, is over.

    Targets that are templates are not waited for: they are known only when they are due.
    """
    targets = {target.authority: target for target in _targets(scenarios)}
    try:
        async with asyncio.timeout(within_us / 1_000_000):
            while targets:
                for authority, target in list(targets.items()):
                    if await _listens(target, policy):
                        del targets[authority]
                if targets:
                    await asyncio.sleep(_PAUSE_S)
    except TimeoutError:
        pass
    return list(targets)


def _targets(scenarios: Iterable[Scenario]) -> Iterator[Target]:
    for scenario in scenarios:
        for event in scenario.events:
            targets = [static_value(template) for template in event.targets if template.static]
            for url in [endpoint.url for endpoint in event.endpoints] or targets:
                with suppress(ValueError):  # no host, as 256.1.1.1: its attempts will fail, and say why
                    yield parse_target(url)


async def _listens(target: Target, policy: TargetPolicy) -> bool:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError:
        return False
    for _, _, _, _, address in found:
        if policy.refusal(str(address[0]), target.host) is None and await _connects(
            str(address[0]), target.port
        ):
            return True
    return False


async def _connects(address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    writer.close()
    return True
