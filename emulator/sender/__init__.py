"""One attempt: from a request to what its endpoint answered, or to what stood in the way.

The real sender stands in `emulator.sender.http`, apart from here, because importing it brings aiohttp.
"""

from emulator.sender.headers import masked, wire_request
from emulator.sender.memory import MemorySender
from emulator.sender.policy import TargetPolicy
from emulator.sender.seam import Exchange, Sender

__all__ = ["Exchange", "MemorySender", "Sender", "TargetPolicy", "masked", "wire_request"]
