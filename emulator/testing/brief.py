"""How an answer shows itself in a failed assertion."""

from __future__ import annotations

LONGEST = 240
"""Characters. What is longer loses its middle in pytest."""


def brief(name: str, explanation: str) -> str:
    """The lines of an explanation in one, such as `<Verification failed: expected 1 attempt, found none>`."""
    told = " | ".join(line.strip() for line in explanation.splitlines())
    shown = f"<{name} {told}>"
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 2]}…>"
