"""`uuid()`: identifiers that look random and are the same whenever the same scenario is played."""

from __future__ import annotations

from hashlib import sha256

from emulator.template.scope import Scope

_VERSION = ~(0xF << 76), 4 << 76
_VARIANT = ~(0x3 << 62), 2 << 62


def uuid(scope: Scope) -> str:
    """The next identifier of this rendering, in the form of a UUID of version 4 (RFC 9562)."""
    digest = seed(scope, f"uuid {scope.drawn}")
    scope.drawn += 1
    number = int.from_bytes(digest[:16], "big")
    for keep, bits in (_VERSION, _VARIANT):
        number = number & keep | bits
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def seed(scope: Scope, purpose: str) -> bytes:
    """Bytes that depend on the place of this rendering and on what they are for."""
    return sha256(f"{purpose}\n{scope.place}".encode("utf-8", "surrogatepass")).digest()
